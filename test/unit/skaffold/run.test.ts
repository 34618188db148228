import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SkaffoldPlan } from '../../../src/plan/build-slices.ts';
import type { Command, CommandResult, Ports } from '../../../src/ports.ts';
import {
  buildWithSkaffold,
  foreseeWithSkaffold,
  renderWithSkaffold,
  testWithSkaffold,
} from '../../../src/skaffold/run.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import { failureOfWork } from '../../support/failures.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { memoryFiles } from '../../support/memory-files.ts';

const TAG = `reg.example/app/server:v1@sha256:${'5e'.repeat(32)}`;
const ARTIFACTS = [{ imageName: 'server', image: parseImageReference(TAG) }];
const SKAFFOLD = { path: '/tools/skaffold', env: { DOCKER_CONFIG: '/private/docker' } };
const PLAN: SkaffoldPlan = {
  file: '/checkout/deploy/skaffold.yaml',
  profiles: [],
  repository: undefined,
  isPushed: true,
  sha: 'd'.repeat(40),
  platforms: [],
  workspace: '/checkout',
  folder: '/private',
};
const COMMON = ['--filename=/checkout/deploy/skaffold.yaml'];
const QUIET = ['--interactive=false', '--update-check=false', '--color=0'];

/** A skaffold that writes into the file that it was told, and ends like this. */
function world(writes: string, result: Partial<CommandResult> = {}): { ports: Ports; commands: Command[] } {
  const commands: Command[] = [];
  const files = memoryFiles({});
  const run = async (command: Command): Promise<CommandResult> => {
    commands.push(command);
    const to = command.args.map((arg) => /^--(?:file-output|output)=(.*)$/.exec(arg)?.[1]).find((path) => path);
    if (to !== undefined && writes !== '') {
      await files.writePrivate(to, writes);
    }
    return { exitCode: 0, stdout: '', stderr: '', timedOut: false, ...result };
  };
  return { ports: fakePorts({ exec: { run }, files }), commands };
}

const BUILT = JSON.stringify({ builds: [{ imageName: 'server', tag: TAG }] });

describe('skaffold is told', () => {
  test('to build what the file says, to push it and to write down what it is', async () => {
    const { ports, commands } = world(BUILT);
    assert.deepEqual(await buildWithSkaffold(PLAN, SKAFFOLD, ports), ARTIFACTS);
    assert.deepEqual(commands, [
      {
        tool: SKAFFOLD.path,
        args: ['build', ...COMMON, ...QUIET, '--push=true', '--file-output=/private/skaffold-build.json'],
        env: SKAFFOLD.env,
        cwd: '/checkout',
        timeoutSeconds: 3600,
      },
    ]);
  });

  test('not to push what is only built', async () => {
    const { ports, commands } = world(BUILT);
    await buildWithSkaffold({ ...PLAN, isPushed: false }, SKAFFOLD, ports);
    assert.deepEqual(
      commands.flatMap(({ args }) => args.filter((arg) => arg.startsWith('--push'))),
      ['--push=false'],
    );
  });

  test('profiles, platforms and the repository, as they are wished', async () => {
    const { ports, commands } = world(BUILT);
    const plan = { ...PLAN, profiles: ['a', 'b'], platforms: ['linux/amd64'], repository: 'reg.example/app' };
    await buildWithSkaffold(plan, SKAFFOLD, ports);
    assert.deepEqual(commands[0]?.args.slice(1), [
      ...COMMON,
      '--profile=a',
      '--profile=b',
      ...QUIET,
      '--default-repo=reg.example/app',
      '--platform=linux/amd64',
      '--push=true',
      '--file-output=/private/skaffold-build.json',
    ]);
  });

  test('to build nothing when it is only asked for the tags', async () => {
    const { ports, commands } = world(BUILT);
    assert.deepEqual(await foreseeWithSkaffold(PLAN, SKAFFOLD, ports), ARTIFACTS);
    assert.equal(commands[0]?.args.at(-1), '--dry-run=true');
  });

  test('to test and to render what was built, which it finds in a file', async () => {
    const { ports, commands } = world('kind: ConfigMap\n');
    const file = '/private/skaffold-artifacts.json';
    await testWithSkaffold(PLAN, ARTIFACTS, SKAFFOLD, ports);
    assert.deepEqual(JSON.parse(await ports.files.readText(file)), JSON.parse(BUILT));
    await ports.files.remove(file);
    assert.equal(await renderWithSkaffold(PLAN, ARTIFACTS, SKAFFOLD, ports), '/private/skaffold-manifests.yaml');
    assert.deepEqual(JSON.parse(await ports.files.readText(file)), JSON.parse(BUILT));
    assert.deepEqual(
      commands.map(({ args }) => args),
      [
        ['test', ...COMMON, ...QUIET, `--build-artifacts=${file}`],
        [
          'render',
          ...COMMON,
          ...QUIET,
          `--build-artifacts=${file}`,
          '--offline=true',
          '--output=/private/skaffold-manifests.yaml',
        ],
      ],
    );
  });
});

describe('a skaffold that fails', () => {
  const stderr = 'Error: server has no Dockerfile\ntime="2026-01-01T00:00:00Z" level=error msg="x"\n\n';
  for (const [verb, code, work] of [
    ['build', 'build-failed', (ports: Ports) => buildWithSkaffold(PLAN, SKAFFOLD, ports)],
    ['test', 'image-test-failed', (ports: Ports) => testWithSkaffold(PLAN, ARTIFACTS, SKAFFOLD, ports)],
    ['render', 'render-failed', (ports: Ports) => renderWithSkaffold(PLAN, ARTIFACTS, SKAFFOLD, ports)],
  ] as const) {
    test(`is a ${code} with its last words: ${verb}`, async () => {
      const failure = await failureOfWork(() => work(world(BUILT, { exitCode: 1, stderr }).ports));
      assert.deepEqual(
        [failure.code, failure.message],
        [code, `skaffold ${verb} of deploy/skaffold.yaml failed: Error: server has no Dockerfile`],
      );
    });
  }

  test('and says nothing ends with its exit code', async () => {
    const failure = await failureOfWork(() => buildWithSkaffold(PLAN, SKAFFOLD, world('', { exitCode: 7 }).ports));
    assert.equal(failure.message, 'skaffold build of deploy/skaffold.yaml failed: exit code 7');
  });
});

test('a skaffold that ends well and writes nothing has built nothing that is known', async () => {
  const failure = await failureOfWork(() => buildWithSkaffold(PLAN, SKAFFOLD, world('').ports));
  assert.deepEqual(
    [failure.code, failure.message],
    ['build-failed', 'What skaffold built cannot be read: it is not JSON'],
  );
});

test('a file without manifests is a failure that says where to name them', async () => {
  const failure = await failureOfWork(() => renderWithSkaffold(PLAN, ARTIFACTS, SKAFFOLD, world(' \n').ports));
  assert.deepEqual([failure.code, failure.message], ['render-failed', 'deploy/skaffold.yaml renders no manifests']);
});
