import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { objectsAt, textAt, type JsonObject } from '../../src/values/json.ts';
import type { Snapshot } from '../support/cluster.ts';
import { kubectlDiff, type FieldsByObject } from '../support/kubectl-diff.ts';
import { nameFor, PLANNED_CHANGES, SECRET_VALUES, type PlannedChangeCase } from '../support/planned-changes.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { documents, manifestText } from '../support/workload-text.ts';

/** One set with a change in nearly every object, planned once; and what `kubectl diff --server-side` says of the same files. */

/** The kinds of the table that a snapshot does not have by itself. Without those to which a controller writes a status when it comes around. */
const MORE_KINDS = 'roles,ingresses,networkpolicies,cronjobs';

/** Reads a ConfigMap that changes, and stays as it is. */
const READER: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'reader' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'reader' } },
    template: {
      metadata: { labels: { app: 'reader' } },
      spec: {
        containers: [
          {
            name: 'main',
            image: 'busybox:1',
            envFrom: [{ configMapRef: { name: nameFor('a key with another value') } }],
          },
        ],
      },
    },
  },
};

let scene: Scene;
let untouched: Snapshot;
let plan: Deploy;
let kubectl: FieldsByObject;

before(async () => {
  scene = await openScene('plan');
  Object.values(SECRET_VALUES).forEach((value) => scene.secret(value));
  scene.write(
    'before.yaml',
    manifestsOf(({ appliedBy, before: old }) => (appliedBy === 'us' ? old : undefined)),
  );
  const applied = await scene.deploy({ inputs: { manifests: 'before.yaml' } });
  assert.equal(applied.exitCode, 0, applied.log);
  await applyByKubectl();
  const wanted = manifestsOf((one) => one.after);
  scene.write('after.yaml', wanted);
  untouched = await scene.cluster.snapshot(MORE_KINDS);
  plan = await planAfter();
  kubectl = await kubectlDiff(scene.cluster, wanted);
});
after(async () => scene.close());

function manifestsOf(side: (one: PlannedChangeCase) => JsonObject | undefined): string {
  const objects = PLANNED_CHANGES.map(side).filter((object) => object !== undefined);
  return documents(...[...objects, READER].map(manifestText));
}

async function applyByKubectl(): Promise<void> {
  const theirs = PLANNED_CHANGES.filter(({ appliedBy }) => appliedBy === 'kubectl apply');
  const input = documents(...theirs.map((one) => manifestText(one.before)));
  await scene.cluster.kubectl(['apply', '--filename=-'], { input });
  for (const { since } of PLANNED_CHANGES) {
    if (since !== undefined) {
      await scene.cluster.kubectl(since.args, since.editor === undefined ? {} : { env: { KUBE_EDITOR: since.editor } });
    }
  }
}

function planAfter(inputs: Readonly<Record<string, string>> = {}): Promise<Deploy> {
  return scene.deploy({ inputs: { command: 'plan', manifests: 'after.yaml', ...inputs } });
}

function plannedObjects(): readonly JsonObject[] {
  return objectsAt(JSON.parse(plan.report), 'plan', 'objects');
}

function idOf(object: JsonObject): string {
  return `${textAt(object, 'kind') ?? ''}/${textAt(object, 'name') ?? textAt(object, 'metadata', 'name') ?? ''}`;
}

describe('each change as the plan tells it and as `kubectl diff --server-side` does', () => {
  for (const one of PLANNED_CHANGES) {
    const { change, verb, fields, onlyOurs } = one;
    test(onlyOurs === undefined ? change : `${change} (${onlyOurs.because})`, () => {
      const id = idOf(one.after);
      const planned = plannedObjects().find((object) => idOf(object) === id) ?? {};
      const ours = objectsAt(planned, 'fields').map((field) => textAt(field, 'path') ?? '');

      assert.equal(planned['verb'], verb);
      assert.deepEqual((kubectl[id] ?? []).toSorted(), fields.toSorted(), 'kubectl diff');
      const expected = verb === 'create' ? [] : [...fields, ...(onlyOurs?.fields ?? [])];
      assert.deepEqual(ours.toSorted(), expected.toSorted(), 'the plan');
    });
  }

  test('neither names an object beside them', () => {
    const told = new Set(PLANNED_CHANGES.map((one) => idOf(one.after)));
    assert.deepEqual(
      Object.keys(kubectl).filter((id) => !told.has(id)),
      [],
    );
    assert.deepEqual(
      plannedObjects()
        .filter((object) => !told.has(idOf(object)))
        .map((object) => [idOf(object), object['verb']]),
      [['Deployment/reader', 'none']],
    );
  });
});

test('a plan ends with 0, says that something would change, and leaves every object as it was', async () => {
  assert.equal(plan.exitCode, 0, plan.log);
  assert.equal(plan.outputs['changed'], 'true');
  assert.match(plan.outputs['plan-hash'] ?? '', /^[0-9a-f]{64}$/);
  assert.match(plan.log, new RegExp(`^ *plan-hash: ${plan.outputs['plan-hash']}$`, 'm'));
  assert.deepEqual(plan.changes, []);
  assert.deepEqual(await scene.cluster.snapshot(MORE_KINDS), untouched);
});

test('with fail-on-change it ends with 1 and `changes-found`, with the same hash, and leaves every object as it was', async () => {
  const failing = await planAfter({ 'fail-on-change': 'true' });

  assert.deepEqual([failing.exitCode, failing.outputs['reason']], [1, 'changes-found'], failing.log);
  assert.equal(failing.outputs['plan-hash'], plan.outputs['plan-hash']);
  assert.deepEqual(failing.changes, []);
  assert.deepEqual(await scene.cluster.snapshot(MORE_KINDS), untouched);
});

test('with fail-on-change and nothing to change it is green, and `changed` is false', async () => {
  scene.write('reader.yaml', manifestText(READER));

  const green = await scene.deploy({
    inputs: { command: 'plan', manifests: 'reader.yaml', 'fail-on-change': 'true' },
  });

  assert.deepEqual([green.exitCode, green.outputs['changed']], [0, 'false'], green.log);
  assert.match(green.summary, /Nothing would change/);
});

test('a value of a Secret is told as changed or added by its key, in the log and in the summary, and is shown nowhere', () => {
  for (const text of [plan.log, plan.summary]) {
    assert.match(text, /password: \(old value\)[^]*password: \(changed\)/);
    assert.match(text, /token: \(old value\)[^]*token: \(changed\)/);
    assert.match(text, /token: \(added\)/);
  }
  const secrets = plannedObjects().filter((object) => object['kind'] === 'Secret');
  assert.deepEqual(
    secrets.flatMap((object) => objectsAt(object, 'fields')),
    [
      { path: 'data.password', kind: 'changed', before: '(old value)', after: '(changed)' },
      { path: 'data.token', kind: 'changed', before: '(old value)', after: '(changed)' },
    ],
  );
});

test('what would restart is told with its reason; what gets a new revision anyway is not among it', () => {
  const restarts = objectsAt(JSON.parse(plan.report), 'plan', 'restarts');
  assert.deepEqual(restarts, [
    {
      kind: 'Deployment',
      namespace: scene.cluster.namespace,
      name: 'reader',
      reason: 'ConfigMap/a-key-with-another-value changed',
    },
  ]);
  assert.match(plan.log, /^ *restart +deployment\/reader in \S+ \(ConfigMap\/a-key-with-another-value changed\)$/m);
  assert.match(plan.summary, /deployment\/reader would restart/);
});

test('the images that would change are told with the old and the new one', () => {
  const images = objectsAt(JSON.parse(plan.report), 'plan', 'images').filter(({ before }) => before !== null);
  const expected = {
    namespace: scene.cluster.namespace,
    container: 'main',
    before: 'busybox:1',
    after: 'busybox:1.37',
  };
  assert.deepEqual(images, [
    { kind: 'Deployment', name: 'an-image', ...expected },
    { kind: 'DaemonSet', name: 'a-template-of-a-daemonset', ...expected },
  ]);
  assert.match(plan.log, /^ *image +deployment\/an-image in \S+, container main: busybox:1 → busybox:1\.37$/m);
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
