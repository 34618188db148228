import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesWith } from './runner.ts';
import { documents, manifestText } from './workload-text.ts';
import type { Deploy, Scene, Wish } from './scene.ts';

/**
 * Rollouts in which something is wrong for a while and then is not: each has to end `succeeded`. `run` makes the deploy that counts, and
 * heals whatever it broke in the lab.
 */
export type PatienceCase = { readonly name: string; readonly run: (scene: Scene) => Promise<Deploy> };

export const PATIENCE_CASES: readonly PatienceCase[] = [
  {
    name: 'an app that crashes once and recovers',
    run: async (scene) => {
      const command = 'if [ -e /state/once ]; then exec sleep 2147483647; fi; touch /state/once; echo not yet; exit 1';
      const spec = { volumes: [{ name: 'state', emptyDir: {} }] };
      const container = { command: shell(command), volumeMounts: [{ name: 'state', mountPath: '/state' }] };
      return deployOne(scene, 'crashes-once', { container, spec, readySeconds: 5 });
    },
  },
  {
    name: 'a registry that is paused for 20 s',
    run: async (scene) => {
      const act = async (): Promise<void> => {
        await scene.lab.fault(['registry', 'pause']);
        await sleep(20_000);
        await scene.lab.fault(['registry', 'resume']);
      };
      const container = { imagePullPolicy: 'Always' };
      return deployOne(scene, 'slow-registry', { container }, { meanwhile: { atText: APPLY, act } });
    },
  },
  {
    name: 'a Secret that appears after 15 s',
    run: async (scene) => {
      const act = async (): Promise<void> => {
        await sleep(15_000);
        await scene.cluster.kubectl(['create', 'secret', 'generic', 'late', '--from-literal=token=x']);
      };
      const container = {
        env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'late', key: 'token' } } }],
      };
      const inputs = { 'must-exist': 'images' };
      return deployOne(scene, 'late-secret', { container }, { inputs, meanwhile: { atText: ROLL_OUT, act } });
    },
  },
  {
    name: 'a dependency of the same deploy that comes up after 30 s',
    run: async (scene) => {
      scene.write('with-store.yaml', documents(...store('store-inside'), client('client-inside', 'store-inside')));
      return scene.deploy({ inputs: { manifests: 'with-store.yaml' }, longestSeconds: LONGEST_SECONDS });
    },
  },
  {
    name: 'a dependency outside the deploy that comes up after 30 s',
    run: async (scene) => {
      await scene.cluster.kubectl(['apply', '--filename=-'], { input: documents(...store('store-outside')) });
      scene.write('without-store.yaml', client('client-outside', 'store-outside'));
      return scene.deploy({ inputs: { manifests: 'without-store.yaml' }, longestSeconds: LONGEST_SECONDS });
    },
  },
  {
    name: 'a pod that is deleted during the rollout',
    run: async (scene) => {
      const act = async (): Promise<unknown> => scene.cluster.kubectl(['delete', 'pod', '--selector=app=evicted']);
      const wish = { meanwhile: { atText: ROLL_OUT, act: after(2000, act) } };
      return deployOne(scene, 'evicted', { ...SLOW_START, replicas: 2 }, wish);
    },
  },
  {
    name: 'a quota that is free as soon as old pods have left',
    run: async (scene) => {
      const quota = scene.addNamespace(`${scene.cluster.namespace}-quota`);
      await quota.kubectl(['create', 'namespace', quota.namespace]);
      await quota.kubectl(['create', 'quota', 'two-pods', '--hard=pods=2']);
      const spec = { terminationGracePeriodSeconds: 6 };
      const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } };
      const parts = (version: string): Parts => ({
        container: { env: [{ name: 'VERSION', value: version }] },
        spec,
        replicas: 2,
        workload: { strategy },
      });
      const wish = { inputs: { namespace: quota.namespace } };
      assert.equal((await deployOne(scene, 'tight', parts('one'), wish)).exitCode, 0);
      return deployOne(scene, 'tight', parts('two'), wish);
    },
  },
  {
    name: 'a node that is cordoned for 15 s',
    run: async (scene) => {
      const node = await scene.cluster.kubectl(['get', 'nodes', '--output=jsonpath={.items[-1:].metadata.name}']);
      const uncordonLater = async (): Promise<unknown> => {
        await sleep(15_000);
        return scene.cluster.kubectl(['uncordon', node]);
      };
      await scene.cluster.kubectl(['cordon', node]);
      const [deploy] = await Promise.all([deployOne(scene, 'cordoned', SLOW_START), uncordonLater()]);
      assert.match(deploy.log, /waiting for a node/);
      return deploy;
    },
  },
  {
    name: 'a person who scales in the middle',
    run: async (scene) => {
      const act = async (): Promise<unknown> => scene.cluster.kubectl(['scale', 'deployment/scaled', '--replicas=3']);
      const wish = { meanwhile: { atText: ROLL_OUT, act: after(1000, act) } };
      return deployOne(scene, 'scaled', { ...SLOW_START, replicas: 1 }, wish);
    },
  },
  {
    name: 'a rollback to an old ReplicaSet after a missed progress deadline',
    run: async (scene) => {
      const good: Parts = { workload: { progressDeadlineSeconds: 4 } };
      const bad: Parts = { ...good, container: { readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 } } };
      assert.equal((await deployOne(scene, 'rolled-back', good)).exitCode, 0);
      assert.equal((await deployOne(scene, 'rolled-back', bad)).exitCode, 1);
      return deployOne(scene, 'rolled-back', good);
    },
  },
  {
    name: 'an API server that is restarted twice during the rollout',
    run: async (scene) => {
      const act = async (): Promise<void> => {
        await scene.lab.fault(['api', 'restart']);
        await sleep(2000);
        await scene.lab.fault(['api', 'restart']);
      };
      const wish = { meanwhile: { atText: ROLL_OUT, act: after(1000, act) } };
      return deployOne(scene, 'restarted', { ...SLOW_START, readySeconds: 12 }, wish);
    },
  },
  {
    name: 'a kubectl proxy that is killed',
    run: async (scene) => {
      const act = async (): Promise<void> => {
        const proxies = proxiesOf(scene);
        assert.equal(proxies.length, 1, 'the proxies of this deploy');
        proxies.forEach((pid) => process.kill(pid, 'SIGKILL'));
        await Promise.resolve();
      };
      const wish = { meanwhile: { atText: ROLL_OUT, act: after(1000, act) } };
      return deployOne(scene, 'without-proxy', { ...SLOW_START, readySeconds: 6 }, wish);
    },
  },
  {
    name: '200 unrelated pods that crash, wait for a ConfigMap or fit on no node',
    run: async (scene) => {
      const crowd = scene.addNamespace(`${scene.cluster.namespace}-noise`);
      await crowd.kubectl(['create', 'namespace', crowd.namespace]);
      const noise = [
        workload('crashing', { replicas: 5, container: { command: ['false'] } }),
        workload('waiting', { replicas: 20, container: { envFrom: [{ configMapRef: { name: 'nowhere' } }] } }),
        workload('homeless', { replicas: 175, spec: { nodeSelector: { nowhere: 'true' } } }),
      ];
      await crowd.kubectl(['apply', '--filename=-'], { input: documents(...noise) });
      // Their first crashes and the events of all of them are there when the deploy begins.
      await sleep(10_000);
      return deployOne(
        scene,
        'in-the-crowd',
        { ...SLOW_START, replicas: 2 },
        { inputs: { namespace: crowd.namespace } },
      );
    },
  },
];

/** Where the phases begin in a log. */
const APPLY = '::group::Apply';
const ROLL_OUT = '::group::Roll out';

const LONGEST_SECONDS = 240;

type Parts = {
  readonly replicas?: number;
  readonly container?: object;
  /** Added to the pod's spec. */
  readonly spec?: object;
  /** Added to the Deployment's spec. */
  readonly workload?: object;
  /** A container is ready only after so long. */
  readonly readySeconds?: number;
};

const SLOW_START: Parts = { readySeconds: 5 };

const shell = (script: string): readonly string[] => ['sh', '-c', script];

function workload(
  name: string,
  { replicas = 1, container = {}, spec = {}, workload: more = {}, readySeconds }: Parts,
): string {
  const labels = { app: name };
  const probe =
    readySeconds === undefined
      ? {}
      : {
          readinessProbe: { exec: { command: ['true'] }, initialDelaySeconds: readySeconds, periodSeconds: 1 },
        };
  const main = { name: 'main', image: 'busybox:1', command: ['sleep', '2147483647'], ...probe, ...container };
  const pod = { terminationGracePeriodSeconds: 0, containers: [main], ...spec };
  return manifestText({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas, selector: { matchLabels: labels }, ...more, template: { metadata: { labels }, spec: pod } },
  });
}

async function deployOne(scene: Scene, name: string, parts: Parts, wish: Wish = {}): Promise<Deploy> {
  const file = `${name}.yaml`;
  scene.write(file, workload(name, parts));
  return scene.deploy({ longestSeconds: LONGEST_SECONDS, ...wish, inputs: { manifests: file, ...wish.inputs } });
}

/** A server that needs 30 s until it listens, and its Service. */
function store(name: string): readonly string[] {
  const container = {
    command: shell('sleep 30; exec httpd -f -p 8080'),
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1, failureThreshold: 60 },
  };
  const spec = { selector: { app: name }, ports: [{ port: 8080 }] };
  return [workload(name, { container }), manifestText({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec })];
}

/** An app that ends with a complaint for as long as its store is not there, as many do. */
function client(name: string, storeName: string): string {
  const script = `wget -q -O /dev/null http://${storeName}:8080/ 2>/tmp/why
grep -qi refused /tmp/why && { echo "cannot reach the store: dial tcp ${storeName}:8080: connect: connection refused" >&2; exit 1; }
exec sleep 2147483647`;
  return workload(name, { container: { command: shell(script) }, readySeconds: 2 });
}

function after(milliseconds: number, act: () => Promise<unknown>): () => Promise<unknown> {
  return async () => {
    await sleep(milliseconds);
    return act();
  };
}

/** The process ids of `kubectl proxy` of the deploy that runs in a scene. */
function proxiesOf(scene: Scene): readonly number[] {
  return processesWith(`GITHUB_WORKSPACE=${scene.workspace}`)
    .filter(({ command }) => command.split(' ').includes('proxy'))
    .map(({ pid }) => pid);
}
