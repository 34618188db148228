import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { objectsAt, textAt } from '../../src/values/json.ts';
import { firstContainer, newRevisions } from '../support/cluster.ts';
import { gatedKubectl } from '../support/gated-kubectl.ts';
import { newHistory, type History } from '../support/history.ts';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { configMapText, documents, manifestText, workloadText } from '../support/workload-text.ts';

/** Commits have an order, and what is live follows it: whoever comes late does not take the cluster back. */

const OLD_IMAGE = 'busybox:1';
const NEW_IMAGE = 'node:24-slim';

/** root ← older ← newer, older ← side, and after `newer` so many more that GitHub does not list them all on one page. */
type Commits = { readonly [name in 'root' | 'older' | 'newer' | 'side' | 'far']: string };
const COMMITS_UP_TO_FAR = 200;

let scene: Scene;
let history: History;
let commits: Commits;
before(async () => {
  scene = await openScene('order');
  history = newHistory(join(dirname(scene.workspace), 'history'));
  const [root, older, newer] = [history.commit('root'), history.commit('older'), history.commit('newer')];
  for (let count = 1; count < COMMITS_UP_TO_FAR; count += 1) {
    history.commit(`commit ${count}`);
  }
  const far = history.commit('far');
  history.branch('side', older);
  commits = { root, older, newer, far, side: history.commit('side') };
  scene.github.push('org/app', history.parents());
  history.checkOut(scene.workspace);
});
after(async () => scene.close());

/** What a commit has in its manifests. */
type Content = {
  readonly image?: string;
  /** In the ConfigMap; the commit without it. */
  readonly data?: string;
  /** In the pod template; the commit without it. */
  readonly mark?: string;
  /** Added to the Deployment. */
  readonly spec?: Readonly<Record<string, unknown>>;
};

/** Deploys a commit: a ConfigMap and a Deployment, which are called after the target, from a file of its own. */
function deploy(target: string, commit: keyof Commits, content: Content = {}, wish: Wish = {}): Promise<Deploy> {
  const { image = OLD_IMAGE, data = commit, mark = commit, spec = {} } = content;
  const file = `${target}-${commit}.yaml`;
  scene.write(
    file,
    documents(
      configMapText(target, { data }),
      workloadText({ name: target, spec, containers: [{ image, env: { MARK: mark }, envFrom: target }] }),
    ),
  );
  return scene.deploy({
    sha: commits[commit],
    ...wish,
    inputs: { manifests: file, 'must-exist': 'none', timeout: '60s', ...wish.inputs },
  });
}

const live = async (
  target: string,
): Promise<{ readonly image: unknown; readonly data: unknown; readonly commit: unknown }> => {
  const [deployment, settings] = await Promise.all([
    scene.cluster.get(`deployment/${target}`),
    scene.cluster.get(`configmap/${target}`),
  ]);
  return {
    image: firstContainer(deployment)['image'],
    data: textAt(settings, 'data', 'data'),
    commit: textAt(deployment, 'metadata', 'annotations', 'k8s-deploy/commit'),
  };
};

const short = (commit: keyof Commits): string => commits[commit].slice(0, 7);

function assertGreen({ exitCode, log }: Deploy): void {
  assert.equal(exitCode, 0, log);
}

/** A deploy that is refused as stale, and nothing in the namespace is changed by it. */
async function assertStale(deploying: () => Promise<Deploy>): Promise<Deploy> {
  const untouched = await scene.cluster.snapshot();
  const refused = await deploying();
  assert.deepEqual(
    [refused.exitCode, refused.outputs['result'], refused.outputs['reason'], refused.outputs['changed']],
    [1, 'failed', 'stale', 'false'],
    refused.log,
  );
  assert.deepEqual(refused.changes, []);
  assert.deepEqual(await scene.cluster.snapshot(), untouched);
  return refused;
}

describe('a whole clone', () => {
  let first: Deploy;
  before(async () => {
    first = await deploy('whole', 'newer');
    assertGreen(first);
  });

  test('an ancestor of what is live is refused; the live commit, its object and its run are named', async () => {
    const refused = await assertStale(() => deploy('whole', 'older'));

    const run = textAt(await scene.cluster.get('deployment/whole'), 'metadata', 'annotations', 'k8s-deploy/run') ?? '';
    assert.match(run, /^https:\/\/github\.com\/org\/app\/actions\/runs\/\d+\/attempts\/1$/);
    assert.ok(
      refused.log.includes(
        `failed: ${short('older')} is older than ${short('newer')}, which is live in ConfigMap/whole in ${scene.cluster.namespace} (run ${run})`,
      ),
      refused.log,
    );
    assert.match(refused.log, /To go back on purpose, set allow-downgrade: true\./);
    assert.match(refused.summary, /^## ❌ /);
    assert.ok(refused.annotations.every((line) => line.includes('stale')));
  });

  test('one whose manifests are what is live already is refused too', async () => {
    await assertStale(() => deploy('whole', 'older', { data: 'newer', mark: 'newer' }));
  });

  test('the same commit again deploys, and changes nothing', async () => {
    const again = await deploy('whole', 'newer');

    assertGreen(again);
    assert.deepEqual(again.changes, []);
  });

  test('with allow-downgrade the ancestor deploys', async () => {
    const back = await deploy('whole', 'older', {}, { inputs: { 'allow-downgrade': 'true' } });

    assertGreen(back);
    assert.deepEqual(await live('whole'), { image: OLD_IMAGE, data: 'older', commit: commits.older });
  });

  test('a descendant deploys, and so does a branch that has gone another way', async () => {
    assertGreen(await deploy('whole', 'newer'));
    const side = await deploy('whole', 'side');

    assertGreen(side);
    assert.doesNotMatch(side.log, /Nobody knows/);
    assert.equal((await live('whole')).commit, commits.side);
  });

  test('GitHub was asked about none of this', () => {
    assert.deepEqual(scene.github.questions(), []);
  });
});

const annotate = (annotations: Readonly<Record<string, string>>): Promise<string> =>
  scene.cluster.kubectl([
    'annotate',
    '--overwrite',
    'configmap/foreign',
    'deployment/foreign',
    ...Object.entries(annotations).map(([name, value]) => `${name}=${value}`),
  ]);

describe('annotations that are not of our history', () => {
  before(async () => assertGreen(await deploy('foreign', 'older')));

  const ORIGINS: readonly { readonly what: string; readonly annotations: () => Readonly<Record<string, string>> }[] = [
    {
      what: 'the commit of another repository',
      annotations: () => ({ 'k8s-deploy/commit': commits.newer, 'k8s-deploy/repository': 'org/other' }),
    },
    {
      what: 'a commit that is none',
      annotations: () => ({ 'k8s-deploy/commit': '--upload-pack=touch x', 'k8s-deploy/repository': 'org/app' }),
    },
    {
      what: 'a commit of an abbreviated id',
      annotations: () => ({ 'k8s-deploy/commit': short('newer'), 'k8s-deploy/repository': 'org/app' }),
    },
    {
      what: 'a repository that is none',
      annotations: () => ({ 'k8s-deploy/commit': commits.newer, 'k8s-deploy/repository': '../..' }),
    },
  ];
  for (const { what, annotations } of ORIGINS) {
    test(`${what} is ignored`, async () => {
      await annotate(annotations());

      const deployed = await deploy('foreign', 'older');

      assertGreen(deployed);
      assert.doesNotMatch(deployed.log, /Nobody knows/);
    });
  }

  test('the name of the repository counts whatever its case', async () => {
    await annotate({ 'k8s-deploy/commit': commits.newer, 'k8s-deploy/repository': 'Org/App' });

    await assertStale(() => deploy('foreign', 'older'));
  });
});

describe('a shallow clone', () => {
  before(async () => {
    history.checkOut(scene.workspace, 1);
    assertGreen(await deploy('shallow', 'far'));
    scene.github.questions();
  });
  after(() => history.checkOut(scene.workspace));
  afterEach(() => scene.github.heal());

  test('GitHub is asked, and knows an ancestor from 200 commits ago', async () => {
    const refused = await assertStale(() => deploy('shallow', 'older'));

    assert.match(refused.log, new RegExp(`${short('older')} is older than ${short('far')}, which is live in`));
    assert.deepEqual(scene.github.questions(), [
      `/repos/org/app/compare/${commits.older}...${commits.far}?per_page=1&page=2`,
    ]);
  });

  const FAULTS = [
    { what: 'answers 404', fault: { kind: 'status', status: 404 }, says: /GitHub does not have both commits/, asks: 1 },
    { what: 'answers 500', fault: { kind: 'status', status: 500 }, says: /GitHub answered 500/, asks: 3 },
    { what: 'does not answer', fault: { kind: 'reset', when: 'before' }, says: /GitHub did not answer/, asks: 3 },
  ] as const;
  for (const { what, fault, says, asks } of FAULTS) {
    test(`GitHub ${what}: that is a warning, and the deploy goes on`, async () => {
      assertGreen(await deploy('shallow', 'far'));
      scene.github.questions();
      scene.github.fail(fault);

      const deployed = await deploy('shallow', 'older');

      assertGreen(deployed);
      assert.match(
        deployed.log,
        /warning: Nobody knows whether commit [0-9a-f]{7}, which is live in \S+ in \S+, is newer/,
      );
      assert.match(deployed.log, says);
      assert.equal(scene.github.questions().length, asks);
    });
  }

  test('without a token nobody is asked: that is a warning too', async () => {
    assertGreen(await deploy('shallow', 'far'));
    scene.github.questions();

    const deployed = await deploy('shallow', 'older', {}, { inputs: { 'github-token': '' } });

    assertGreen(deployed);
    assert.match(deployed.log, /there is no token to ask GitHub with/);
    assert.deepEqual(scene.github.questions(), []);
  });
});

/** A pod counts after so many seconds: its rollout lasts long enough for another deploy. */
const slowly = (seconds: number): Content => ({ spec: { minReadySeconds: seconds } });

const WAIT = 'until [ -e /tmp/go ]; do sleep 0.2; done';

/** A Job that runs until it is let go. */
function waitingJob(name: string): string {
  return manifestText({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'main', image: OLD_IMAGE, command: ['sh', '-c', WAIT] }],
        },
      },
    },
  });
}

const outcomes = ({ outputs }: Deploy): readonly (string | undefined)[] => [outputs['result'], outputs['reason']];
const AGAIN = 'An older commit was deployed over this one meanwhile: it is applied once more';
const newerIsLive = async (target: string): Promise<void> =>
  assert.deepEqual(await live(target), { image: NEW_IMAGE, data: 'newer', commit: commits.newer });

describe('two deploys of one target at once', () => {
  test('the newer one comes while the older one is rolled out: the older one is superseded', async () => {
    let newer: Deploy | undefined;

    const older = await deploy('during', 'older', slowly(20), {
      meanwhile: {
        atText: '::group::Roll out',
        act: async () => {
          newer = await deploy('during', 'newer', { image: NEW_IMAGE });
        },
      },
    });

    assert.deepEqual(outcomes(older), ['superseded', 'rollout-superseded'], older.log);
    assert.doesNotMatch(older.log, /it is applied once more/);
    assert.ok(newer !== undefined);
    assertGreen(newer);
    await newerIsLive('during');
  });

  test('the newer one comes and goes while the older one waits for its Jobs: the older one is stale, and touches no workload', async () => {
    assertGreen(await deploy('jobs', 'root'));
    scene.write('jobs-before.yaml', waitingJob('jobs-before'));
    let newer: Deploy | undefined;
    const before = await scene.cluster.revisions();

    const older = await deploy(
      'jobs',
      'older',
      {},
      {
        inputs: { 'pre-deploy': 'jobs-before.yaml' },
        meanwhile: {
          atText: '::group::Run the Jobs before',
          act: async () => {
            newer = await deploy('jobs', 'newer', { image: NEW_IMAGE });
            await until('a pod of the Job', () =>
              scene.cluster.kubectl(['exec', 'job/jobs-before', '--', 'touch', '/tmp/go']).catch(() => undefined),
            );
          },
        },
      },
    );

    assert.ok(newer !== undefined);
    assertGreen(newer);
    assert.deepEqual(outcomes(older), ['failed', 'stale'], older.log);
    assert.match(older.log, new RegExp(`${short('older')} is older than ${short('newer')}, which is live in`));
    assert.deepEqual(newRevisions(before, await scene.cluster.revisions()), { jobs: 1 });
    await newerIsLive('jobs');
  });

  test('the older one applies while the newer one is rolled out: the newer one is applied once more, and is green', async () => {
    const gate = gatedKubectl(dirname(scene.workspace), scene.lab.env['PATH'] ?? '');
    const deployingOlder = deploy('gate', 'older', { spec: { minReadySeconds: 10 } }, { path: gate.path });
    await gate.arrived();

    const newer = await deploy(
      'gate',
      'newer',
      { image: NEW_IMAGE, spec: { minReadySeconds: 5 } },
      {
        meanwhile: {
          atText: '::group::Roll out',
          act: async () => {
            gate.open();
          },
        },
      },
    );

    const older = await deployingOlder;
    assertGreen(newer);
    assert.ok(newer.log.includes(AGAIN), newer.log);
    assert.deepEqual(outcomes(older), ['superseded', 'rollout-superseded'], older.log);
    await newerIsLive('gate');
  });

  test('the older one takes back only the configuration: the newer one sees that, too', async () => {
    const content = { image: NEW_IMAGE, mark: 'the same' };
    const gate = gatedKubectl(dirname(scene.workspace), scene.lab.env['PATH'] ?? '');
    const deployingOlder = deploy('settings', 'older', content, { path: gate.path });
    await gate.arrived();

    const newer = await deploy('settings', 'newer', content, {
      meanwhile: {
        atText: '::group::Roll out',
        act: async () => {
          gate.open();
          await deployingOlder;
        },
      },
    });

    assertGreen(newer);
    assert.ok(newer.log.includes(AGAIN), newer.log);
    assert.equal((await live('settings')).data, 'newer');
    assert.match(newer.log, /restart {4}deployment\/settings \(ConfigMap\/settings changed\)/);
  });

  test('the older one begins while the newer one is rolled out: it is stale at once', async () => {
    let older: Deploy | undefined;

    const newer = await deploy(
      'late',
      'newer',
      { image: NEW_IMAGE, spec: { minReadySeconds: 5 } },
      {
        meanwhile: {
          atText: '::group::Roll out',
          act: async () => {
            older = await deploy('late', 'older');
          },
        },
      },
    );

    assertGreen(newer);
    assert.ok(older !== undefined);
    assert.deepEqual([...outcomes(older), ...older.changes], ['failed', 'stale']);
    await newerIsLive('late');
  });

  test('no lock of any kind is left behind', async () => {
    const names = await scene.cluster.kubectl(['get', 'leases,configmaps,secrets', '--output=json']);

    assert.deepEqual(
      objectsAt(JSON.parse(names), 'items')
        .map((object) => textAt(object, 'metadata', 'name') ?? '')
        .filter((name) => /lock|lease|k8s-deploy/.test(name)),
      [],
    );
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
