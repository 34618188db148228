import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowOf } from '../../../../src/rollout/signals/rows.ts';
import { mayWait, onOneLine, withoutImage } from '../../../../src/rollout/signals/texts.ts';

/** What containerd, the kubelet and programs write, and what is made of it. */

const ONE_LINES: readonly (readonly [said: string, line: string])[] = [
  [
    'rpc error: code = NotFound desc = failed to pull and unpack image "r.test/a:1": failed to resolve reference "r.test/a:1": r.test/a:1: not found',
    'r.test/a:1: not found',
  ],
  ['Back-off pulling image "r.test/a:1": ErrImagePull: r.test/a:1: not found', 'r.test/a:1: not found'],
  ['Failed to pull image "r.test/a:1": rpc error: code = Unknown desc = denied', 'denied'],
  [
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/x": stat /x: no such file or directory: unknown',
    'unable to start container process: exec: "/x": stat /x: no such file or directory: unknown',
  ],
  ['(combined from similar events): pods "x" is forbidden', 'pods "x" is forbidden'],
  ['Error: secret "db" not found', 'secret "db" not found'],
  ['two\n  lines\t', 'two lines'],
];

for (const [said, line] of ONE_LINES) {
  test(`"${said.slice(0, 50).replaceAll(/\s/g, ' ')}" is told as "${line}"`, () => {
    assert.equal(onOneLine(said), line);
  });
}

/** [what the node says, the image, the row] */
const PULLS: readonly (readonly [said: string, image: string, row: string])[] = [
  ['r.test/denied:403: something', 'r.test/denied:403', 'image-other'],
  ['failed to resolve reference "docker.io/x/unauthorized:404": something', 'x/unauthorized:404', 'image-other'],
  ['Head "https://r.test/v2/denied/manifests/403": something', 'a', 'image-other'],
  ['r.test/a:1: not found', 'r.test/a:1', 'image-missing'],
  ['cannot use the mirror "denied": something', 'a', 'image-other'],
  ['manifest unknown', 'a', 'image-missing'],
  ['manifest unknown', 'fest', 'image-missing'],
  ['Error response from daemon: manifest for a not found: manifest unknown', 'a', 'image-missing'],
  ['unexpected status from HEAD request to https://r.test/v2/a/manifests/1: 403 Forbidden', 'a', 'image-access'],
  [
    'unexpected status from HEAD request to https://r.test/v2/a/manifests/1: 503 Service Unavailable',
    'a',
    'image-unreachable',
  ],
  [
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    'a',
    'image-access',
  ],
  ['toomanyrequests: You have reached your unauthenticated pull rate limit', 'a', 'image-unreachable'],
  ['failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized', 'a', 'image-access'],
  ['no basic auth credentials', 'a', 'image-access'],
  ['dial tcp: lookup r.test on 10.0.0.1:53: no such host', 'a', 'image-unreachable'],
  ['net/http: TLS handshake timeout', 'a', 'image-unreachable'],
  ['unexpected EOF', 'a', 'image-unreachable'],
  ['tls: failed to verify certificate: x509: certificate has expired', 'a', 'image-certificate'],
  ['http: server gave HTTP response to HTTPS client', 'a', 'image-certificate'],
  ['no match for platform in manifest sha256:00: not found', 'a', 'image-platform'],
];

for (const [said, image, row] of PULLS) {
  test(`a pull that ends with "${said.slice(0, 60)}" is of the row ${row}`, () => {
    assert.equal(rowOf('image', { words: ['ErrImagePull'], matchText: withoutImage(said, image) })?.id, row);
  });
}

/** [the last words, whether a dependency may still come up, whether more patience is due] */
const WORDS: readonly (readonly [words: readonly string[], isExpected: boolean, mayWait: boolean])[] = [
  [['Error: connect ECONNREFUSED 127.0.0.1:5432'], false, true],
  [['getaddrinfo EAI_AGAIN db'], false, true],
  [['dial tcp: lookup db on 10.96.0.10:53: no such host'], false, true],
  [['psycopg2.OperationalError: could not connect to server'], false, true],
  [['Waiting for db...'], false, true],
  [['FATAL: the database system is starting up'], false, true],
  [['java.net.SocketTimeoutException: connect timed out'], false, true],
  [['Communications link failure'], false, true],
  [['TypeError: x is not a function'], false, false],
  [['started', 'bye'], false, false],
  [[], false, false],
  [['could not connect', 'Error: DB_HOST is not set'], false, false],
  [[], true, true],
  [['started', 'bye'], true, true],
  [["Error: Cannot find module './x.js'"], true, false],
];

for (const [words, isExpected, expected] of WORDS) {
  test(`"${words.join(' / ')}"${isExpected ? ' while another rollout goes on' : ''} is ${expected ? '' : 'not '}worth waiting for`, () => {
    assert.equal(mayWait(words, isExpected), expected);
  });
}
