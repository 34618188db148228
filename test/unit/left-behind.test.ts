import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { closeBuilder } from '../../src/builder/close.ts';
import { openBuilder } from '../../src/builder/open.ts';
import { DeployError } from '../../src/errors.ts';
import { clearFolders } from '../../src/left-behind.ts';
import type { Files } from '../../src/ports.ts';
import { NO_FACTS } from '../../src/report/facts.ts';
import { concludeError } from '../../src/report/outcome.ts';
import { isLeftToPost } from '../../src/undo.ts';
import { memoryFiles } from '../support/memory-files.ts';
import { BUILDX, planOf } from './builder/plans.ts';
import { scene, type Scene } from './builder/scene.ts';

const CANCELLED = new DeployError('cancelled', 'The run was cancelled (SIGTERM)');
const cancelled = async (): Promise<never> => {
  throw CANCELLED;
};

/** Runs that were killed: each with its private folder, a secret in it, and a builder. */
async function killed(...folders: readonly string[]): Promise<Scene> {
  const made = scene();
  for (const folder of folders) {
    await made.ports.files.writePrivate(`${folder}/docker/config.json`, '{"auths":{}}');
    const plan = planOf({ wish: { kind: 'container' }, folder: `${folder}/buildx`, runName: nameIn(folder) });
    await openBuilder(plan, BUILDX, made.ports);
  }
  return made;
}

const nameIn = (folder: string): string => `k8s-deploy-${folder.replaceAll('/', '')}`;
const kinds = async (files: Files, ...paths: readonly string[]): Promise<readonly string[]> =>
  Promise.all(paths.map(async (path) => files.kindOf(path)));

describe('what killed runs left behind', () => {
  test('folders, containers and volumes are gone, of each of them', async () => {
    const { ports, engine, told } = await killed('/one', '/two');
    await clearFolders(['/one', '/two', '/never-had-a-builder'], ports);
    assert.deepEqual([engine.containers.size, engine.volumes.size], [0, 0]);
    assert.deepEqual(await kinds(ports.files, '/one', '/two'), ['missing', 'missing']);
    assert.deepEqual(told('warning'), []);
  });

  test('an engine that is away: the folder with its secrets is gone all the same, and the user is told what is left', async () => {
    const { ports, engine, told } = await killed('/one');
    engine.isUp = false;
    await clearFolders(['/one'], ports);
    assert.deepEqual(await kinds(ports.files, '/one'), ['missing']);
    assert.match(told('warning').join(), /docker rm --force buildx_buildkit_k8s-deploy-one0 && docker volume rm/);
  });

  test('a run that is cancelled meanwhile leaves the folder to the next one, which removes both', async () => {
    const { ports, engine, told } = await killed('/one');
    await clearFolders(['/one'], { ...ports, exec: { ...ports.exec, run: cancelled } });
    assert.deepEqual([engine.containers.size, told('warning')], [1, []]);
    assert.deepEqual(await kinds(ports.files, '/one/buildx/builder.json'), ['file']);
    await clearFolders(['/one'], ports);
    assert.deepEqual([engine.containers.size, engine.volumes.size], [0, 0]);
    assert.deepEqual(await kinds(ports.files, '/one'), ['missing']);
  });

  test('a builder that is kept stays, its folder does not', async () => {
    const { ports, engine } = scene();
    await openBuilder(planOf({ wish: { kind: 'container' }, folder: '/one/buildx', isKept: true }), BUILDX, ports);
    await clearFolders(['/one'], ports);
    assert.equal(engine.containers.size, 1);
    assert.deepEqual(await kinds(ports.files, '/one'), ['missing']);
  });

  test('a folder that cannot be removed is no reason to fail', async () => {
    const { ports, engine } = await killed('/one', '/two');
    const remove: Files['remove'] = async (path) => {
      if (path === '/one') {
        throw new Error('EACCES');
      }
      return ports.files.remove(path);
    };
    await clearFolders(['/one', '/two'], { ...ports, files: { ...ports.files, remove } });
    assert.equal(engine.containers.size, 0);
    assert.deepEqual(await kinds(ports.files, '/one', '/two'), ['directory', 'missing']);
  });
});

describe('the private folder is left to the post step', () => {
  const changed = { ...NO_FACTS, hasChanged: true };
  const SNAPSHOT = { '/private/snapshot.json': '{}' };
  const BUILDER = { '/private/buildx/builder.json': '{}' };
  for (const [name, outcome, texts, expected] of [
    [
      'of a cancelled run that changed something and knows what was there',
      concludeError(CANCELLED, changed),
      SNAPSHOT,
      true,
    ],
    ['of a cancelled run whose builder is still there', concludeError(CANCELLED, NO_FACTS), BUILDER, true],
    [
      'of a failed run whose builder could not be removed',
      concludeError(new DeployError('build-failed', 'x'), NO_FACTS),
      BUILDER,
      true,
    ],
    ['not of a cancelled run that changed nothing', concludeError(CANCELLED, NO_FACTS), SNAPSHOT, false],
    [
      'not of a failed run, which undoes things itself',
      concludeError(new DeployError('apply-failed', 'x'), changed),
      SNAPSHOT,
      false,
    ],
    ['not without anything to do', concludeError(CANCELLED, changed), {}, false],
  ] as const) {
    test(name, async () => {
      assert.equal(await isLeftToPost(outcome, '/private', memoryFiles(texts)), expected);
    });
  }

  test('not of a run that keeps its builder', async () => {
    const { ports } = scene();
    const plan = planOf({ wish: { kind: 'container' }, folder: '/private/buildx', isKept: true });
    await openBuilder(plan, BUILDX, ports);
    assert.equal(await closeBuilder('/private/buildx', ports), 'done');
    assert.equal(await isLeftToPost(concludeError(CANCELLED, NO_FACTS), '/private', ports.files), false);
  });
});
