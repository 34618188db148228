import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runChange } from '../../../src/apply/run-change.ts';
import { DeployError } from '../../../src/errors.ts';
import type { CommandResult, Happening } from '../../../src/ports.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { failureOfWork } from '../../support/failures.ts';
import { fakePorts } from '../../support/fake-ports.ts';

const COMMAND = {
  tool: '/opt/kubectl',
  args: ['--context=c', '--namespace=shop', 'set', 'image', 'deployment/a', 'a=b:1'],
};

async function change(result: Partial<CommandResult>, isCancelled = false) {
  const heard: Happening[] = [];
  const api = fakeApi({});
  const ports = fakePorts({
    exec: { run: async () => ({ exitCode: 0, stdout: '', stderr: '', timedOut: false, ...result }) },
    notify: (happening) => heard.push(happening),
    assertNotCancelled: () => {
      if (isCancelled) {
        throw new DeployError('cancelled', 'stopped');
      }
    },
  });
  const context = { kubectl: { path: '', kubeconfigPath: '', context: '' }, api, folder: '/tmp', ports };
  const work = () => runChange(COMMAND, 'deployment/a', context);
  return { heard, failure: result.exitCode === undefined && !isCancelled ? await work() : await failureOfWork(work) };
}

test('a command that changes the cluster is announced before it runs, then what it prints', async () => {
  const { heard } = await change({ stdout: 'deployment.apps/a image updated\n\n' });
  assert.deepEqual(heard, [
    { kind: 'changing', command: COMMAND, subject: 'deployment/a' },
    { kind: 'output', text: 'deployment.apps/a image updated' },
  ]);
});

test('after a cancellation nothing is announced and nothing runs', async () => {
  const { heard, failure } = await change({}, true);
  assert.deepEqual([heard, failure?.code], [[], 'cancelled']);
});

for (const [says, result, message] of [
  [
    'the last words of kubectl without its warnings',
    { exitCode: 1, stderr: 'Warning: old\nError from server (Forbidden): no\n' },
    'kubectl set image failed: Error from server (Forbidden): no',
  ],
  ['the exit code of a silent kubectl', { exitCode: 7 }, 'kubectl set image failed: exit code 7'],
  ['a kubectl that hangs', { exitCode: 1, timedOut: true }, 'kubectl set image failed: it did not end in time'],
] as const) {
  test(`a failure says ${says}`, async () => {
    const { failure } = await change(result);
    assert.deepEqual([failure?.code, failure?.message], ['apply-failed', message]);
  });
}
