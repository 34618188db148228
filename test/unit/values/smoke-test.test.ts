import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseSmokeTest } from '../../../src/values/smoke-test.ts';

const service = (name: string, port: string, path: string) => ({ kind: 'service', service: name, port, path });
const url = (address: string) => ({ kind: 'url', url: address });
const command = (...words: readonly string[]) => ({ kind: 'command', words });
const OF_SERVICE = { statuses: [200, 299], contains: undefined };
const OF_URL = { statuses: [200, 399], contains: undefined };

describe('what a line means', () => {
  for (const [line, meaning, expected] of [
    ['service/server:8080/health', service('server', '8080', '/health'), OF_SERVICE],
    ['svc/server:http/health', service('server', 'http', '/health'), OF_SERVICE],
    ['svc/server:8080', service('server', '8080', '/'), OF_SERVICE],
    ['  svc/server:8080/a/b?c=d&e=%20  ', service('server', '8080', '/a/b?c=d&e=%20'), OF_SERVICE],
    ['svc/server:80/.well-known/ok', service('server', '80', '/.well-known/ok'), OF_SERVICE],
    ['svc/server:80/ status=404', service('server', '80', '/'), { ...OF_SERVICE, statuses: [404, 404] }],
    ['svc/server:80/ status=200-499', service('server', '80', '/'), { ...OF_SERVICE, statuses: [200, 499] }],
    ['svc/server:80/ contains=all is well', service('server', '80', '/'), { ...OF_SERVICE, contains: 'all is well' }],
    [
      'svc/server:80/ status=201   contains="status": "up" contains=twice',
      service('server', '80', '/'),
      { statuses: [201, 201], contains: '"status": "up" contains=twice' },
    ],
    ['https://app.example.com/health', url('https://app.example.com/health'), OF_URL],
    ['http://app.example.com:8080', url('http://app.example.com:8080/'), OF_URL],
    ['HTTPS://app.example.com/a?b=c', url('https://app.example.com/a?b=c'), OF_URL],
    ['https://app.example.com/ status=401', url('https://app.example.com/'), { ...OF_URL, statuses: [401, 401] }],
    ['https://app.example.com/ contains=ok', url('https://app.example.com/'), { ...OF_URL, contains: 'ok' }],
    ['run scripts/smoke.sh --fast', command('scripts/smoke.sh', '--fast'), undefined],
    ['run   true', command('true'), undefined],
    [`run 'my tests/smoke' "two words" ''`, command('my tests/smoke', 'two words', ''), undefined],
    [`run check --name='a b'"c d"e`, command('check', '--name=a bc de'), undefined],
    [`run check "it's" '"'`, command('check', "it's", '"'), undefined],
    ['run check $HOME `id` | a\\b', command('check', '$HOME', '`id`', '|', 'a\\b'), undefined],
    ['run service/server:80/', command('service/server:80/'), undefined],
  ] as const) {
    test(line, () => {
      assert.deepEqual(parseSmokeTest(line), {
        text: line.trim(),
        ...meaning,
        ...(expected === undefined ? {} : { expected }),
      });
    });
  }
});

describe('what is refused, and why', () => {
  for (const [line, why] of [
    ['', /"" is not a smoke test: service\/<name>/],
    ['deployment/server:8080/health', /"deployment\/server:8080\/health" is not a smoke test/],
    ['service/server/health', /is not a smoke test/],
    ['service/server:/health', /is not a smoke test/],
    ['runner', /"runner" is not a smoke test/],
    ['ftp://app.example.com/', /is not a smoke test/],
    ['service/Server:80/', /"Server" is not the name of a Service/],
    ['service/server:0/', /"0" is neither a port number nor the name of a port/],
    ['service/server:65536/', /"65536" is neither/],
    ['service/server:HTTP/', /"HTTP" is neither/],
    ['service/server:a-name-with-17-ch/', /is neither/],
    ['service/server:80/../../../secrets/db', /is not a path/],
    ['service/server:80/a/%2E%2e/b', /is not a path/],
    ['service/server:80/a%2f..%2fb', /is not a path/],
    ['service/server:80/a/./b', /is not a path/],
    ['service/server:80/a#b', /is not a path/],
    ['service/server:80/a\\b', /is not a path/],
    ['service/server:80/ü', /is not a path/],
    ['service/server:80/ status=', /"" is neither a status like 200 nor a range/],
    ['service/server:80/ status=2xx', /"2xx" is neither/],
    ['service/server:80/ status=600', /"600" is neither/],
    ['service/server:80/ status=399-200', /"399-200" is neither/],
    ['service/server:80/ status=200 status=201', /"status=201" is not expected there/],
    ['service/server:80/ ok', /"ok" is not expected there/],
    ['service/server:80/ status=200 ok', /"ok" is not expected there/],
    ['service/server:80/ status=200contains=ok', /"200contains=ok" is neither/],
    ['service/server:80/ contains=', /contains= has no text/],
    ['service/server:80/health contains', /"contains" is not expected there/],
    ['https://', /"https:\/\/" is not a URL/],
    ['https://app.example.com/ status=201 contains=ok', /contains= needs status 200/],
    ['https://app.example.com/ status=404-499 contains=ok', /contains= needs status 200/],
    ['run', /run has no program/],
    [`run ''`, /run has no program/],
    [`run check 'a b`, /a quote in a smoke test is not closed/],
    [`run check "a 'b'`, /a quote in a smoke test is not closed/],
  ] as const) {
    test(line === '' ? 'nothing' : line, () => {
      assert.throws(() => parseSmokeTest(line), why);
    });
  }
  test('a URL with a password, which is not repeated', () => {
    assert.throws(
      () => parseSmokeTest('https://me:geheim@app.example.com/'),
      (error) => error instanceof Error && /user or password/.test(error.message) && !error.message.includes('geheim'),
    );
  });
});
