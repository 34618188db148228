import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planChange, type PlannedChange } from '../../../src/apply/change.ts';
import { handOverFields } from '../../../src/apply/hand-over.ts';
import { textAt, type JsonObject } from '../../../src/values/json.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { failureOfWork } from '../../support/failures.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { manifestOf, targetOf } from '../../support/manifests.ts';

const PATH = '/apis/policy/v1/namespaces/shop/poddisruptionbudgets/pdb';
const DRY_RUN = `PATCH ${PATH}?dryRun=All&fieldManager=k8s-deploy&fieldValidation=Strict&force=false`;
const OUTRUN =
  'Error from server (Conflict): Operation cannot be fulfilled on x "pdb": the object has been modified; …';

const stored = (resourceVersion: string, manager: string): JsonObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: {
    name: 'pdb',
    resourceVersion,
    managedFields: [{ manager, operation: 'Update', apiVersion: 'policy/v1', fieldsV1: { 'f:spec': {} } }],
  },
});

async function budget(): Promise<PlannedChange> {
  const manifest = await manifestOf('apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: pdb\n');
  const live = stored('1', 'kubectl-client-side-apply');
  return planChange(targetOf(manifest), live, live);
}

/** kubectl refuses the patch so often, because a controller was faster; what it is given is written down. */
async function handOver(refusals: number) {
  const versions: string[] = [];
  const files = memoryFiles({});
  const live = { [PATH]: stored('2', 'kubectl-client-side-apply'), [DRY_RUN]: stored('3', 'k8s-deploy') };
  const ports = fakePorts({
    files,
    exec: {
      run: async ({ args }) => {
        const patchFile = args.find((arg) => arg.startsWith('--patch-file='))?.slice('--patch-file='.length) ?? '';
        versions.push(/resourceVersion","value":"(\d+)"/.exec(await files.readText(patchFile))?.[1] ?? '');
        const isRefused = versions.length <= refusals;
        return { exitCode: isRefused ? 1 : 0, stdout: '', stderr: isRefused ? OUTRUN : '', timedOut: false };
      },
    },
  });
  const change = await budget();
  const kubectl = { path: 'kubectl', kubeconfigPath: '', context: 'c' };
  const plan = { forceConflicts: false, origin: { commit: 'c', repository: 'org/shop', runUrl: '' } };
  const context = { kubectl, api: fakeApi(live), folder: '/private', ports, plan, images: [] };
  const work = () => handOverFields([change], context);
  return { versions, work };
}

test('an object that a controller changed meanwhile is read again and handed over', async () => {
  const { versions, work } = await handOver(1);
  const [renewed] = await work();
  assert.deepEqual(versions, ['1', '2']);
  assert.deepEqual(
    [renewed?.live, renewed?.desired].map((object) => textAt(object, 'metadata', 'resourceVersion')),
    ['1', '3'],
    'what applying does is asked anew, and is told as a difference to the object before',
  );
});

test('an object that never stands still is given up after five attempts', async () => {
  const { versions, work } = await handOver(99);
  const { code, message } = await failureOfWork(work);
  assert.equal(code, 'apply-failed');
  assert.match(message, /the object has been modified/);
  assert.equal(versions.length, 5);
});
