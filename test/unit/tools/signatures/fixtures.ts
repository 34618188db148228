import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SignedFile, Signer } from '../../../../src/tools/signature.ts';
import { isJsonObject, textAt, valueAt } from '../../../../src/values/json.ts';

/**
 * Real bundles of Sigstore's public instance about one small file: a signature over its bytes, and one over an in-toto statement. They were
 * made by a public workflow whose tokens anybody may use, for tests like these.
 */
const text = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

export const FILE = text('file.txt');
export const MESSAGE = text('message.sigstore.json');
export const STATEMENT = text('statement.sigstore.json');

export const IDENTITY =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';

export const SIGNER: Signer = {
  issuer: 'https://token.actions.githubusercontent.com',
  identity: /https:\/\/github\.com\/sigstore-conformance\/.+@refs\/heads\/main/,
};

export function signedFile(content = FILE): SignedFile {
  const bytes = Buffer.from(content);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** A bundle with other text at one place: `change` gets what is there. */
export function changed(bundle: string, path: readonly (string | number)[], change: (value: string) => string): string {
  const copy: unknown = JSON.parse(bundle);
  const holder = valueAt(copy, ...path.slice(0, -1));
  const key = path.at(-1);
  if (!isJsonObject(holder) || typeof key !== 'string') {
    throw new Error(`the bundle has no ${path.join('.')}`);
  }
  Object.assign(holder, { [key]: change(textAt(holder, key) ?? '') });
  return JSON.stringify(copy);
}

/** The first character that counts is another one; the length stays. */
export function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  return bytes.toString('base64');
}

const hex = (value: unknown): string => Buffer.from(String(value), 'base64').toString('hex');

/** The bundle of the file in the parts that kubectl's publisher uses: signature, certificate, and the answers of the log. */
export function looseParts(): {
  readonly signature: string;
  readonly pem: string;
  readonly uuid: string;
  readonly entry: string;
} {
  const bundle: unknown = JSON.parse(MESSAGE);
  const material = valueAt(bundle, 'verificationMaterial');
  const log = valueAt(material, 'tlogEntries', 0);
  const proof = valueAt(log, 'inclusionProof');
  const hashes = valueAt(proof, 'hashes');
  const der = textAt(material, 'certificate', 'rawBytes') ?? '';
  const uuid = 'a'.repeat(80);
  return {
    signature: textAt(bundle, 'messageSignature', 'signature') ?? '',
    pem: `-----BEGIN CERTIFICATE-----\n${der.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    uuid,
    entry: JSON.stringify({
      [uuid]: {
        body: textAt(log, 'canonicalizedBody'),
        integratedTime: Number(textAt(log, 'integratedTime')),
        logID: hex(valueAt(log, 'logId', 'keyId')),
        logIndex: Number(textAt(log, 'logIndex')),
        verification: {
          signedEntryTimestamp: textAt(log, 'inclusionPromise', 'signedEntryTimestamp'),
          inclusionProof: {
            checkpoint: textAt(proof, 'checkpoint', 'envelope'),
            hashes: Array.isArray(hashes) ? hashes.map(hex) : [],
            logIndex: Number(textAt(proof, 'logIndex')),
            rootHash: hex(textAt(proof, 'rootHash')),
            treeSize: Number(textAt(proof, 'treeSize')),
          },
        },
      },
    }),
  };
}
