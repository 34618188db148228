import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBuildScene, type BuildScene } from '../support/own-builder-scene.ts';
import { processesWith } from '../support/runner.ts';
import type { Deploy, Wish } from '../support/scene.ts';

/**
 * What a run leaves on its machine that has made a builder of its own, however the run ends. A leftover is swept when it is older than a day, which
 * takes too long for a test with a real engine: see test/unit/builder/sweep.test.ts.
 */

const BUILDING = '] RUN sleep 300';
const SWEPT = /Removed builders that earlier runs left behind/;

let scene: BuildScene;
before(async () => {
  scene = await openBuildScene('builders-left');
});
after(async () => scene.close());

/** With a login and a secret, which are written into files. */
const inputs = (): Readonly<Record<string, string>> => ({
  ...scene.container,
  'registry-auth': `- {registry: r.example.com, username: me, password: ${scene.scene.secret('s3cr3t-password-of-me')}}`,
  secrets: `TOKEN=${scene.scene.secret('s3cr3t-token-of-the-build')}`,
});

function build(name: string, wish: Wish = {}): Promise<Deploy> {
  scene.scene.commit();
  return scene.build(name, { ...wish, inputs: { ...inputs(), ...wish.inputs } });
}

/** A build that does not end by itself. */
async function buildForever(name: string, wish: Wish): Promise<Deploy> {
  scene.scene.write('Dockerfile', `${scene.dockerfile}RUN sleep 300\n`);
  const ended = await build(name, wish);
  scene.scene.write('Dockerfile', scene.dockerfile);
  assert.ok(ended.log.includes(BUILDING), ended.log);
  return ended;
}

/** A build that dies with all its children in the middle, as with its machine. */
async function buildAndDie(name: string, temp: string, hasPost: boolean): Promise<Deploy> {
  const act = async (): Promise<void> => {
    for (const { pid } of processesWith(`RUNNER_TEMP=${temp}`)) {
      process.kill(pid, 'SIGKILL');
    }
  };
  const killed = await buildForever(name, { temp, hasPost, meanwhile: { atText: BUILDING, act } });
  assert.notEqual(killed.exitCode, 0);
  return killed;
}

/** A RUNNER_TEMP for several runs. */
async function sharedTemp(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'left-'));
}

const isOurs = (name: string): boolean => /^(?:container|volume) buildx_buildkit_k8s-deploy-/.test(name);

test('after a success: nothing', async () => {
  const built = await build('succeeds');

  assert.equal(built.exitCode, 0, built.log);
  assert.deepEqual([await scene.inEngine(), built.leftovers], [[], []]);
});

test('after a build that failed: nothing, and that before the post step', async () => {
  const temp = await sharedTemp();
  scene.scene.write('Dockerfile', `${scene.dockerfile}RUN exit 3\n`);
  const failed = await build('fails', { hasPost: false, temp });
  scene.scene.write('Dockerfile', scene.dockerfile);

  assert.deepEqual([failed.exitCode, failed.outputs['reason']], [1, 'build-failed'], failed.log);
  assert.deepEqual([await scene.inEngine(), foldersIn(temp)], [[], []]);
  rmSync(temp, { recursive: true });
});

test('after a run that was cancelled in the middle of the build: nothing, by the post step', async () => {
  const cancelled = await buildForever('cancelled', { signal: { name: 'SIGTERM', atText: BUILDING } });

  assert.equal(cancelled.outputs['reason'], 'cancelled', cancelled.log);
  assert.deepEqual([await scene.inEngine(), cancelled.leftovers], [[], []], cancelled.log);
});

test('after a run that was killed with its children: nothing, by the post step', async () => {
  const temp = await sharedTemp();
  await buildAndDie('killed', temp, true);

  assert.deepEqual([await scene.inEngine(), foldersIn(temp)], [[], []]);
  rmSync(temp, { recursive: true });
});

test('after a main process that was killed alone: nothing, by the post step', async () => {
  const killed = await buildForever('killed-alone', { signal: { name: 'SIGKILL', atText: BUILDING } });

  assert.deepEqual([await scene.inEngine(), killed.leftovers], [[], []], killed.log);
});

test('after a run that was killed together with its post step: nothing, by the next run on the machine', async () => {
  const temp = await sharedTemp();
  await buildAndDie('killed-for-good', temp, false);
  assert.equal((await scene.inEngine()).filter(isOurs).length, 2);
  assert.equal(foldersIn(temp).length, 1);

  const next = await build('next', {
    temp,
    inputs: { builder: 'docker', 'builder-options': '', 'buildkit-image': '' },
  });

  assert.equal(next.exitCode, 0, next.log);
  assert.deepEqual([await scene.inEngine(), foldersIn(temp)], [[], []]);
  rmSync(temp, { recursive: true });
});

test('of a killed run whose RUNNER_TEMP was wiped the container stays for a day: somebody might build with it', async () => {
  const temp = await sharedTemp();
  await buildAndDie('wiped', temp, false);
  rmSync(temp, { recursive: true });
  const left = await scene.inEngine();
  assert.equal(left.filter(isOurs).length, 2);

  const next = await build('after-wiped');

  assert.equal(next.exitCode, 0, next.log);
  assert.doesNotMatch(next.log, SWEPT);
  assert.deepEqual(await scene.inEngine(), left);
  await removeAll();
});

test('keep-builder: the container stays, the next run finds it with its cache, and no folder waits for the post step', async () => {
  const temp = await sharedTemp();
  const wish = { temp, hasPost: false, inputs: { 'keep-builder': 'true' } };
  const first = await build('kept', wish);
  assert.equal(first.exitCode, 0, first.log);
  const kept = await scene.docker(['ps', '--no-trunc', '--format', '{{.ID}} {{.Names}}']);
  assert.match(kept, /^\w{64} buildx_buildkit_k8s-deploy-kept-org-app-[0-9a-f]{8}0$/);
  assert.deepEqual(foldersIn(temp), []);

  const second = await build('kept-again', wish);

  assert.equal(second.exitCode, 0, second.log);
  assert.equal(await scene.docker(['ps', '--no-trunc', '--format', '{{.ID}} {{.Names}}']), kept);
  assert.match(second.log, /^ *#\d+ CACHED$/m);
  assert.deepEqual(foldersIn(temp), []);
  rmSync(temp, { recursive: true });
  await removeAll();
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.scene.assertNothingLeft({ isConnected: false });
});

function foldersIn(temp: string): readonly string[] {
  return readdirSync(temp).filter((name) => !name.startsWith('k8s-deploy-report-'));
}

async function removeAll(): Promise<void> {
  for (const entry of await scene.inEngine()) {
    const [kind = '', name = ''] = entry.split(' ');
    await scene.docker(kind === 'container' ? ['rm', '--force', name] : ['volume', 'rm', '--force', name]);
  }
}
