import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import type { Cluster } from '../support/cluster.ts';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { configMapText, documents, manifestText, workloadText } from '../support/workload-text.ts';

/**
 * Runs that are killed with all their children, at any moment. The next run of the same commit finishes the work: the cluster is then what a
 * clean deploy of that commit makes of an empty namespace, and nothing private of the killed run is left on the machine.
 */

const KILLS = 30;
const TARGETS = 5;
const SEED = Number(process.env['K8S_DEPLOY_TEST_SEED'] ?? Date.now() % 1_000_000);

/** Two states of the application, in turns. */
const CONTENTS = ['even', 'odd'] as const;
type Content = (typeof CONTENTS)[number];

let scene: Scene;
before(async () => {
  scene = await openScene('killed');
});
after(async () => scene.close());

/** A namespace of its own, a RUNNER_TEMP that all its runs share, and how many commits were deployed there. */
type Place = { readonly cluster: Cluster; readonly temp: string; round: number };

async function openPlace(name: string): Promise<Place> {
  const cluster = scene.addNamespace(`${scene.cluster.namespace}-${name}`);
  await cluster.kubectl(['create', 'namespace', cluster.namespace]);
  const temp = join(dirname(scene.workspace), name);
  mkdirSync(temp);
  return { cluster, temp, round: 0 };
}

/** Writes the manifests of a round of a place, and returns what deploys them. */
function commitOf(place: Place): { readonly content: Content; readonly deploy: (wish?: Wish) => Promise<Deploy> } {
  const content = CONTENTS[place.round % 2] ?? 'even';
  const folder = `${place.cluster.namespace}/${place.round}`;
  const sha = (place.round + 1).toString(16).padStart(40, '0');
  const names = { app: 'db' };
  scene.write(
    `${folder}/app.yaml`,
    documents(
      configMapText('settings', { VALUE: content }),
      manifestText({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' }, stringData: { KEY: content } }),
      manifestText({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'db', labels: { content } },
        spec: { selector: names, ports: [{ port: 80 }] },
      }),
      workloadText({ name: 'reader', containers: [{ envFrom: 'settings' }] }),
      workloadText({ name: 'changing', containers: [{ env: { CONTENT: content } }] }),
      manifestText({
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'db' },
        spec: {
          serviceName: 'db',
          selector: { matchLabels: names },
          template: {
            metadata: { labels: names },
            spec: {
              terminationGracePeriodSeconds: 0,
              containers: [
                {
                  name: 'main',
                  image: 'busybox:1',
                  command: ['sleep', '2147483647'],
                  envFrom: [{ secretRef: { name: 'key' } }],
                },
              ],
            },
          },
        },
      }),
      configMapText(`only-${content}`, { leaves: 'with the next commit' }),
    ),
  );
  scene.write(`${folder}/migration.yaml`, migration(`migrate-${place.round}`));
  const inputs = {
    namespace: place.cluster.namespace,
    manifests: `${folder}/app.yaml`,
    'pre-deploy': `${folder}/migration.yaml`,
    prune: 'true',
    inventory: 'app',
    'must-exist': 'none',
    timeout: '60s',
  };
  return { content, deploy: (wish = {}) => scene.deploy({ sha, temp: place.temp, ...wish, inputs }) };
}

function migration(name: string): string {
  return manifestText({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      template: {
        spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1', command: ['true'] }] },
      },
    },
  });
}

async function deployNext(place: Place): Promise<Deploy> {
  place.round += 1;
  const deploy = await commitOf(place).deploy();
  assert.equal(deploy.exitCode, 0, deploy.log);
  return deploy;
}

/** What a deploy decides about: without what the cluster adds, times, and who deployed it when. A restart that is due would be seen. */
async function stateOf({ cluster }: Place): Promise<unknown> {
  const kinds = 'configmaps,secrets,services,deployments,statefulsets,jobs,persistentvolumeclaims';
  const text = await cluster.kubectl(['get', kinds, '--output=json']);
  const objects = objectsAt(JSON.parse(text), 'items').filter(
    (object) => textAt(object, 'metadata', 'name') !== 'kube-root-ca.crt',
  );
  const written = JSON.stringify(objects.map((object) => ({ ...object, status: undefined, metadata: named(object) })));
  const state: unknown = JSON.parse(
    written.replaceAll(cluster.namespace, 'here').replaceAll(/migrate-\d+/g, 'migrate'),
    (key, value) => (NOISE.has(key) ? undefined : value),
  );
  return state;
}

const NOISE = new Set([
  'clusterIP',
  'clusterIPs',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
  'deployment.kubernetes.io/revision',
  'kubectl.kubernetes.io/restartedAt',
  'k8s-deploy/commit',
  'k8s-deploy/run',
]);

function named(object: JsonObject): JsonObject {
  const of = (name: string): JsonObject => {
    const value = valueAt(object, 'metadata', name);
    return isJsonObject(value) ? value : {};
  };
  return {
    name: textAt(object, 'metadata', 'name'),
    labels: of('labels'),
    annotations: withoutEmpty(of('annotations')),
  };
}

function withoutEmpty(annotations: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== ''));
}

/** Templates that were restarted have annotations, even when these are left out: an empty one is none. */
function normal(state: unknown): unknown {
  const text = JSON.stringify(state, (_key, value: unknown) =>
    isJsonObject(value) && isJsonObject(value['annotations']) && Object.keys(value['annotations']).length === 0
      ? { ...value, annotations: undefined }
      : value,
  );
  return JSON.parse(text);
}

/** What a pod that runs now has in its environment. */
async function assertRuns({ cluster }: Place, app: string, variable: string, content: Content): Promise<void> {
  const seen = await until(`the one pod of ${app}`, async () => {
    const list = await cluster.kubectl(['get', 'pods', `--selector=app=${app}`, '--output=json']);
    const pods = objectsAt(JSON.parse(list), 'items').filter(
      (pod) => textAt(pod, 'metadata', 'deletionTimestamp') === undefined,
    );
    const [name = ''] = pods.map((pod) => textAt(pod, 'metadata', 'name') ?? '');
    return pods.length === 1
      ? cluster.kubectl(['exec', name, '--', 'sh', '-c', `echo "$${variable}"`]).catch(() => undefined)
      : undefined;
  });
  assert.equal(seen.trim(), content, `${app} runs with an old ${variable}`);
}

/** Numbers from 0 to 1 that follow from the seed (a linear congruential generator). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

test(`${KILLS} runs that are killed at any moment, half of them without a post step: the next run makes all of it good`, async (t) => {
  t.diagnostic(`K8S_DEPLOY_TEST_SEED=${SEED}`);
  const places = await Promise.all(Array.from({ length: TARGETS }, async (_, index) => openPlace(`t${index}`)));
  const clean = await Promise.all(
    CONTENTS.map(async (content, index) => {
      const place = await openPlace(`clean-${content}`);
      place.round = index;
      const deploy = await commitOf(place).deploy();
      assert.equal(deploy.exitCode, 0, deploy.log);
      return [content, normal(await stateOf(place))] as const;
    }),
  );
  const wanted = new Map(clean);
  await Promise.all(places.map(deployNext));
  // Measured like the others are run: side by side.
  const lengths = (await Promise.all(places.map(deployNext))).map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  const milliseconds = (lengths.at(-1) ?? 0) * 1000;

  const random = numbersFrom(SEED);
  const kills = Array.from({ length: KILLS }, (_, index) => ({
    at: Math.round(((index + random()) / KILLS) * milliseconds),
    hasPost: index % 2 === 0,
  }));
  const phases: string[] = [];
  const leftFolders: number[] = [];

  await Promise.all(
    places.map(async (place, placeIndex) => {
      for (const { at, hasPost } of kills.filter((_, index) => index % TARGETS === placeIndex)) {
        place.round += 1;
        const { content, deploy } = commitOf(place);
        const killed = await deploy({ killAfterMilliseconds: at, hasPost });
        const phase = killed.exitCode === 0 ? 'the end' : [...killed.log.matchAll(/^::group::(.*)$/gm)].at(-1)?.[1];
        phases.push(phase ?? 'the start');
        const label = `killed after ${at} ms in ${phase ?? 'the start'}, seed ${SEED}`;
        leftFolders.push(privateFolders(place).length);
        assert.ok(!hasPost || privateFolders(place).length === 0, `${label}: the post step left a folder`);

        const next = await deploy();

        assert.equal(next.exitCode, 0, `${label}\n${next.log}`);
        assert.deepEqual(privateFolders(place), [], label);
        assert.deepEqual(normal(await stateOf(place)), wanted.get(content), label);
        await assertRuns(place, 'reader', 'VALUE', content);
        await assertRuns(place, 'db', 'KEY', content);
      }
      const again = await commitOf(place).deploy();
      assert.deepEqual([again.exitCode, again.changes], [0, []], again.log);
    }),
  );
  const counts = [...Map.groupBy(phases, (phase) => phase)].map(([phase, all]) => `${phase}: ${all.length}`);
  t.diagnostic(`a run takes ${Math.round(milliseconds)} ms; killed in ${counts.join(', ')}`);
  t.diagnostic(`${leftFolders.filter((count) => count > 0).length} killed runs left a private folder`);
  // Otherwise nothing was shown about folders.
  assert.ok(leftFolders.some((count) => count > 0));
});

function privateFolders({ temp }: Place): readonly string[] {
  return readdirSync(temp).filter((name) => !name.startsWith('k8s-deploy-report-'));
}

test('none of these runs left a process, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
