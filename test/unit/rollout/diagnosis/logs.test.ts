import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError } from '../../../../src/errors.ts';
import { unwellContainers } from '../../../../src/rollout/diagnosis/containers.ts';
import { readLastWords, readLog } from '../../../../src/rollout/diagnosis/logs.ts';
import { fakeApi, type ApiAnswers } from '../../../support/fake-api.ts';
import { STATUSES } from '../../../support/statuses.ts';
import { crashed, logPath, pod, type Status } from './views.ts';

const CURRENT = logPath('p', 'server', false);
const PREVIOUS = logPath('p', 'server', true);
const RUNS_AGAIN: Status = {
  restartCount: 1,
  state: { running: {} },
  lastState: { terminated: { exitCode: 1, reason: 'Error' } },
};
const status = (code: number, message: string): object => ({ kind: 'Status', code, message });

async function read(state: Status, answers: ApiAnswers) {
  const [container] = unwellContainers(pod('p', state));
  assert.ok(container !== undefined);
  const sleeps: number[] = [];
  const api = fakeApi(answers);
  const clock = { sleep: async (milliseconds: number): Promise<void> => void sleeps.push(milliseconds) };
  const log = await readLog({ namespace: 'shop', pod: 'p' }, container, { api, clock });
  return { ...log, requests: api.requests, sleeps };
}

test('a container that waits to be started again: its log is that of the one that ended, asked for once', async () => {
  const { lines, requests } = await read(crashed(1), { [CURRENT]: 'one\n\nError: boom\n' });
  assert.deepEqual([lines, requests], [['one', 'Error: boom'], [`GET ${CURRENT}`]]);
});

test('a container that runs again: first why the one before it ended', async () => {
  const { lines } = await read(RUNS_AGAIN, { [PREVIOUS]: 'Error: boom\n', [CURRENT]: 'starting\n' });
  assert.deepEqual(lines, ['Error: boom', 'starting']);
});

test('no previous container any more: the current log is enough', async () => {
  const gone = status(400, 'previous terminated container "server" in pod "p" not found');
  const { lines, missing } = await read(RUNS_AGAIN, { [PREVIOUS]: gone, [CURRENT]: 'starting\n' });
  assert.deepEqual([lines, missing], [['starting'], undefined]);
});

test('the current log is empty: the previous one is read', async () => {
  const { lines } = await read(crashed(1), { [CURRENT]: '', [PREVIOUS]: 'Error: boom\n' });
  assert.deepEqual(lines, ['Error: boom']);
});

test('a container that never ran is not asked for a log', async () => {
  const { requests, missing } = await read({ state: { waiting: { reason: 'ErrImagePull' } } }, {});
  assert.deepEqual([requests, missing], [[], undefined]);
});

for (const [says, notYet] of [
  ['unable to retrieve container logs', 'unable to retrieve container logs for containerd://abc'],
  ['500', status(500, 'rotated')],
] as const) {
  test(`a log that is not there yet (${says}) is asked for again, twice and after a pause`, async () => {
    let asked = 0;
    const late = {
      get [CURRENT]() {
        asked += 1;
        return asked < 3 ? notYet : 'Error: boom\n';
      },
    };
    const { lines, sleeps } = await read(
      { ...crashed(1), lastState: {}, state: { terminated: { exitCode: 1 } } },
      late,
    );
    assert.deepEqual([lines, sleeps], [['Error: boom'], [500, 500]]);
  });

  test(`a log that never comes (${says}) is missing, and says why`, async () => {
    const { lines, missing, requests } = await read(
      { ...crashed(1), lastState: {}, state: { terminated: { exitCode: 1 } } },
      { [CURRENT]: notYet },
    );
    assert.deepEqual([lines.length, requests.length], [0, 3]);
    assert.match(missing ?? '', /rotated|unable to retrieve/);
  });
}

test('logs that may not be read say so', async () => {
  const { missing, requests } = await read(crashed(1), {
    [CURRENT]: STATUSES.mayNotPatch,
    [PREVIOUS]: STATUSES.mayNotPatch,
  });
  assert.equal(missing, "the kubeconfig's user may not read logs");
  assert.equal(requests.length, 2);
});

test('an API server that is away costs the log only; a run that is cancelled ends', async () => {
  const { missing } = await read(crashed(1), { [CURRENT]: new DeployError('cluster-unreachable', 'away') });
  assert.equal(missing, 'the API server does not answer');
  await assert.rejects(read(crashed(1), { [CURRENT]: new DeployError('cancelled', 'stop') }), /stop/);
});

test('lines so long that the limit cuts the end off: the last three are read for themselves', async () => {
  const short = CURRENT.replace('tailLines=30&limitBytes=65536', 'tailLines=3');
  const { lines } = await read(crashed(1), { [CURRENT]: 'x'.repeat(65_536), [short]: 'Error: boom' });
  assert.deepEqual(lines, ['Error: boom']);
});

test('last words: those of the container that ended, else of the one that runs', async () => {
  const place = { namespace: 'shop', pod: 'p', container: 'server' };
  assert.deepEqual(await readLastWords(place, fakeApi({ [PREVIOUS]: 'bye\n', [CURRENT]: 'hi\n' })), ['bye']);
  assert.deepEqual(await readLastWords(place, fakeApi({ [CURRENT]: 'hi\n' })), ['hi']);
  assert.deepEqual(await readLastWords(place, fakeApi({})), []);
});
