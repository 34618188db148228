import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCancellation } from '../../../src/adapters/cancellation.ts';
import { createExec } from '../../../src/adapters/exec.ts';

const run = async (code: string, isStuck: (quietSeconds: number) => Promise<boolean>) =>
  createExec(createCancellation()).run({ tool: '/bin/sh', args: ['-c', code] }, undefined, {
    everySeconds: 0.05,
    isStuck,
  });

test('a command that is silent and stuck is stopped, and keeps what it printed', async () => {
  const asked: number[] = [];
  const result = await run('echo begun; sleep 60', async (quietSeconds) => {
    asked.push(Math.round(quietSeconds * 100));
    return asked.length === 3;
  });

  assert.deepEqual([result.timedOut, result.stdout], [true, 'begun\n']);
  assert.deepEqual(asked, [5, 10, 15]);
});

test('a command that is silent and not stuck ends by itself', async () => {
  const result = await run('sleep 0.3; echo done', async () => false);

  assert.deepEqual([result.exitCode, result.timedOut, result.stdout], [0, false, 'done\n']);
});

test('a command that speaks while somebody asks is not stopped', async () => {
  const gate = Promise.withResolvers<boolean>();
  const result = await createExec(createCancellation()).run(
    { tool: '/bin/sh', args: ['-c', 'sleep 0.2; echo spoken'] },
    () => gate.resolve(true),
    { everySeconds: 0.05, isStuck: async () => gate.promise },
  );

  assert.deepEqual([result.exitCode, result.timedOut], [0, false]);
});

test('who cannot tell stops nothing', async () => {
  const result = await run('sleep 0.2', async () => {
    throw new Error('nobody knows');
  });

  assert.deepEqual([result.exitCode, result.timedOut], [0, false]);
});
