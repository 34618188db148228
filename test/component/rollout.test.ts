import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KubeObject } from '../../src/kube/object.ts';
import { objectsAt, type JsonObject } from '../../src/values/json.ts';
import { merged } from '../support/fake-cluster.ts';
import { STATUSES } from '../support/statuses.ts';
import { BUILD, DEPLOY, deploymentText, DIGEST, openShop, SHA, type Deployed, type Shop } from './deploying.ts';

const ALL = { ...BUILD, ...DEPLOY };
const NEXT_SHA = SHA.replace('a1b2', 'ffff');
const SERVER = '/apis/apps/v1/namespaces/default/deployments/server';
const PODS = '/api/v1/namespaces/default/pods';

async function shopWithApp(): Promise<Shop> {
  const shop = openShop();
  assert.equal((await shop.deploy(ALL)).outcome.result, 'succeeded');
  return shop;
}

/** Does something once, when kubectl is asked for the first time about the rollout of the server. */
function whenJudged(shop: Shop, act: () => void): void {
  let isDone = false;
  shop.world.before = (words) => {
    if (!isDone && words.startsWith('rollout status') && words.includes('deployment/server')) {
      isDone = true;
      act();
    }
  };
}

const isServers = ({ kind, metadata }: KubeObject): boolean => kind === 'Pod' && metadata.name.startsWith('server-');

/** Changes the status of all pods of the server. */
function changePods(shop: Shop, change: (status: JsonObject) => JsonObject): void {
  for (const [path, object] of shop.cluster.snapshot()) {
    if (isServers(object)) {
      shop.cluster.store(path, { ...object, status: change(Object(object['status'])) });
    }
  }
}

const withImageId = (imageID: string) => (status: JsonObject) => ({
  ...status,
  containerStatuses: objectsAt(status, 'containerStatuses').map((one) => ({ ...one, imageID })),
});

const said = ({ outcome }: Deployed): readonly [string, string | undefined] => [outcome.result, outcome.reason];

describe('somebody else deploys in the middle of the rollout', () => {
  test('another image: the run is superseded, red, and says so', async () => {
    const shop = await shopWithApp();
    shop.cluster.behave(NEXT_SHA, { kind: 'hangs' });
    shop.world.before = (words) => {
      if (words.startsWith('rollout status deployment/agent')) {
        const live = shop.cluster.object(SERVER) ?? {};
        const [container] = objectsAt(live, 'spec', 'template', 'spec', 'containers');
        const containers = [{ ...container, image: 'ghcr.io/org/server:theirs' }];
        shop.cluster.store(SERVER, merged(live, { spec: { template: { spec: { containers } } } }));
      }
    };
    const deployed = await shop.deploy(ALL, NEXT_SHA);
    assert.deepEqual(said(deployed), ['superseded', 'rollout-superseded'], deployed.outcome.verdict);
    assert.match(deployed.outcome.verdict, /deployment\/server .*supersed/);
  });

  test('more replicas: the rollout is followed to its end', async () => {
    const shop = await shopWithApp();
    whenJudged(shop, () => {
      const live = shop.cluster.object(SERVER) ?? {};
      shop.cluster.store(SERVER, merged(live, { spec: { replicas: 3 } }));
    });
    assert.deepEqual(said(await shop.deploy(ALL, NEXT_SHA)), ['succeeded', undefined]);
  });

  test('the workload is deleted: red, whoever has a workload of that name now', async () => {
    const shop = await shopWithApp();
    shop.cluster.behave(NEXT_SHA, { kind: 'hangs' });
    shop.world.before = (words) => {
      if (words.startsWith('rollout status deployment/agent')) {
        shop.cluster.remove(SERVER);
      }
    };
    const deployed = await shop.deploy(ALL, NEXT_SHA);
    assert.deepEqual(said(deployed), ['failed', 'workload-deleted'], deployed.outcome.verdict);
  });
});

describe('the digests that the pods report', () => {
  const other = `sha256:${'0b'.repeat(32)}`;

  test('another digest than the one that was built: red, with both', async () => {
    const shop = await shopWithApp();
    whenJudged(shop, () => changePods(shop, withImageId(`ghcr.io/org/server@${other}`)));
    const deployed = await shop.deploy(ALL, NEXT_SHA);
    assert.deepEqual(said(deployed), ['failed', 'image-differs'], deployed.outcome.verdict);
    assert.ok(deployed.outcome.verdict.includes(other));
  });

  test('verify-digest: false looks at no digest', async () => {
    const shop = await shopWithApp();
    whenJudged(shop, () => changePods(shop, withImageId(`ghcr.io/org/server@${other}`)));
    assert.deepEqual(said(await shop.deploy({ ...ALL, 'verify-digest': 'false' }, NEXT_SHA)), ['succeeded', undefined]);
  });
});

const duringSoak = (shop: Shop, act: () => void): void => {
  const answer = shop.cluster.answer.bind(shop.cluster);
  let looks = 0;
  shop.cluster.answer = (method, path, body) => {
    looks += path.startsWith(PODS) ? 1 : 0;
    if (looks === 5) {
      looks += 1;
      act();
    }
    return answer(method, path, body);
  };
};

describe('soak', () => {
  const SOAK = { ...ALL, soak: '30s' };
  test('pods that stay as they are: green, after that time', async () => {
    const shop = await shopWithApp();
    const deployed = await shop.deploy(SOAK, NEXT_SHA);
    assert.deepEqual(said(deployed), ['succeeded', undefined]);
    const rollOut = deployed.outcome.facts.phases.find(({ title }) => title === 'Roll out');
    assert.ok((rollOut?.seconds ?? 0) >= 30, `${rollOut?.seconds ?? 0} s`);
  });

  const troubles: readonly (readonly [string, (status: JsonObject) => JsonObject, RegExp])[] = [
    [
      'a container restarts',
      (status) => ({
        ...status,
        containerStatuses: objectsAt(status, 'containerStatuses').map((one) => ({ ...one, restartCount: 1 })),
      }),
      /restarted after it had been ready/,
    ],
    [
      'a pod is not ready any more',
      (status) => ({ ...status, conditions: [{ type: 'Ready', status: 'False' }] }),
      /is not ready/,
    ],
    [
      'a pod was not ready in between',
      (status) => ({
        ...status,
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:10:00Z' }],
      }),
      /was not ready in between/,
    ],
  ];
  for (const [what, change, words] of troubles) {
    test(`${what}: red`, async () => {
      const shop = await shopWithApp();
      duringSoak(shop, () => changePods(shop, change));
      const deployed = await shop.deploy(SOAK, NEXT_SHA);
      assert.deepEqual(said(deployed), ['failed', 'unstable'], deployed.outcome.verdict);
      assert.match(deployed.outcome.verdict, words);
    });
  }
});

describe('rights that are missing cost detail, not the verdict', () => {
  for (const collection of ['pods', 'events', 'replicasets']) {
    test(`${collection} may not be listed: still green`, async () => {
      const shop = await shopWithApp();
      shop.cluster.refuse(`/${collection}`, STATUSES.mayNotPatch);
      const deployed = await shop.deploy(ALL, NEXT_SHA);
      assert.deepEqual(said(deployed), ['succeeded', undefined], deployed.outcome.verdict);
    });

    test(`${collection} may not be listed: a rollout that hangs is out of time, as with kubectl`, async () => {
      const shop = await shopWithApp();
      shop.cluster.behave(NEXT_SHA, { kind: 'hangs' });
      shop.cluster.refuse(`/${collection}`, STATUSES.mayNotPatch);
      assert.deepEqual(said(await shop.deploy({ ...ALL, timeout: '40s' }, NEXT_SHA)), [
        'timed-out',
        'rollout-timed-out',
      ]);
    });
  }

  test('a kind may be read by name but not listed: it is asked for, and kubectl, which would wait for ever, is not', async () => {
    const shop = await shopWithApp();
    shop.cluster.behave(NEXT_SHA, { kind: 'hangs' });
    shop.cluster.refuse('/deployments', STATUSES.mayNotPatch);
    const deployed = await shop.deploy({ ...ALL, timeout: '20s' }, NEXT_SHA);
    assert.deepEqual(said(deployed), ['timed-out', 'rollout-timed-out'], deployed.outcome.verdict);
    assert.ok(!deployed.commands.some((command) => command.includes('rollout status deployment/server')));
  });

  test('kubectl may not list a kind: a fresh read judges instead, and says so', async () => {
    const shop = await shopWithApp();
    shop.disagree(
      1,
      'failed to list apps/v1: deployments.apps is forbidden: User "ci" cannot list resource "deployments"',
    );
    const deployed = await shop.deploy(ALL, NEXT_SHA);
    assert.deepEqual(said(deployed), ['succeeded', undefined], deployed.outcome.verdict);
    assert.ok(deployed.ui.lines.some((line) => line.includes('kubectl could not judge it')));
  });
});

const crash = (shop: Shop): void => shop.cluster.behave('server', { kind: 'crashes', log: 'Error: boom' });
const hang = (shop: Shop): void => shop.cluster.behave('agent', { kind: 'hangs' });

describe('several rollouts', () => {
  test('one is sure to fail: the other is not waited for', async () => {
    const shop = openShop();
    crash(shop);
    hang(shop);
    const deployed = await shop.deploy({ ...ALL, 'max-restarts': '0' });
    assert.deepEqual(said(deployed), ['failed', 'container-crashed'], deployed.outcome.verdict);
    const workloads: unknown = JSON.parse(deployed.outputs['workloads'] ?? '');
    assert.deepEqual(Array.isArray(workloads) && workloads.map(({ name, result }) => [name, result]), [
      ['agent', 'unfinished'],
      ['server', 'failed'],
    ]);
  });

  test('fail-fast: false waits for the verdict of kubectl on each', async () => {
    const shop = openShop();
    crash(shop);
    hang(shop);
    const deployed = await shop.deploy({ ...ALL, 'fail-fast': 'false', timeout: '60s' });
    const workloads: unknown = JSON.parse(deployed.outputs['workloads'] ?? '');
    assert.deepEqual(Array.isArray(workloads) && workloads.map(({ name, result }) => [name, result]), [
      ['agent', 'timed-out'],
      ['server', 'timed-out'],
    ]);
  });

  test('kubectl sees it otherwise at first: it is asked again, and its word counts', async () => {
    const shop = await shopWithApp();
    const run = shop.disagree(2, 'error: timed out waiting for the condition');
    const deployed = await shop.deploy(ALL, NEXT_SHA);
    assert.deepEqual([...said(deployed), run.left], ['succeeded', undefined, 0]);
    assert.ok(deployed.ui.lines.some((line) => line.includes('but kubectl says: timed out waiting for the condition')));
  });

  test('kubectl never agrees: never green', async () => {
    const shop = await shopWithApp();
    shop.disagree(Infinity, 'error: timed out waiting for the condition');
    assert.deepEqual(said(await shop.deploy({ ...ALL, timeout: '30s' }, NEXT_SHA)), ['timed-out', 'rollout-timed-out']);
  });

  test('of many, kubectl is asked about ten at a time, and no stream is opened for each', async () => {
    const shop = openShop();
    const names = Array.from({ length: 25 }, (_, index) => `app-${index}`);
    shop.world.registry.set(`ghcr.io/org/other:1@${DIGEST}`, DIGEST);
    await shop.write(
      'k8s/many.yaml',
      names.map((name) => deploymentText(name, `ghcr.io/org/other:1@${DIGEST}`)).join('---\n'),
    );
    const deployed = await shop.deploy(ALL);
    assert.deepEqual(said(deployed), ['succeeded', undefined], deployed.outcome.verdict);
    const asked = deployed.commands
      .filter((command) => command.includes('rollout status'))
      .map((command) => command.split(' ').filter((word) => word.startsWith('deployment/')).length);
    assert.ok(Math.max(...asked) <= 10 && asked.length <= 6, `${asked.join(', ')} workloads`);
    assert.equal(
      asked.reduce((sum, count) => sum + count),
      27,
    );
    const watched = new Set(shop.cluster.requests.filter((request) => request.startsWith('WATCH ')));
    assert.ok(watched.size <= 3, [...watched].join(', '));
  });

  test('the same workload is asked about once when all goes well', async () => {
    const shop = await shopWithApp();
    const { commands } = await shop.deploy(ALL, NEXT_SHA);
    const asked = commands.filter((command) => command.includes('rollout status')).join(' ');
    assert.equal(asked.split('deployment/server').length - 1, 1, asked);
  });
});

/** The API server is away from the moment at which kubectl is asked about the agent, for so long. */
function awayFor(shop: Shop, milliseconds: number): void {
  let isDone = false;
  const goAway = async (): Promise<void> => {
    shop.cluster.isAway = true;
    await shop.clock.sleep(milliseconds);
    shop.cluster.isAway = false;
  };
  shop.world.before = (words) => {
    if (!isDone && words.startsWith('rollout status deployment/agent')) {
      isDone = true;
      void goAway();
    }
  };
}

function secondsOfRollOut({ outcome }: Deployed): number {
  return outcome.facts.phases.find(({ title }) => title === 'Roll out')?.seconds ?? 0;
}

describe('an API server that goes away in the middle of a rollout', () => {
  test('for a minute: it is waited for, and the run ends green', async () => {
    const shop = await shopWithApp();
    awayFor(shop, 60_000);
    const deployed = await shop.deploy(ALL, NEXT_SHA);
    assert.deepEqual(said(deployed), ['succeeded', undefined], deployed.outcome.verdict);
    assert.ok(deployed.ui.lines.includes('deployment/server: the API server does not answer, waiting for it'));
  });

  test('for longer than two minutes: nobody can tell', async () => {
    const shop = await shopWithApp();
    shop.cluster.behave(NEXT_SHA, { kind: 'crashes', log: 'Error: boom' });
    awayFor(shop, 600_000);
    const deployed = await shop.deploy(ALL, NEXT_SHA);
    assert.deepEqual(said(deployed), ['unknown', 'rollout-unknown'], deployed.outcome.verdict);
    assert.ok(secondsOfRollOut(deployed) >= 120 && secondsOfRollOut(deployed) < 140, `${secondsOfRollOut(deployed)} s`);
  });
});

test('a workload that nobody probes is green two seconds after its pods are ready, and not at the next round second', async () => {
  const shop = openShop();
  shop.cluster.behave(SHA, { kind: 'hangs' });
  let readyAt = 0;
  const comeUp = async (): Promise<void> => {
    await shop.clock.sleep(2500);
    readyAt = shop.clock.elapsed();
    shop.cluster.recover(SHA, SERVER);
  };
  let coming: Promise<void> | undefined;
  shop.world.before = (words) => {
    coming ??= words.startsWith('rollout status deployment/agent') ? comeUp() : undefined;
  };

  const deployed = await shop.deploy(ALL);
  await coming;

  assert.deepEqual(said(deployed), ['succeeded', undefined], deployed.outcome.verdict);
  const seconds = (shop.clock.elapsed() - readyAt) / 1000;
  assert.ok(seconds >= 2 && seconds < 2.2, `${seconds} s`);
});
