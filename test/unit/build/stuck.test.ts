import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { execute } from '../../../src/build/execute.ts';
import { buildFailure } from '../../../src/build/failures.ts';
import { withoutSilentCaches } from '../../../src/build/cache/silent.ts';
import type { Command, CommandResult, Exec, Happening } from '../../../src/ports.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { BUILDX } from './registry-scene.ts';

/** A buildx that prints lines and then nothing, until whoever watches it has it stopped. */

const IMAGE = parseImageReference('ghcr.io/org/app:1');
const OUTPUT = ['--output', 'type=image,name=ghcr.io/org/app,push-by-digest=true,push=true'];
const CACHE = ['--cache-from', 'type=registry,ref=c.io/a:c', '--cache-to', 'type=registry,ref=c.io/a:c,mode=max'];
const COMMAND: Command = { tool: 'buildx', env: {}, args: ['build', ...CACHE, ...OUTPUT, '.'] };
const DONE: CommandResult = { exitCode: 0, stdout: '', stderr: '', timedOut: false };
const STOPPED: CommandResult = { ...DONE, exitCode: 1, timedOut: true };

type Given = {
  /** What each build prints before it is silent; a build without lines is done. */
  readonly prints: readonly (readonly string[])[];
  /** Registries that answer nothing. */
  readonly silent?: readonly string[];
  readonly askAfterSeconds?: readonly number[];
};

function buildxThat({ prints, silent = [], askAfterSeconds = [60] }: Given) {
  const commands: string[] = [];
  const heard: Happening[] = [];
  const left = [...prints];
  const run: Exec['run'] = async ({ args }, onLine, silence) => {
    commands.push(args.join(' '));
    if (args[0] === 'imagetools') {
      return silent.some((registry) => args.at(-1)?.startsWith(registry)) ? STOPPED : DONE;
    }
    const lines = left.shift() ?? [];
    lines.forEach((text) => onLine?.({ stream: 'stderr', text }));
    for (const seconds of lines.length === 0 ? [] : askAfterSeconds) {
      if ((await silence?.isStuck(seconds)) === true) {
        return STOPPED;
      }
    }
    return DONE;
  };
  return { commands, heard, ports: fakePorts({ exec: { run }, notify: (happening) => heard.push(happening) }) };
}

describe('a build that says nothing more', () => {
  test('is stopped when it waits for a base image, and the failure names that', async () => {
    const { ports } = buildxThat({ prints: [['#2 [internal] load metadata for ghcr.io/org/base:1']] });
    const result = await execute(COMMAND, ports);

    const { code, message } = buildFailure({ result, image: IMAGE, dockerfile: 'Dockerfile' });
    assert.deepEqual(
      [code, message],
      ['build-failed', 'Dockerfile: The base image ghcr.io/org/base:1 could not be fetched: no answer for 45 s'],
    );
  });

  test('is let go on while a step of the Dockerfile runs', async () => {
    const { ports } = buildxThat({ prints: [['#5 [2/2] RUN make']], askAfterSeconds: [60, 1800, 7200] });

    assert.equal((await execute(COMMAND, ports)).exitCode, 0);
  });

  const pushing = ['#7 exporting to image', '#7 pushing layers'];

  test('is let go on while layers are pushed to a registry that answers', async () => {
    const { ports, commands } = buildxThat({ prints: [pushing] });

    assert.equal((await execute(COMMAND, ports)).exitCode, 0);
    assert.equal(commands.at(-1), 'imagetools inspect --raw ghcr.io/org/app');
  });

  for (const given of [{ silent: ['ghcr.io'] }, { askAfterSeconds: [60, 1740, 1800] }]) {
    test(`is stopped while layers are pushed: ${JSON.stringify(given)}`, async () => {
      const { ports } = buildxThat({ prints: [pushing], ...given });
      const result = await execute(COMMAND, ports);

      const { code, message } = buildFailure({ result, image: IMAGE, dockerfile: 'Dockerfile' });
      assert.deepEqual(
        [code, message],
        ['push-refused', 'The registry did not take ghcr.io/org/app:1: no answer for 45 s'],
      );
    });
  }

  test('is made once more without its cache when that is not taken', async () => {
    const writing = ['#8 exporting cache to registry', '#8 writing cache image manifest sha256:0'];
    const { ports, commands, heard } = buildxThat({ prints: [writing] });

    assert.equal((await execute(COMMAND, ports)).exitCode, 0);
    assert.equal(commands.at(-1), ['build', ...OUTPUT, '.'].join(' '));
    const [warning] = heard.filter(({ kind }) => kind === 'warning');
    assert.match(JSON.stringify(warning), /The registry of the cache gave no answer for 45 s/);
  });

  test('of bake loses the cache of its target', async () => {
    const writing = ['#8 [app] exporting cache to registry', '#8 [app] writing config', '#8 writing config sha256:0'];
    const { ports, commands } = buildxThat({ prints: [writing] });
    const args = ['bake', '--set', 'app.cache-to+=type=registry,ref=c.io/a', '--set', 'app.output=x', 'app'];
    await execute({ ...COMMAND, args }, ports);

    assert.equal(commands.at(-1), 'bake --set app.output=x app');
  });

  test('while it reads its cache is not tried again, since BuildKit still waits', async () => {
    const { ports, commands } = buildxThat({ prints: [['#4 importing cache manifest from c.io/a:c']] });
    const result = await execute(COMMAND, ports);

    assert.equal(commands.length, 1);
    const { code, message } = buildFailure({ result, image: IMAGE, dockerfile: 'Dockerfile' });
    assert.deepEqual([code, message], ['push-refused', 'The registry of the cache gave no answer for 45 s']);
  });
});

describe('before a build', () => {
  const from = ['type=registry,ref=c.io/a:main', 'type=gha,scope=x', 'd.io/b:c', 'type=registry,ref=ghcr.io/org/app:c'];
  const to = ['type=registry,ref=c.io/a:main,mode=max', 'type=inline'];

  test('caches are left out whose registry gives no answer', async () => {
    const { ports, heard } = buildxThat({ prints: [], silent: ['c.io'] });
    const left = await withoutSilentCaches({ from, to }, IMAGE, BUILDX, ports);

    assert.deepEqual(left, { from: from.slice(1), to: ['type=inline'] });
    assert.match(JSON.stringify(heard), /c\.io gave no answer for 20 s/);
  });

  test('each foreign registry is asked once, that of the image never', async () => {
    const { ports, commands } = buildxThat({ prints: [] });
    const left = await withoutSilentCaches({ from, to }, IMAGE, BUILDX, ports);

    assert.deepEqual(left, { from, to });
    assert.deepEqual(
      commands.map((command) => command.split(' ').at(-1)),
      ['c.io/a:main', 'd.io/b:c'],
    );
  });
});
