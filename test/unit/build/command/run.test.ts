import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildByCommand } from '../../../../src/build/command/run.ts';
import type { BuildCommandPlan } from '../../../../src/plan/build-slices.ts';
import type { Command, CommandResult, Exec, Happening } from '../../../../src/ports.ts';
import { formatImageReference, parseImageReference } from '../../../../src/values/image.ts';
import { failureOfWork } from '../../../support/failures.ts';
import { fakePorts } from '../../../support/fake-ports.ts';
import { memoryFiles } from '../../../support/memory-files.ts';
import { digestOf, PLAN, put, type Pushed } from '../bake/buildx.ts';
import { SHA } from '../settings.ts';

const IMAGE = `reg.example/org/app:${SHA}`;
const BUILDX = { path: '/tools/buildx', env: { DOCKER_CONFIG: '/private/docker' } };
const OURS = digestOf('ours');

const COMMAND_PLAN: BuildCommandPlan = {
  ...PLAN,
  image: parseImageReference(IMAGE),
  command: 'make push',
  context: '/checkout/app',
};

type Given = {
  readonly pushes?: string | undefined;
  readonly writes?: string | undefined;
  readonly exitCode?: number;
  readonly timedOut?: boolean;
  readonly prints?: readonly string[];
  readonly there?: Pushed;
  /** What every question to the registry is answered with. */
  readonly broken?: string;
  /** Of the image that the registry names. */
  readonly platforms?: readonly string[];
};

/** A bash that pushes a digest and writes into DIGEST_FILE, and a registry. */
function world({
  pushes = OURS,
  writes,
  exitCode = 0,
  timedOut = false,
  prints = [],
  there,
  broken,
  platforms,
}: Given) {
  const registry = new Map<string, Pushed>();
  const commands: Command[] = [];
  const heard: Happening[] = [];
  const seen: Record<string, string> = {};
  const files = memoryFiles({});
  const done: CommandResult = { exitCode: 0, stdout: '', stderr: '', timedOut: false };
  if (there !== undefined) {
    put(registry, IMAGE, there);
  }
  const run: Exec['run'] = async (command, onLine) => {
    commands.push(command);
    const { tool, args, env = {} } = command;
    if (tool === 'bash') {
      prints.forEach((text) => onLine?.({ stream: 'stdout', text }));
      if (env['SECRETS_FOLDER'] !== undefined) {
        seen['npm'] = await files.readText(`${env['SECRETS_FOLDER']}/npm`);
      }
      if (pushes !== '') {
        put(registry, IMAGE, { digest: pushes, labels: {} });
      }
      if (writes !== undefined) {
        await files.writePrivate(env['DIGEST_FILE'] ?? '', writes);
      }
      return { ...done, exitCode, timedOut };
    }
    if (broken !== undefined) {
      return { ...done, exitCode: 1, stderr: broken };
    }
    const found = registry.get((args[1] === 'inspect' ? args[2] : args.at(-1)) ?? '');
    if (found === undefined) {
      return { ...done, exitCode: 1, stderr: `ERROR: ${args[2]}: not found` };
    }
    args.filter((_, index) => args[index - 1] === '--tag').forEach((name) => put(registry, name, found));
    const single = { os: 'linux', architecture: 'amd64', config: { Labels: found.labels } };
    const image = platforms === undefined ? single : Object.fromEntries(platforms.map((name) => [name, single]));
    return { ...done, stdout: JSON.stringify({ manifest: { digest: found.digest }, image }) };
  };
  const ports = fakePorts({ exec: { run }, files, notify: (happening) => heard.push(happening) });
  const ran = (): Command | undefined => commands.find(({ tool }) => tool === 'bash');
  return { ports, commands, heard, registry, files, seen, ran };
}

test('the command is told what to push, and the digest is the one that the registry names', async () => {
  const { ports, ran, heard } = world({ prints: ['one', 'two'], platforms: ['linux/amd64', 'linux/arm64'] });
  const built = await buildByCommand({ ...COMMAND_PLAN, platforms: ['linux/amd64', 'linux/arm64'] }, BUILDX, ports);
  assert.deepEqual(
    [built.how, formatImageReference(built.image), built.tags, built.cache, built.advice],
    ['built', `${IMAGE}@${OURS}`, [], undefined, []],
  );
  assert.deepEqual(ran(), {
    tool: 'bash',
    args: ['--noprofile', '--norc', '-euo', 'pipefail', '-c', 'make push'],
    env: {
      DOCKER_CONFIG: '/private/docker',
      IMAGE,
      REPOSITORY: 'reg.example/org/app',
      TAG: SHA,
      PUSH: 'true',
      PLATFORMS: 'linux/amd64,linux/arm64',
      CONTEXT: '/checkout/app',
      SHA,
      DIGEST_FILE: '/private/build-command-digest',
    },
    cwd: '/checkout',
    timeoutSeconds: 3600,
  });
  assert.deepEqual(
    heard.flatMap((one) => (one.kind === 'output' ? [one.text] : [])),
    ['one', 'two'],
  );
});

test('a command that is not to push is told so, runs though the tag is there, and no registry is asked', async () => {
  const { ports, ran, commands } = world({ there: { digest: OURS, labels: {} }, pushes: '', broken: 'ERROR: 401' });
  const built = await buildByCommand({ ...COMMAND_PLAN, isPushed: false, tags: ['main'] }, BUILDX, ports);
  assert.deepEqual([built.how, formatImageReference(built.image), built.tags], ['unpushed', IMAGE, []]);
  assert.equal(ran()?.env?.['PUSH'], 'false');
  assert.equal(commands.length, 1);
});

test('a command that is not to push and fails is a build that failed', async () => {
  const { ports } = world({ exitCode: 2, pushes: '' });
  const failure = await failureOfWork(() => buildByCommand({ ...COMMAND_PLAN, isPushed: false }, BUILDX, ports));
  assert.equal(failure.code, 'build-failed');
});

describe('what DIGEST_FILE may hold', () => {
  for (const [says, writes] of [
    ['nothing', ''],
    ['the digest, as Jib and Kaniko write it', OURS],
    ['the digest with the repository', `reg.example/org/app@${OURS}\n`],
    ['what ko writes with --image-refs', `${IMAGE}@${OURS}\n${IMAGE}@${digestOf('linux/arm64')}\n`],
    ['a variable', `IMAGE=reg.example/org/app@${OURS}\r\n`],
  ] as const) {
    test(says, async () => {
      const built = await buildByCommand(COMMAND_PLAN, BUILDX, world({ writes }).ports);
      assert.equal(built.image.digest, OURS);
    });
  }

  test('another digest than the one in the registry is a mismatch', async () => {
    const failure = await failureOfWork(() =>
      buildByCommand(COMMAND_PLAN, BUILDX, world({ writes: digestOf('x') }).ports),
    );
    assert.deepEqual(
      [failure.code, failure.message],
      [
        'digest-mismatch',
        `The build command says it pushed ${digestOf('x')}, but the registry has ${OURS} as ${IMAGE}`,
      ],
    );
  });

  for (const writes of ['built', 'sha256:12', `pushed ${OURS}`, `${OURS}\nready`]) {
    test(`"${writes.slice(0, 20)}" is no digest`, async () => {
      const failure = await failureOfWork(() => buildByCommand(COMMAND_PLAN, BUILDX, world({ writes }).ports));
      assert.equal(failure.code, 'build-failed');
      assert.match(failure.message, /^The build command wrote ".*" into DIGEST_FILE, which is no digest$/);
    });
  }
});

describe('a tag that is there already', () => {
  for (const [says, labels] of [
    ['of nobody knows what', {}],
    ['of this commit', { 'org.opencontainers.image.revision': SHA }],
    ['with labels that its base image has', { 'k8s-deploy/build-inputs': '{"context":"base"}' }],
  ] as const) {
    test(`${says}: is taken, and the command is not run`, async () => {
      const { ports, ran, heard, registry } = world({ there: { digest: digestOf('before'), labels } });
      const built = await buildByCommand({ ...COMMAND_PLAN, tags: ['main'] }, BUILDX, ports);
      assert.deepEqual([built.how, built.image.digest, ran()], ['reused', digestOf('before'), undefined]);
      assert.equal(registry.get('reg.example/org/app:main')?.digest, digestOf('before'));
      assert.equal(
        heard.some((one) => one.kind === 'note' && one.text.includes('the build command is not run')),
        true,
      );
    });
  }

  test('may be there: while the registry does not tell, nothing is run', async () => {
    const { ports, ran } = world({
      broken: 'ERROR: unexpected status from GET request to https://r: 503 Service Unavailable',
    });
    const failure = await failureOfWork(() => buildByCommand(COMMAND_PLAN, BUILDX, ports));
    assert.deepEqual([failure.code, ran()], ['push-refused', undefined]);
  });
});

describe('platforms that were asked for', () => {
  const both = { ...COMMAND_PLAN, platforms: ['linux/amd64', 'linux/arm64'] };

  test('have to be in what the command pushed', async () => {
    const { ports, registry } = world({});
    const failure = await failureOfWork(() => buildByCommand({ ...both, tags: ['main'] }, BUILDX, ports));
    assert.deepEqual(
      [failure.code, failure.message],
      ['build-failed', `The build command ended well, but ${IMAGE} is not there for linux/arm64`],
    );
    assert.equal(registry.has('reg.example/org/app:main'), false);
  });

  test('have to be in what was pushed before', async () => {
    const { ports, ran } = world({ there: { digest: OURS, labels: {} } });
    const failure = await failureOfWork(() => buildByCommand(both, BUILDX, ports));
    assert.deepEqual(
      [failure.code, failure.message, ran()],
      ['tag-taken', `${IMAGE} was pushed before, but not for linux/arm64`, undefined],
    );
  });

  for (const [says, platforms] of [
    ['with a variant', ['linux/amd64', 'linux/arm64/v8']],
    ['and more', ['linux/s390x', 'linux/arm64', 'linux/amd64', 'unknown/unknown']],
    ['unless the image says of none', []],
  ] as const) {
    test(`are there ${says}`, async () => {
      const built = await buildByCommand(both, BUILDX, world({ platforms }).ports);
      assert.equal(built.how, 'built');
    });
  }

  test('with another variant is another platform', async () => {
    const wish = { ...COMMAND_PLAN, platforms: ['linux/arm/v6'] };
    const { ports } = world({ platforms: ['linux/arm/v7', 'linux/amd64'] });
    assert.equal((await failureOfWork(() => buildByCommand(wish, BUILDX, ports))).code, 'build-failed');
  });
});

test('with "build: never" the image has to be there, and the command is not run', async () => {
  const { ports, ran } = world({});
  const failure = await failureOfWork(() => buildByCommand({ ...COMMAND_PLAN, mode: 'never' }, BUILDX, ports));
  assert.deepEqual([failure.code, ran()], ['image-not-found', undefined]);
});

for (const [says, given, message] of [
  ['that fails', { exitCode: 2, prints: ['compiling', 'no space', ' '] }, 'ended with exit code 2: no space'],
  ['that says nothing', { exitCode: 1 }, 'ended with exit code 1'],
  ['that does not end', { exitCode: 143, timedOut: true }, 'was not done after 60 minutes'],
] as const) {
  test(`a command ${says} is a failed build: ${message}`, async () => {
    const failure = await failureOfWork(() => buildByCommand(COMMAND_PLAN, BUILDX, world(given).ports));
    assert.deepEqual([failure.code, failure.message], ['build-failed', `The build command ${message}`]);
  });
}

test('a command that ends well and pushes nothing is a failed build', async () => {
  const failure = await failureOfWork(() => buildByCommand(COMMAND_PLAN, BUILDX, world({ pushes: '' }).ports));
  assert.deepEqual(
    [failure.code, failure.message],
    ['build-failed', `The build command ended well, but the registry has no ${IMAGE}`],
  );
});

describe('secrets', () => {
  const secrets = [
    { kind: 'value', id: 'npm', value: 'hush-hush' },
    { kind: 'variable', id: 'token', name: 'TOKEN' },
  ] as const;

  for (const exitCode of [0, 1]) {
    test(`a value is in a file while the command runs, and gone after exit code ${exitCode}`, async () => {
      const { ports, seen, files, commands } = world({ exitCode });
      await buildByCommand({ ...COMMAND_PLAN, secrets }, BUILDX, ports).catch(() => undefined);
      assert.equal(seen['npm'], 'hush-hush');
      assert.equal(await files.kindOf('/private/command-secrets'), 'missing');
      assert.equal(JSON.stringify(commands).includes('hush-hush'), false);
    });
  }

  test('without values there is no folder', async () => {
    const { ports, ran } = world({});
    await buildByCommand({ ...COMMAND_PLAN, secrets: secrets.slice(1) }, BUILDX, ports);
    assert.equal(ran()?.env?.['SECRETS_FOLDER'], undefined);
  });

  test('an id that leads out of the folder is refused', async () => {
    const { ports, ran } = world({});
    const work = buildByCommand(
      { ...COMMAND_PLAN, secrets: [{ kind: 'value', id: '../x', value: 'y' }] },
      BUILDX,
      ports,
    );
    assert.deepEqual([(await failureOfWork(() => work)).code, ran()], ['input-invalid', undefined]);
  });
});
