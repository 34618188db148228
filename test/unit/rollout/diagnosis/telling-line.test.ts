import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellingLine } from '../../../../src/rollout/diagnosis/telling-line.ts';

const NODE = ['starting', 'Error: DB_URL is not set', '    at main (server.js:1:1)', 'Node.js v24.21.0'];

for (const [says, log, line] of [
  ['an error of Node', NODE, 'Error: DB_URL is not set'],
  ['a named error with a prefix', ['x', 'TypeError: a is not a function', 'at x'], 'TypeError: a is not a function'],
  ['a panic of Go', ['panic: runtime error', '', 'goroutine 1 [running]:', 'main.main()'], 'panic: runtime error'],
  [
    'an exception of Python',
    ['Traceback (most recent call last):', '  File "a.py", line 1', "KeyError: 'DB'"],
    "KeyError: 'DB'",
  ],
  [
    'a line of Java',
    ['Exception in thread "main" java.lang.IllegalStateException: no url', '  at a.b(c)', '  ... 3 more'],
    'Exception in thread "main" java.lang.IllegalStateException: no url',
  ],
  [
    'plain words',
    ['listening', 'could not connect: connection refused', 'shutting down'],
    'could not connect: connection refused',
  ],
  [
    'words before a stack that speaks of errors',
    ['boom', '    at throwError (server.js:1:1)', 'Node.js v24.21.0'],
    'boom',
  ],
  ['nothing special', ['one', 'two', '  '], 'two'],
  ['nothing at all', ['', '  '], undefined],
] as const) {
  test(`the telling line of ${says}`, () => assert.equal(tellingLine(log), line));
}
