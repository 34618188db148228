import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeBuilder } from '../../../src/builder/close.ts';
import { openBuilder } from '../../../src/builder/open.ts';
import { readRecord } from '../../../src/builder/record.ts';
import { valueAt } from '../../../src/values/json.ts';
import { failureOfWork } from '../../support/failures.ts';
import { BUILDX, FOLDER, planOf } from './plans.ts';
import { scene } from './scene.ts';

const PLAN = planOf({ wish: { kind: 'container' } });
const CREATE = 'create --name k8s-deploy-77-1 --driver docker-container --bootstrap';
const FORGET = 'rm --force --keep-daemon k8s-deploy-77-1';

const RATE_LIMIT = 'Error response from daemon: toomanyrequests: You have reached your pull rate limit.';
const BROKEN = 'Error response from daemon: received unexpected HTTP status: 500 Internal Server Error';
const NO_IMAGE = 'Error response from daemon: manifest for x/y:1 not found: manifest unknown';

test('an image that comes at the third try is enough, with time in between and a word about it', async () => {
  const { buildx, ports, engine, told } = scene();
  engine.pulls.push(RATE_LIMIT, BROKEN);
  const begin = ports.clock.now();
  const { version } = await openBuilder(PLAN, BUILDX, ports);
  assert.equal(version, 'v0.33.1');
  assert.equal(ports.clock.now() - begin, 8000);
  assert.deepEqual(buildx.commands, [CREATE, FORGET, CREATE, FORGET, CREATE, 'inspect k8s-deploy-77-1']);
  assert.deepEqual(told('warning'), [
    `The image of BuildKit did not come (${RATE_LIMIT}); trying again in 2 s`,
    `The image of BuildKit did not come (${BROKEN}); trying again in 6 s`,
  ]);
});

test('an image that never comes is given up after three tries, and a mirror is advised', async () => {
  const { buildx, ports, engine } = scene();
  engine.pulls.push(RATE_LIMIT, RATE_LIMIT, RATE_LIMIT);
  const failure = await failureOfWork(async () => openBuilder(PLAN, BUILDX, ports));
  assert.equal(failure.message, `BuildKit did not start (docker-container): ${RATE_LIMIT}`);
  assert.match(failure.hint, /buildkit-image/);
  assert.equal(buildx.commands.filter((command) => command === CREATE).length, 3);
});

test('an image that does not exist is not asked for again', async () => {
  const { buildx, ports, engine } = scene();
  engine.pulls.push(NO_IMAGE);
  assert.equal((await failureOfWork(async () => openBuilder(PLAN, BUILDX, ports))).code, 'builder-unavailable');
  assert.deepEqual(buildx.commands, [CREATE]);
});

test('a running BuildKit that does not answer is not asked again: buildx has waited for it', async () => {
  const { buildx, ports, engine } = scene();
  engine.elsewhere = 'context deadline exceeded';
  const plan = planOf({ wish: { kind: 'remote', endpoint: 'tcp://buildkit.example:1234' } });
  const failure = await failureOfWork(async () => openBuilder(plan, BUILDX, ports));
  assert.equal(
    failure.message,
    'The BuildKit at tcp://buildkit.example:1234 cannot be used: context deadline exceeded',
  );
  assert.equal(buildx.commands.length, 1);
});

test('a try that takes forever is ended, and the next one made', async () => {
  const { buildx, ports } = scene();
  let isFirst = true;
  const exec: typeof ports.exec = {
    ...ports.exec,
    run: async (command, onLine) => {
      if (command.args[0] !== 'create' || !isFirst) {
        return buildx.run(command, onLine);
      }
      isFirst = false;
      assert.equal(command.timeoutSeconds, 900);
      await buildx.addBuilder(FOLDER, 'k8s-deploy-77-1', { driver: 'docker-container' });
      return { exitCode: 1, stdout: '', stderr: '#1 pulling image\n', timedOut: true };
    },
  };
  assert.equal((await openBuilder(PLAN, BUILDX, { ...ports, exec })).driver, 'docker-container');
});

test('how to remove the builder is known before it is made', async () => {
  const { ports, engine } = scene();
  const exec: typeof ports.exec = {
    ...ports.exec,
    run: async (command) => {
      const record = await readRecord(FOLDER, ports.files);
      assert.deepEqual(record, {
        buildx: { path: BUILDX.path, env: { ...BUILDX.env, BUILDX_CONFIG: FOLDER, BUILDX_BUILDER: 'k8s-deploy-77-1' } },
        name: 'k8s-deploy-77-1',
        driver: 'docker-container',
        isKept: false,
      });
      assert.deepEqual(command.env, record?.buildx.env);
      assert.equal(engine.containers.size, 0);
      throw new Error('killed');
    },
  };
  await assert.rejects(openBuilder(PLAN, BUILDX, { ...ports, exec }), /killed/);
});

test('a run that is told to stop makes no builder', async () => {
  const { buildx, ports, engine } = scene();
  engine.pulls.push(RATE_LIMIT);
  let asked = 0;
  const assertNotCancelled = (): void => {
    asked += 1;
    assert.ok(asked < 2, 'cancelled');
  };
  await assert.rejects(openBuilder(PLAN, BUILDX, { ...ports, assertNotCancelled }), /cancelled/);
  assert.deepEqual(buildx.commands, [CREATE, FORGET]);
});

test('the password of a proxy is masked before the first line is shown', async () => {
  const { ports, masked } = scene();
  const seen: number[] = [];
  const notify: typeof ports.notify = () => seen.push(masked.length);
  const proxies = { HTTPS_PROXY: 'http://user:password@proxy.example:3128' };
  await openBuilder({ ...PLAN, proxies }, BUILDX, { ...ports, notify });
  assert.deepEqual(masked, ['user:password', 'password']);
  assert.ok(seen.every((count) => count === 2));
});

test('the password of a proxy is in no command line: it is put into the file that buildx has of the builder', async () => {
  const { buildx, ports } = scene();
  const proxies = { HTTPS_PROXY: 'http://user:password@proxy.example:3128', NO_PROXY: 'a,b' };
  await openBuilder({ ...PLAN, proxies }, BUILDX, ports);
  assert.doesNotMatch(buildx.commands.join('\n'), /password/);
  const instance: unknown = JSON.parse(await ports.files.readText(`${FOLDER}/instances/${PLAN.runName}`));
  assert.deepEqual(valueAt(instance, 'Nodes', 0, 'DriverOpts'), {
    'env.HTTPS_PROXY': proxies.HTTPS_PROXY,
    'env.NO_PROXY': 'a,b',
  });
});

test('a builder that is kept is found again by the next run, with what it has', async () => {
  const { buildx, ports, engine, letPass } = scene();
  const kept = { ...PLAN, isKept: true };
  assert.equal((await openBuilder(kept, BUILDX, ports)).name, 'k8s-deploy-kept-runner');
  const [container] = engine.containers.values();
  await closeBuilder(FOLDER, ports);
  await ports.files.remove(FOLDER);
  letPass(1000);
  engine.pulls.push('the image is not asked for');
  assert.equal(
    (await openBuilder({ ...kept, folder: '/private/next', runName: 'k8s-deploy-78-1' }, BUILDX, ports)).version,
    'v0.33.1',
  );
  assert.deepEqual([...engine.containers.values()], [container]);
  assert.equal(buildx.commands.filter((command) => command.startsWith('rm')).length, 0);
});

test('one that did not start is not kept: its name would bring the same one back for ever', async () => {
  const { ports, engine, buildx } = scene();
  engine.elsewhere = 'expected 1 replicas to be ready, got 0';
  const kept = planOf({ wish: { kind: 'kubernetes' }, isKept: true });
  assert.equal((await failureOfWork(async () => openBuilder(kept, BUILDX, ports))).code, 'builder-unavailable');
  await closeBuilder(FOLDER, ports);
  assert.equal(buildx.commands.at(-1), 'rm --force k8s-deploy-kept-runner');
});
