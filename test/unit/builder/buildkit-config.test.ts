import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildkitConfig, registryConfig } from '../../../src/builder/buildkit-config.ts';
import { failureOfWork } from '../../support/failures.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { FOLDER, planOf } from './plans.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
const REGISTRIES = ['registry.example:5000', 'ghcr.io', 'registry.example:5000'];

test("without a wish there is no configuration: BuildKit's own counts", async () => {
  assert.equal(await buildkitConfig(planOf(), { files: memoryFiles({}) }), undefined);
});

test("the user's configuration is taken as it is", async () => {
  const files = memoryFiles({ '/checkout/ci/buildkitd.toml': 'debug = true' });
  assert.equal(await buildkitConfig(planOf({ config: 'ci/buildkitd.toml' }), { files }), '/checkout/ci/buildkitd.toml');
});

for (const [says, registryCa, file] of [
  ['given as text is written to a private file', ` ${PEM}\n\n`, `${FOLDER}/registry-ca.pem`],
  ['in a file is read from there', '/etc/ca.pem', '/etc/ca.pem'],
  ['in a file of the workspace is read from there', 'ci/ca.pem', '/checkout/ci/ca.pem'],
] as const) {
  test(`an authority ${says}, and vouches for each registry`, async () => {
    const files = memoryFiles({ '/etc/ca.pem': PEM, '/checkout/ci/ca.pem': PEM });
    const path = await buildkitConfig(planOf({ registryCa, registries: REGISTRIES }), { files });
    assert.equal(path, `${FOLDER}/buildkitd.toml`);
    assert.equal(
      await files.readText(path),
      `[registry."registry.example:5000"]\n  ca = ["${file}"]\n\n[registry."ghcr.io"]\n  ca = ["${file}"]\n`,
    );
    assert.equal((await files.readText(file)).trim(), PEM);
  });
}

test('no letter of a path or a host ends a TOML text early', () => {
  assert.equal(
    registryConfig(['a"]\n[x'], String.raw`C:\certs\ca.pem` + '\u0007\u007F'),
    String.raw`[registry."a\"]\n[x"]` + '\n' + String.raw`  ca = ["C:\\certs\\ca.pem\u0007\u007F"]` + '\n',
  );
});

for (const [given, message] of [
  [{ config: 'nope.toml' }, 'buildkitd-config: there is no file /checkout/nope.toml'],
  [{ registryCa: '/nope.pem' }, 'registry-ca: there is no file /nope.pem'],
] as const) {
  test(`${message}: told before anything is made`, async () => {
    const failure = await failureOfWork(async () => buildkitConfig(planOf(given), { files: memoryFiles({}) }));
    assert.deepEqual([failure.code, failure.message], ['input-invalid', message]);
  });
}
