import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runPatiently } from '../../../src/registry/patience.ts';
import type { CommandResult } from '../../../src/ports.ts';
import { fakePorts } from '../../support/fake-ports.ts';

const SILENCE: CommandResult = { exitCode: 1, stdout: '', stderr: '', timedOut: true };
const BUSY: CommandResult = { ...SILENCE, stderr: 'ERROR: 503 Service Unavailable', timedOut: false };

const triesOf = async (results: readonly CommandResult[]): Promise<number> => {
  let tries = 0;
  const run = async (): Promise<CommandResult> => {
    tries += 1;
    return results[tries - 1] ?? BUSY;
  };
  await runPatiently(
    { tool: 'buildx', args: [] },
    { pausesSeconds: [1, 2, 4], mayPass: () => true, says: () => 'No answer' },
    fakePorts({ exec: { run } }),
  );
  return tries;
};

test('whoever is busy is asked again after each pause', async () => {
  assert.equal(await triesOf([BUSY, BUSY, BUSY, BUSY]), 4);
});

test('whoever gave no answer twice is not asked again', async () => {
  assert.equal(await triesOf([SILENCE, SILENCE, SILENCE]), 2);
  assert.equal(await triesOf([BUSY, SILENCE, SILENCE]), 3);
});
