import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogCursor } from '../../../src/pre-deploy/log-cursor.ts';

const at = (time: string, text: string): string => `2026-01-01T00:00:${time} ${text}`;

for (const [name, readings, texts, since] of [
  ['nothing was read yet', [[]], [], undefined],
  ['times are taken away', [[at('01.5Z', 'a'), at('02.5Z', '  b: c ')]], ['a', '  b: c '], '2026-01-01T00:00:02Z'],
  ['a line with nothing but its time', [['2026-01-01T00:00:01Z']], [''], '2026-01-01T00:00:01Z'],
  [
    'what came already does not come again',
    [
      [at('01.1Z', 'a'), at('01.2Z', 'b')],
      [at('01.1Z', 'a'), at('01.2Z', 'b'), at('01.3Z', 'c')],
    ],
    ['a', 'b', 'c'],
    '2026-01-01T00:00:01Z',
  ],
  [
    'equal lines of equal times are as many as they are',
    [[at('01.1Z', 'a')], [at('01.1Z', 'a'), at('01.1Z', 'a')], [at('01.1Z', 'a'), at('01.1Z', 'a')]],
    ['a', 'a'],
    '2026-01-01T00:00:01Z',
  ],
  [
    'an older line that comes late is not left out, nor taken for the newest',
    [
      [at('02.1Z', 'stdout'), at('01.9Z', 'stderr')],
      [at('02.1Z', 'stdout'), at('02.2Z', 'c')],
    ],
    ['stdout', 'stderr', 'c'],
    '2026-01-01T00:00:02Z',
  ],
  [
    'the time zone of the node',
    [[at('01.123456789+05:30', 'a'), at('02+05:30', 'b')]],
    ['a', 'b'],
    '2026-01-01T00:00:02+05:30',
  ],
  [
    'without times all is read again',
    [
      ['a', 'b'],
      ['a', 'b', 'c'],
    ],
    ['a', 'b', 'c'],
    undefined,
  ],
  [
    'words of the kubelet between the lines',
    [
      ['rotated', at('01.1Z', 'a'), at('02.1Z', 'b')],
      [at('02.1Z', 'b'), 'rotated', at('02.2Z', 'c')],
    ],
    ['rotated', 'a', 'b', 'rotated', 'c'],
    '2026-01-01T00:00:02Z',
  ],
  ['what only looks like a time', [['2026-01-01 is a day']], ['2026-01-01 is a day'], undefined],
] as const) {
  test(name, () => {
    const cursor = createLogCursor();
    const read = readings.flatMap((lines) => {
      const newText = cursor.begin();
      return lines.flatMap((line) => newText(line) ?? []);
    });
    assert.deepEqual([read, cursor.sinceTime()], [texts, since]);
  });
}
