import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildImage, resolveDigests } from '../../../src/build/run.ts';
import type { BuildPlan } from '../../../src/plan/slices.ts';
import type { Command, Happening } from '../../../src/ports.ts';
import { formatImageReference, parseImageReference } from '../../../src/values/image.ts';
import { failureOfWork } from '../../support/failures.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { memoryFiles } from '../../support/memory-files.ts';

const DIGEST = `sha256:${'12'.repeat(32)}`;
const OTHER = `sha256:${'34'.repeat(32)}`;
const BUSY = 'ERROR: failed to push a:1: unexpected status from PUT request to https://a: 503 Service Unavailable';
const PLAN: BuildPlan = {
  image: parseImageReference('ghcr.io/org/app:v1'),
  context: '.',
  file: undefined,
  target: undefined,
  buildArgs: [],
  cacheFrom: [],
  cacheTo: [],
  builder: undefined,
  sha: 'e'.repeat(40),
  folder: '/private',
};

/** A buildx that fails with each of the texts in turn and then builds; the registry then has `inRegistry`. */
function buildxThat({ failures = [] as readonly string[], built = DIGEST, inRegistry = DIGEST, inspectFails = '' }) {
  const left = [...failures];
  const commands: Command[] = [];
  const heard: Happening[] = [];
  const files = memoryFiles({});
  const run = async (command: Command) => {
    commands.push(command);
    const done = { exitCode: 0, stdout: '', stderr: '', timedOut: false };
    if (command.args[0] === 'imagetools') {
      return inspectFails === ''
        ? { ...done, stdout: JSON.stringify({ digest: inRegistry }) }
        : { ...done, exitCode: 1, stderr: inspectFails };
    }
    const failure = left.shift();
    if (failure !== undefined) {
      return { ...done, exitCode: 1, stderr: failure };
    }
    await files.writePrivate(
      command.args[command.args.indexOf('--metadata-file') + 1] ?? '',
      JSON.stringify({ 'containerimage.digest': built }),
    );
    return done;
  };
  const ports = fakePorts({ exec: { run }, files, notify: (happening) => heard.push(happening) });
  return { ports, commands, heard };
}

const builds = (commands: readonly Command[]): number => commands.filter(({ args }) => args[0] === 'build').length;

test('the image has the digest that build and registry agree on', async () => {
  const { ports, commands } = buildxThat({});
  assert.equal(formatImageReference(await buildImage(PLAN, '/opt/buildx', ports)), `ghcr.io/org/app:v1@${DIGEST}`);
  assert.deepEqual(
    commands.map(({ tool, args }) => [tool, args[0]]),
    [
      ['/opt/buildx', 'build'],
      ['/opt/buildx', 'imagetools'],
    ],
  );
});

test('another digest in the registry is an error that names both', async () => {
  const failure = await failureOfWork(() => buildImage(PLAN, 'buildx', buildxThat({ inRegistry: OTHER }).ports));
  assert.deepEqual(
    [failure.code, failure.message],
    ['digest-mismatch', `The build made ${DIGEST}, but the registry has ${OTHER} as ghcr.io/org/app:v1`],
  );
});

test('a push that fails for a passing reason is tried again, and the user is told', async () => {
  const { ports, commands, heard } = buildxThat({ failures: [BUSY, BUSY] });
  await buildImage(PLAN, 'buildx', ports);
  assert.deepEqual([builds(commands), heard.filter(({ kind }) => kind === 'warning').length], [3, 2]);
});

test('after three tries it is given up', async () => {
  const { ports, commands } = buildxThat({ failures: [BUSY, BUSY, BUSY, BUSY] });
  assert.equal((await failureOfWork(() => buildImage(PLAN, 'buildx', ports))).code, 'push-refused');
  assert.equal(builds(commands), 3);
});

test('a step that fails is never tried again', async () => {
  const { ports, commands } = buildxThat({ failures: ['ERROR: failed to solve: exit code: 3'] });
  assert.equal((await failureOfWork(() => buildImage(PLAN, 'buildx', ports))).code, 'build-failed');
  assert.equal(builds(commands), 1);
});

test('only images without a digest are looked up', async () => {
  const { ports, commands } = buildxThat({});
  const images = [parseImageReference(`a:1@${OTHER}`), parseImageReference('b:2')];
  assert.deepEqual((await resolveDigests(images, 'buildx', ports)).map(formatImageReference), [
    `a:1@${OTHER}`,
    `b:2@${DIGEST}`,
  ]);
  assert.deepEqual(
    commands.map(({ args }) => args[2]),
    ['b:2'],
  );
});

test('an image that the registry does not have is an error', async () => {
  const { ports } = buildxThat({ inspectFails: 'ERROR: b:2: not found' });
  const failure = await failureOfWork(() => resolveDigests([parseImageReference('b:2')], 'buildx', ports));
  assert.deepEqual([failure.code, failure.message], ['image-not-found', 'The registry has no image b:2']);
});
