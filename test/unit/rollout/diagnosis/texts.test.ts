import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingConfig, pullComplaint, startComplaint } from '../../../../src/rollout/diagnosis/complaints.ts';
import { exitMeaning } from '../../../../src/rollout/diagnosis/exit-codes.ts';
import { logLines, oneLine } from '../../../../src/rollout/diagnosis/plain-text.ts';

for (const [code, word, meaning] of [
  [0, 'Completed', /ended by itself/],
  [126, 'Error', /cannot be executed/],
  [127, 'Error', /not found/],
  [137, 'OOMKilled', /^killed for want of memory$/],
  [137, 'Error', /^killed by SIGKILL/],
  [139, 'Error', /^killed by SIGSEGV, a segmentation fault$/],
  [143, 'Error', /^killed by SIGTERM/],
] as const) {
  test(`exit code ${code} (${word}) is explained`, () => assert.match(exitMeaning(code, word) ?? '', meaning));
}

test('an exit code that only the application knows is not explained', () => {
  assert.equal(exitMeaning(42, 'Error'), undefined);
  assert.equal(exitMeaning(200, 'Error'), undefined);
});

const ESC = String.fromCharCode(27);

test('colours and other controls of a terminal are taken out of logs', () => {
  assert.deepEqual(logLines(`${ESC}[31mError:${ESC}[0m boom\n\n  ${ESC}]8;;http://x${ESC}\\link\u0007\r\nend\rmore`), [
    'Error: boom',
    '  link',
    'end',
    'more',
  ]);
});

test('the account that Docker Hub names in a refusal is masked, in messages and in logs', () => {
  const text =
    "toomanyrequests: You have reached your pull rate limit as 'alice': dckr_jti_uz9a-Q_x=. You may increase the limit";
  const masked = "toomanyrequests: You have reached your pull rate limit as '***'. You may increase the limit";
  assert.equal(oneLine(text), masked);
  assert.deepEqual(logLines(text), [masked]);
});

test('a long message becomes one short line, and a long line of a log is cut', () => {
  assert.equal(oneLine(`a\n  b ${'x'.repeat(500)}`).length, 300);
  assert.match(oneLine(`a\n  b ${'x'.repeat(500)}`), /^a b x+…$/);
  assert.equal(logLines('y'.repeat(5000))[0]?.length, 500);
});

const IMAGE = '127.0.0.1:5000/server:1';
const RESOLVE = `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": `;

for (const [message, complaint] of [
  [`rpc error: code = NotFound desc = ${RESOLVE}${IMAGE}: not found`, 'not found'],
  [
    `Back-off pulling image "${IMAGE}": ErrImagePull: rpc error: code = NotFound desc = ${RESOLVE}${IMAGE}: not found`,
    'not found',
  ],
  [`Back-off pulling image "${IMAGE}"`, ''],
  [
    `${RESOLVE}pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`,
    'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
  ],
] as const) {
  test(`of a pull that failed the complaint is left: ${complaint.slice(0, 30)}`, () => {
    assert.equal(pullComplaint(message, IMAGE), complaint);
  });
}

test('of a start that failed the complaint is left', () => {
  const message =
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "serve": executable file not found in $PATH: unknown';
  assert.equal(startComplaint(message), 'exec: "serve": executable file not found in $PATH');
  assert.equal(startComplaint('no command specified'), 'no command specified');
});

for (const [message, object, key] of [
  ['secret "db" not found', 'Secret db', undefined],
  ['configmap "web" not found', 'ConfigMap web', undefined],
  ["couldn't find key url in Secret shop/db", 'Secret db', 'url'],
  ["couldn't find key a.b in ConfigMap shop/web", 'ConfigMap web', 'a.b'],
  ['MountVolume.SetUp failed for volume "v" : secret "tls" not found', 'Secret tls', undefined],
  ['MountVolume.SetUp failed for volume "v" : references non-existent secret key: url', undefined, 'url'],
] as const) {
  test(`what is missing is read from: ${message}`, () => assert.deepEqual(missingConfig(message), { object, key }));
}
