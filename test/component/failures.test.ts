import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAILURE_CODES, type FailureCode } from '../../src/errors.ts';
import { STATUSES } from '../support/statuses.ts';
import { APP, BUILD, DEPLOY, DIGEST, KUBECONFIG, openShop, SHA, type Deployed, type Shop } from './deploying.ts';

const NEXT_SHA = SHA.replace('a1b2', 'ffff');
const ALL = { ...BUILD, ...DEPLOY };

async function shopWithApp(): Promise<Shop> {
  const shop = openShop();
  assert.equal((await shop.deploy(ALL)).outcome.result, 'succeeded');
  return shop;
}

/** Red, with this reason, the same verdict everywhere, and nothing in the cluster but what was there. */
function assertRefused(deployed: Deployed, reason: FailureCode, verdict: RegExp): void {
  const { outcome, outputs, changing, ui } = deployed;
  assert.deepEqual([outcome.result, outcome.reason], ['failed', reason], outcome.verdict);
  assert.match(outcome.verdict, verdict);
  assert.deepEqual([changing, outputs['changed'], outputs['reason'], ui.isRed], [[], 'false', reason, true]);
  assert.ok(ui.annotations.length > 0);
  assert.ok(ui.lines.some((line) => line.includes(`docs/failures.md#${reason}`)));
}

const REFUSED: readonly (readonly [
  says: string,
  inputs: Readonly<Record<string, string>>,
  prepare: (shop: Shop) => unknown,
  reason: FailureCode,
  verdict: RegExp,
])[] = [
  ['an unknown input', { ...ALL, manifest: 'k8s' }, () => {}, 'input-invalid', /^manifest: did you mean manifests\?$/],
  ['a kubeconfig that is none', { ...ALL, kubeconfig: 'nonsense' }, () => {}, 'kubeconfig-invalid', /neither YAML/],
  [
    'no manifests where they should be',
    { ...ALL, manifests: 'deploy' },
    () => {},
    'manifest-not-found',
    /"deploy" of the input manifests does not exist/,
  ],
  [
    'a variable that the step does not have',
    { ...ALL, vars: 'API_KEY\nAPI_URL' },
    (shop) =>
      shop.write('k8s/x.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata:\n  url: "${API_URL}"\n'),
    'variable-undefined',
    /^k8s\/x.yaml:5: .*API_URL/,
  ],
  ['an image that no manifest uses', { ...ALL, image: 'ghcr.io/org/sever' }, () => {}, 'image-unmatched', /2 problems/],
  [
    'an image without a version',
    ALL,
    (shop) => shop.write('k8s/agent.yaml', APP['k8s/agent.yaml'].replace(':1.0', ':latest')),
    'image-unpinned',
    /k8s\/agent.yaml:12: .*no fixed version/,
  ],
  [
    'an image that was never pushed',
    { ...DEPLOY, images: 'ghcr.io/org/server:v9' },
    () => {},
    'image-not-found',
    /has no image ghcr.io\/org\/server:v9/,
  ],
  [
    'a field that does not exist',
    ALL,
    (shop) => shop.cluster.refuse('/deployments/server', STATUSES.unknownField),
    'manifest-rejected',
    /^k8s\/server.yaml:5: Deployment\/server in default: .spec.replicass: field not declared in schema$/,
  ],
  [
    'a missing right',
    ALL,
    (shop) => shop.cluster.refuse('/deployments/server', STATUSES.mayNotPatch),
    'access-denied',
    /may not|access denied/,
  ],
  [
    'a field of another manager',
    ALL,
    (shop) => shop.cluster.refuse('/deployments/server', STATUSES.conflictWithHelm),
    'field-conflict',
    /belongs to the field manager "helm"|conflict with "helm"/,
  ],
  [
    'a namespace that does not exist',
    { ...ALL, namespace: 'gone' },
    () => {},
    'namespace-missing',
    /the namespace gone does not exist/,
  ],
  [
    'a kind that the cluster does not know',
    ALL,
    (shop) => shop.write('k8s/x.yaml', 'apiVersion: example.com/v1\nkind: Thing\nmetadata: { name: x }\n'),
    'manifest-rejected',
    /k8s\/x.yaml:2: the cluster knows no kind Thing/,
  ],
  [
    'credentials that are not accepted',
    ALL,
    (shop) => shop.cluster.refuse('/version', STATUSES.unauthorized),
    'credentials-rejected',
    /does not accept the credentials/,
  ],
  [
    'an API server that is away',
    ALL,
    (shop) => Object.assign(shop.cluster, { isAway: true }),
    'cluster-unreachable',
    /does not answer: connect ECONNREFUSED/,
  ],
  [
    'a wrong set-image name',
    { ...ALL, 'set-image': 'deployment/wroker app' },
    () => {},
    'workload-not-found',
    /^set-image: there is no deployment\/wroker in the namespace default$/,
  ],
  [
    'a wrong name in restart',
    { ...ALL, restart: 'deployment/wroker' },
    () => {},
    'workload-not-found',
    /^restart: there is no deployment\/wroker/,
  ],
];

for (const [says, inputs, prepare, reason, verdict] of REFUSED) {
  test(`${says}: ${reason}, and nothing changes in the cluster`, async () => {
    const shop = await shopWithApp();
    const before = shop.cluster.snapshot();
    await prepare(shop);
    const deployed = await shop.deploy(inputs, NEXT_SHA);
    assertRefused(deployed, reason, verdict);
    assert.deepEqual([...shop.cluster.snapshot()], [...before]);
    assert.ok(FAILURE_CODES.includes(reason));
  });
}

test('an image without a version, a field that is refused and what the refused object names are told together', async () => {
  const shop = await shopWithApp();
  const agent = APP['k8s/agent.yaml'].replace(':1.0', ':latest').replace('{ name: agent } }]', '{ name: gone } }]');
  await shop.write('k8s/agent.yaml', agent);
  shop.cluster.refuse('/deployments/agent', STATUSES.unknownField);
  const deployed = await shop.deploy(ALL, NEXT_SHA);
  assertRefused(deployed, 'image-unpinned', /^3 problems before anything was changed$/);
  assert.deepEqual(
    deployed.outcome.problems.map(({ reason, file, line }) => `${reason} ${file}:${line}`),
    ['image-unpinned k8s/agent.yaml:12', 'manifest-rejected k8s/agent.yaml:5', 'reference-missing k8s/agent.yaml:13'],
  );
});

test('several wrong names of set-image are told together', async () => {
  const shop = await shopWithApp();
  const { outcome, changing } = await shop.deploy({
    kubeconfig: KUBECONFIG,
    'set-image': `deployment/server wrong=a:1\ndeployment/gone app=a:1\ndeployment/agent agent=ghcr.io/org/agent:2@${DIGEST}`,
  });
  assert.deepEqual([outcome.reason, outcome.problems.length, changing], ['workload-not-found', 2, []]);
});

test('a failing rollout: red, and the log line that tells why is in the verdict', async () => {
  const shop = await shopWithApp();
  shop.cluster.behave(NEXT_SHA, {
    kind: 'crashes',
    log: 'starting\nError: DB_URL is not set\n    at main (server.js:3:9)\n',
  });
  const { outcome, outputs, ui } = await shop.deploy(ALL, NEXT_SHA);
  assert.deepEqual([outcome.result, outcome.reason], ['failed', 'container-crashed']);
  assert.equal(
    outcome.verdict,
    'deployment/server did not roll out: container server exits with code 1 (CrashLoopBackOff, 2 restarts): Error: DB_URL is not set',
  );
  assert.deepEqual(
    [outputs['result'], outputs['reason'], outputs['changed'], ui.isRed],
    ['failed', 'container-crashed', 'true', true],
  );
  assert.deepEqual(
    ui.annotations.filter(({ level }) => level === 'error').map(({ message }) => message.startsWith(outcome.verdict)),
    [true],
  );
  assert.ok(ui.lines.includes('      | Error: DB_URL is not set'));
  assert.match(ui.markdown, /What the pods of deployment\/server say/);
  const workloads: unknown = JSON.parse(outputs['workloads'] ?? '');
  assert.deepEqual(Array.isArray(workloads) && workloads.map(({ name, result }) => [name, result]), [
    ['agent', 'succeeded'],
    ['server', 'failed'],
  ]);
});

test('a rollout that never ends: timed out, with how far it got', async () => {
  const shop = await shopWithApp();
  shop.cluster.behave(NEXT_SHA, { kind: 'hangs' });
  const { outcome, ui } = await shop.deploy({ ...ALL, timeout: '90s' }, NEXT_SHA);
  assert.deepEqual([outcome.result, outcome.reason], ['timed-out', 'rollout-timed-out']);
  assert.equal(outcome.verdict, 'deployment/server did not roll out in time: container server is not ready');
  const heartbeats = ui.lines.filter((line) => line.startsWith('still waiting: deployment/server'));
  assert.deepEqual(
    [heartbeats.length, /1 not ready yet \(\d+ s\)$/.test(heartbeats[0] ?? '')],
    [2, true],
    heartbeats.join('\n'),
  );
});

test('the API server goes away while the pods roll out: unknown, neither green nor red', async () => {
  const shop = await shopWithApp();
  shop.cluster.behave(NEXT_SHA, { kind: 'hangs' });
  shop.world.before = (words) => {
    shop.cluster.isAway ||= words.startsWith('rollout status deployment/agent');
  };
  const { outcome, outputs } = await shop.deploy(ALL, NEXT_SHA);
  assert.deepEqual([outcome.result, outcome.reason, outputs['changed']], ['unknown', 'rollout-unknown', 'true']);
  assert.match(outcome.verdict, /is in an unknown state: .*the API server does not answer/);
});

/** From the first apply on, the next so many requests are not answered. */
function takeAwayAfterApply(shop: Shop, requests: number): void {
  let left = 0;
  shop.world.before = (words) => {
    left = words === 'apply' ? requests : left;
  };
  const answer = shop.cluster.answer.bind(shop.cluster);
  shop.cluster.answer = (...request) => {
    shop.cluster.isAway = left > 0;
    left -= 1;
    return answer(...request);
  };
}

test('the API server restarts right after the apply: that is waited out', async () => {
  const shop = await shopWithApp();
  takeAwayAfterApply(shop, 5);
  const { outcome, changing } = await shop.deploy(ALL, NEXT_SHA);
  assert.deepEqual([outcome.result, changing], ['succeeded', ['apply']], outcome.verdict);
});

test('the API server stays away right after the apply: unknown, for nobody can tell', async () => {
  const shop = await shopWithApp();
  takeAwayAfterApply(shop, Number.POSITIVE_INFINITY);
  const { outcome, changing } = await shop.deploy(ALL, NEXT_SHA);
  assert.deepEqual([changing, outcome.result, outcome.reason], [['apply'], 'unknown', 'rollout-unknown']);
});

for (const [says, atWords, changing] of [
  ['while the image is built', 'build', []],
  ['right before the apply, when the plan is made', 'imagetools', []],
  ['during the apply: the restart is not started', 'apply', ['apply']],
] as const) {
  test(`cancelled ${says}`, async () => {
    const shop = await shopWithApp();
    const before = shop.cluster.snapshot();
    await shop.write('k8s/agent-config.yaml', APP['k8s/agent-config.yaml'].replace('info', 'debug'));
    shop.world.before = (words) => {
      if (words.startsWith(atWords)) {
        shop.cancellation.cancel('SIGINT');
      }
    };
    const deployed = await shop.deploy(ALL, NEXT_SHA);
    assert.deepEqual([deployed.outcome.result, deployed.outcome.reason], ['cancelled', 'cancelled']);
    assert.deepEqual([deployed.changing, deployed.ui.isRed], [changing, true]);
    if (changing.length === 0) {
      assert.deepEqual([...shop.cluster.snapshot()], [...before]);
    } else {
      assert.match(deployed.outcome.hint ?? '', /Not restarted yet: deployment\/agent\. The next run does that/);
    }
  });
}

test('after a failed rollout the next good commit deploys as if nothing had happened', async () => {
  const shop = await shopWithApp();
  shop.cluster.behave(NEXT_SHA, { kind: 'crashes', log: 'boom' });
  await shop.deploy(ALL, NEXT_SHA);
  const mended = await shop.deploy(ALL, SHA.replace('a1b2', 'eeee'));
  assert.deepEqual([mended.outcome.result, mended.changing], ['succeeded', ['apply']], mended.outcome.verdict);
});

test('the same failing commit again changes nothing and is red again', async () => {
  const shop = await shopWithApp();
  shop.cluster.behave(NEXT_SHA, { kind: 'crashes', log: 'boom' });
  await shop.deploy(ALL, NEXT_SHA);
  const again = await shop.deploy(ALL, NEXT_SHA);
  assert.deepEqual([again.outcome.result, again.outcome.reason, again.changing], ['failed', 'container-crashed', []]);
});
