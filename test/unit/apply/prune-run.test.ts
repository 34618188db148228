import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PrunedObject } from '../../../src/apply/prune.ts';
import { pruneObjects } from '../../../src/apply/run-prune.ts';
import { DeployError } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { CommandResult, Happening } from '../../../src/ports.ts';
import { fakeApi, type ApiAnswers } from '../../support/fake-api.ts';
import { failureOfWork } from '../../support/failures.ts';
import { fakePorts } from '../../support/fake-ports.ts';

const OURS = { manager: 'k8s-deploy', operation: 'Apply', fieldsV1: { 'f:data': {} } };
const live = (name: string, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'shop', uid: `uid-of-${name}`, managedFields: [OURS], ...metadata },
});
const pathOf = (name: string): string => `/api/v1/namespaces/shop/secrets/${name}`;
const secret = (name: string): PrunedObject => ({
  resource: { apiVersion: 'v1', kind: 'Secret', name: 'secrets', namespaced: true },
  namespace: 'shop',
  name,
  path: pathOf(name),
  live: live(name),
  describe: `Secret/${name} in shop`,
});
const BOTH: ApiAnswers = { [pathOf('a')]: live('a'), [pathOf('b')]: live('b') };

/** Prunes the Secrets a and b; what is said of it, in short. */
async function prune(result: Partial<CommandResult>, answers = BOTH, isCancelled = false) {
  const heard: Happening[] = [];
  const ports = fakePorts({
    exec: { run: async () => ({ exitCode: 0, stdout: '', stderr: '', timedOut: false, ...result }) },
    notify: (happening) => heard.push(happening),
    assertNotCancelled: () => {
      if (isCancelled) {
        throw new DeployError('cancelled', 'stopped');
      }
    },
  });
  const context = { kubectl: { path: '', kubeconfigPath: '', context: '' }, api: fakeApi(answers), folder: '', ports };
  const work = async (): Promise<readonly PrunedObject[]> => pruneObjects(['a', 'b'].map(secret), 'org/shop', context);
  return {
    work,
    said: (): readonly string[] =>
      heard.map((one) => ('text' in one ? one.text : `# ${'subject' in one ? one.subject : ''}`)),
  };
}

test('one after the other, each announced; what kubectl prints of a Secret is not shown', async () => {
  const { work, said } = await prune({ stdout: '{"kind":"Secret","data":{"p":"czNjcmV0"}}' });
  assert.deepEqual(
    (await work()).map(({ name }) => name),
    ['a', 'b'],
  );
  assert.deepEqual(said(), [
    '# Secret/a in shop left the manifests',
    'Secret/a in shop deleted',
    '# Secret/b in shop left the manifests',
    'Secret/b in shop deleted',
  ]);
});

for (const [says, metadata, why] of [
  ['was made anew', { uid: 'another' }, 'it was made anew meanwhile'],
  [
    'is asked to stay by now',
    { annotations: { 'k8s-deploy/prune': 'false' } },
    'it is annotated k8s-deploy/prune: "false"',
  ],
  ['was taken over', { managedFields: [] }, 'the field manager k8s-deploy owns nothing of it any more'],
  [
    'was deployed from elsewhere',
    { annotations: { 'k8s-deploy/repository': 'org/b' } },
    'it was deployed from org/b since',
  ],
  ['is gone', undefined, 'it is gone already'],
] as const) {
  test(`an object that ${says} since it was looked at is left alone`, async () => {
    const { work, said } = await prune(
      {},
      { ...BOTH, [pathOf('a')]: metadata === undefined ? undefined : live('a', metadata) },
    );
    assert.deepEqual(
      (await work()).map(({ name }) => name),
      ['b'],
    );
    assert.deepEqual(said().slice(0, 1), [`Secret/a in shop is not deleted: ${why}`]);
  });
}

for (const [stderr, why] of [
  ['Error from server (NotFound): secrets "a" not found', 'it is gone already'],
  ['Error from server (Conflict): Operation cannot be fulfilled on Secret "a"', 'it was made anew meanwhile'],
] as const) {
  test(`what happens between the look and the delete is no failure: ${why}`, async () => {
    const { work, said } = await prune({ exitCode: 1, stderr });
    assert.deepEqual(await work(), []);
    assert.equal(said()[1], `Secret/a in shop is not deleted: ${why}`);
  });
}

for (const [says, result, message] of [
  [
    'what the server says',
    { exitCode: 1, stderr: 'Error from server (Forbidden): no\n' },
    'Error from server (Forbidden): no',
  ],
  ['a kubectl that hangs', { exitCode: 1, timedOut: true }, 'it did not end in time'],
  ['the exit code of a silent one', { exitCode: 7 }, 'exit code 7'],
] as const) {
  test(`a delete that fails ends the pruning: ${says}`, async () => {
    const { work, said } = await prune(result);
    const failure = await failureOfWork(work);
    assert.deepEqual(
      [failure.code, failure.message],
      ['apply-failed', `kubectl delete of Secret/a in shop failed: ${message}`],
    );
    assert.deepEqual(said(), ['# Secret/a in shop left the manifests']);
  });
}

test('after a cancellation nothing is announced and nothing is deleted', async () => {
  const { work, said } = await prune({}, BOTH, true);
  assert.deepEqual([(await failureOfWork(work)).code, said()], ['cancelled', []]);
});
