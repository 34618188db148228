import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isJsonObject, textAt, valueAt, type JsonObject } from '../../../../src/values/json.ts';
import { IMAGE } from './objects.ts';
import { knowing, looksOf, secret, told, watch, type Course, type Step } from './timeline.ts';

/**
 * What a real kubelet and the controllers of Kubernetes 1.34 with containerd 1.6 wrote about one broken workload each, change by change, with
 * the seconds since `kubectl apply` returned; cut to what is read of it. Quiet moments between changes are looks too.
 */
const FOLDER = join(import.meta.dirname, 'fixtures');

type Change = { readonly seconds: number; readonly object: JsonObject };

function changesOf(name: string): readonly Change[] {
  const lines = readFileSync(join(FOLDER, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const change: unknown = JSON.parse(line);
    const [seconds, object] = Array.isArray(change) ? change : [];
    assert.ok(typeof seconds === 'number' && isJsonObject(object));
    return { seconds, object };
  });
}

/** Each change as a step: the newest version of every object so far. */
function stepsOf(changes: readonly Change[]): readonly Step[] {
  return changes.map(({ seconds }, index): Step => {
    const newest = new Map(
      changes.slice(0, index + 1).map(({ object }) => [String(valueAt(object, 'metadata', 'uid')), object]),
    );
    const of = (kind: string): readonly JsonObject[] =>
      [...newest.values()].filter((object) => object['kind'] === kind);
    const workload = [...newest.values()].find((object) => object['kind'] !== 'Pod' && object['kind'] !== 'Event');
    const wanted = textAt(workload, 'status', 'updateRevision');
    const pods = of('Pod').filter((pod) => textAt(pod, 'metadata', 'deletionTimestamp') === undefined);
    const isNewest = (pod: JsonObject): boolean =>
      wanted === undefined || textAt(pod, 'metadata', 'labels', 'controller-revision-hash') === wanted;
    return [
      seconds,
      {
        object: workload,
        pods: pods.filter(isNewest),
        olderPods: pods.filter((pod) => !isNewest(pod)),
        events: of('Event'),
      },
    ];
  });
}

type Recording = { readonly ends: string; readonly steps?: readonly Step[]; readonly generation?: number };

const MISSING_IMAGE = 'registry.test/library/busybox:nope';
const says = (line: string, uid: string): Step => [1.5, knowing({ lastWords: new Map([[`${uid}/server`, [line]]]) })];

/** When it is known what was asked for, and what comes of it. */
const RECORDINGS: Readonly<Record<string, Recording>> = {
  'as-root': { ends: 'failed runs-as-root (config-root) at 0.923' },
  'command-not-found': { ends: 'failed command-not-found (crash-command) at 2.129' },
  crash: { ends: 'failed container-crashed (crash) at 13.772' },
  'crash-ds': { ends: 'failed container-crashed (crash) at 15.326' },
  'crash-job': { ends: 'failed job-failed at 33.768' },
  'crash-once': { ends: 'done at 12' },
  'exit-127': { ends: 'failed command-not-found (crash-exit-code) at 2.323' },
  hook: { ends: 'failed hook-failed (crash-hook) at 14' },
  'init-fails': { ends: 'failed init-container-failed (crash-init) at 37' },
  'invalid-image': { ends: 'failed image-name-invalid (image-name) at 1.195' },
  'limit-range': { ends: 'failed limit-range-violated (creation-limits) at 5.231' },
  // Ready for four seconds before its probe has failed often enough: what comes after that is for the soak.
  liveness: { ends: 'done at 4' },
  'mount-not-directory': { ends: 'failed container-not-started (crash-mount) at 2.409' },
  'never-pull': { ends: 'failed image-never-pulled (image-never-pull) at 11' },
  oom: { ends: 'failed out-of-memory (crash-memory) at 2.019' },
  'pod-security': { ends: 'failed pod-security-violated (creation-security) at 5.242' },
  'pull-401': { ends: 'failed image-access-denied (image-access) at 13' },
  'pull-refused': { ends: 'progressing' },
  pvc: { ends: 'failed volume-claim-missing (schedule-claim) at 31' },
  quota: { ends: 'failed quota-exceeded (creation-quota) at 5.224', steps: [[0, knowing({})]] },
  'quota-ds': { ends: 'failed quota-exceeded (creation-quota) at 5.252', steps: [[0, knowing({})]] },
  'quota-job': { ends: 'failed quota-exceeded (creation-quota) at 6', steps: [[0, knowing({})]] },
  'quota-sts': { ends: 'failed quota-exceeded (creation-quota) at 5.239', steps: [[0, knowing({})]] },
  'secret-env': { ends: 'failed config-missing (config-object) at 21', steps: [[1, secret('missing')]] },
  'secret-key': {
    ends: 'failed config-key-missing (config-key) at 22',
    steps: [[1, secret('missing', 'db', 'password')]],
  },
  'secret-late': {
    ends: 'done at 34',
    steps: [
      [1, secret('missing')],
      [15, secret('there')],
    ],
  },
  selector: { ends: 'failed pod-unschedulable (schedule) at 46', steps: [[0, knowing({})]] },
  'service-account': { ends: 'failed service-account-missing (creation-service-account) at 16' },
  sidecar: { ends: 'failed container-crashed (crash) at 19.248' },
  'sts-wedge': {
    ends: 'failed update-blocked (workload-blocked) at 46',
    steps: [[0, knowing({ images: new Map([[MISSING_IMAGE, 'there']]) })]],
    generation: 2,
  },
  tag: { ends: 'failed image-not-found (image-missing) at 15.51' },
  'tag-sts': { ends: 'failed image-not-found (image-missing) at 12.568' },
  'volume-key': { ends: 'failed config-key-missing (mount-key) at 31', steps: [[0, secret('missing', 'tls', 'cert')]] },
  'volume-secret': { ends: 'failed config-missing (mount-object) at 31', steps: [[0, secret('missing', 'tls')]] },
};

function endOf(name: string, more: readonly Step[] = [], generation = 1, quietSeconds = 0): string {
  const changes = changesOf(name);
  const workload = changes.find(({ object }) => object['kind'] !== 'Pod' && object['kind'] !== 'Event')?.object;
  const course: Course = {
    pinned: {
      uid: textAt(workload, 'metadata', 'uid') ?? '',
      generation,
      images: new Map(),
      serverTimeMilliseconds: Date.parse(textAt(workload, 'metadata', 'creationTimestamp') ?? ''),
    },
  };
  const last = Math.max(quietSeconds, changes.at(-1)?.seconds ?? 0);
  const looks = looksOf([...stepsOf(changes), ...more], last).filter(
    ({ seconds }) => seconds >= (changes[0]?.seconds ?? 0),
  );
  return told(watch(looks, course));
}

for (const [name, { ends, steps, generation }] of Object.entries(RECORDINGS)) {
  test(`as the lab's kubelet had it: ${name}: ${ends}`, () => {
    const quietSeconds = Number(/ at ([\d.]+)/.exec(ends)?.[1] ?? 0);
    assert.equal(endOf(name, steps, generation, quietSeconds), ends);
  });
}

test('a tag that the registry does not have, and the runner knows it: 1.3 s', () => {
  const knows: Step = [1.3, knowing({ images: new Map([[MISSING_IMAGE, 'missing']]) })];
  assert.equal(endOf('tag', [knows]), 'failed image-not-found (image-missing) at 1.3');
});

test('a crash whose last words speak of nothing that may come up is not watched a third time', () => {
  const [{ object } = { object: {} }] = changesOf('crash-ds').filter(({ object }) => object['kind'] === 'Pod');
  const uid = textAt(object, 'metadata', 'uid') ?? '';
  assert.equal(endOf('crash-ds', [says('Error: no configuration', uid)]), 'failed container-crashed (crash) at 14');
  assert.equal(endOf('crash-ds', [says('connect ECONNREFUSED 10.0.0.1:5432', uid)]), 'progressing');
});

test('every recording is judged', () => {
  const files = readdirSync(FOLDER).map((file) => file.replace('.jsonl', ''));
  assert.deepEqual(
    Object.keys(RECORDINGS).toSorted((one, other) => one.localeCompare(other)),
    files.toSorted((one, other) => one.localeCompare(other)),
  );
  assert.notEqual(IMAGE, MISSING_IMAGE);
});
