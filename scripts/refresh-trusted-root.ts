import { TrustedRoot } from '@sigstore/protobuf-specs';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isJsonObject, textAt } from '../src/values/json.ts';
import { runOrExit } from './run-command.ts';

/**
 * Writes src/tools/trusted-root.json: the keys of Sigstore's public instance, as the newest @sigstore/tuf ships them. npm verifies that
 * package; it is no dependency, because only this one file of it is wanted.
 */
const PACKAGE = '@sigstore/tuf';
const INSTANCE = 'https://tuf-repo-cdn.sigstore.dev';

const root = join(import.meta.dirname, '..');
const target = join(root, 'src/tools/trusted-root.json');
const folder = mkdtempSync(join(tmpdir(), 'trusted-root-'));
try {
  runOrExit('npm', ['pack', PACKAGE, '--silent', '--pack-destination', folder], root);
  runOrExit('sh', ['-c', 'tar xzf "$0"/*.tgz -C "$0" package/seeds.json', folder], root);
  const seeds: unknown = JSON.parse(readFileSync(join(folder, 'package/seeds.json'), 'utf8'));
  const encoded = textAt(seeds, INSTANCE, 'targets', 'trusted_root.json') ?? '';
  const content: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
  assertWhole(content);
  const before = readFileSync(target, 'utf8');
  writeFileSync(target, `${JSON.stringify(content, undefined, 2)}\n`);
  runOrExit('prettier', ['--write', '--log-level=warn', target], root);
  const isSame = readFileSync(target, 'utf8') === before;
  console.log(`refresh-trusted-root: ${isSame ? 'the trusted root is up to date' : 'the trusted root is another one'}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function assertWhole(content: unknown): void {
  const { tlogs, certificateAuthorities, ctlogs } = TrustedRoot.fromJSON(isJsonObject(content) ? content : {});
  if (tlogs.length === 0 || certificateAuthorities.length === 0 || ctlogs.length === 0) {
    throw new Error(`${PACKAGE} has no trusted root of ${INSTANCE}`);
  }
}
