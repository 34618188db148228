import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, test, type TestContext } from 'node:test';
import { registryCommand } from '../lab/native/registry.ts';
import { READ_ONLY, type RegistryFault } from '../support/registry-faults.ts';
import { openRegistryProxy } from '../support/registry-proxy.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { pushSmallImage } from '../support/small-image.ts';
import { workloadText } from '../support/workload-text.ts';

/** Registries that fail at one step of a build, each behind a proxy of its own. What passes is green; what lasts is told, and the cluster stays as it is. */

let scene: Scene;
let untouched: unknown;
before(async () => {
  scene = await openScene('registry-faults');
  untouched = await scene.cluster.snapshot();
});
after(async () => scene.close());

/** A tag of a commit, a digest, and the tag of a cache. */
const TAG = /^[0-9a-f]{40}$/;
const DIGEST = /^sha256:/;
const CACHE = /^buildcache-/;

const STEPS = {
  'the first look': { step: 'manifest-head', reference: TAG },
  'the manifest of the base image': { step: 'manifest-head', repository: /^base\// },
  'a layer of the base image': { step: 'blob-get', repository: /^base\// },
  'the upload of a layer': { step: 'upload-start', repository: /^app\// },
  'the end of an upload': { step: 'upload-put', repository: /^app\// },
  'the manifest': { step: 'manifest-put', reference: DIGEST },
  'the tag': { step: 'manifest-put', reference: TAG },
  'the last look': { step: 'manifest-head', reference: TAG },
  'the cache that is read': { step: 'manifest-head', reference: CACHE },
  'the cache that is written': { step: 'manifest-put', reference: CACHE },
} as const satisfies Readonly<Record<string, Omit<RegistryFault, 'times' | 'answer'>>>;
type Step = keyof typeof STEPS;

const ANSWERS = {
  '429': { status: 429, retryAfterSeconds: 1 },
  '500': { status: 500 },
  '401': { status: 401 },
  '403': { status: 403 },
  'a reset': 'reset',
  silence: 'silence',
  'read-only': READ_ONLY,
} as const satisfies Readonly<Record<string, RegistryFault['answer']>>;
type Answer = keyof typeof ANSWERS;

const NO_CLUSTER = { manifests: '', namespace: '', kubeconfig: '' };

/** A Dockerfile and a manifest of its own for each build: what one of them does disturbs no other. */
async function build(host: string, more: Readonly<Record<string, string>> = {}, from = 'scratch'): Promise<Deploy> {
  const id = randomBytes(4).toString('hex');
  const image = `${host}/app/${id}`;
  scene.write(`${id}/Dockerfile`, `FROM ${from}\nCOPY file /file\nUSER 1000\n`);
  scene.write(`${id}/file`, id);
  scene.write(`${id}.yaml`, workloadText({ name: `app-${id}`, containers: [{ image }] }));
  return scene.deploy({
    inputs: { image, context: id, manifests: `${id}.yaml`, ...more },
    runner: { GITHUB_REF: 'refs/heads/main' },
  });
}

async function buildWith(
  context: TestContext,
  step: Step,
  fault: Pick<RegistryFault, 'times' | 'answer'>,
  inputs: Readonly<Record<string, string>>,
): Promise<Deploy> {
  const upstream = scene.lab.env['REGISTRY'] ?? '';
  const proxy = await openRegistryProxy({ upstream });
  context.after(async () => proxy.close());
  const id = randomBytes(4).toString('hex');
  const isOfBase = step.includes('base image');
  const base = isOfBase ? await pushSmallImage(upstream, `base/${id}`) : undefined;
  const begin = async (): Promise<void> => proxy.inject({ ...STEPS[step], ...fault });
  if (step === 'the last look') {
    proxy.before(STEPS['the tag'], begin);
  } else if (step === 'the upload of a layer' && fault.answer === 'silence') {
    // A registry that still answers others may be taking a large layer, which is waited for.
    proxy.before(STEPS[step], async () => proxy.inject({ step: 'any', ...fault }));
  } else {
    await begin();
  }
  const reference = base === undefined ? undefined : `${proxy.host}/${base.repository}:${base.tag}`;
  return build(proxy.host, inputs, reference);
}

function assertRefused(deploy: Deploy, reason: string, says: RegExp, hint: RegExp): void {
  const { exitCode, outputs, log } = deploy;
  assert.deepEqual([exitCode, outputs['result'], outputs['reason']], [1, 'failed', reason], log);
  assert.deepEqual([outputs['changed'], deploy.changes], ['false', []]);
  const [, sentence = '', advice = ''] = /^failed: (.*)\n(.*)$/m.exec(log) ?? [];
  assert.match(sentence, says);
  assert.match(advice, hint);
  const annotation = deploy.annotations.find((line) => line.startsWith('::error')) ?? '';
  assert.match(annotation, new RegExp(says.source.replace('^', '')));
}

const LOGIN = /^Log in to (?:its registry|127\.0\.0\.1:\d+) with the input registry-auth or with docker\/login-action/;
const AGAIN = /[Rr]un the job again/;
const NOT_LET_IN = /^127\.0\.0\.1:\d+ does not let this job use 127\.0\.0\.1:\d+\/app\/\w+: /;
const NOT_TAKEN = /^The registry did not take 127\.0\.0\.1:\d+\/app\/\w+:[0-9a-f]{40}: /;
const NOT_TOLD = /^The registry does not tell what it has as 127\.0\.0\.1:\d+\/app\/\w+:[0-9a-f]{40}: /;
const NOT_CONFIRMED = /^The registry took 127\.0\.0\.1:\d+\/app\/\w+:[0-9a-f]{40} and does not confirm it: /;
const NOT_PULLED = /The base image 127\.0\.0\.1:\d+\/base\/\w+:1 may not be pulled: /;
const NOT_FETCHED = /The base image 127\.0\.0\.1:\d+\/base\/\w+:1 could not be fetched: /;

const LASTING: readonly (readonly [Step, Answer, 'push-refused' | 'build-failed', RegExp, RegExp])[] = [
  ['the first look', 'silence', 'push-refused', NOT_TOLD, AGAIN],
  ['the manifest of the base image', 'silence', 'build-failed', NOT_FETCHED, AGAIN],
  ['the upload of a layer', 'silence', 'push-refused', NOT_TAKEN, AGAIN],
  ['the manifest', 'silence', 'push-refused', NOT_TAKEN, AGAIN],
  ['the tag', 'silence', 'push-refused', NOT_TAKEN, AGAIN],
  ['the last look', 'silence', 'push-refused', NOT_CONFIRMED, AGAIN],
  ['the upload of a layer', '500', 'push-refused', NOT_TAKEN, AGAIN],
  ['the manifest', 'a reset', 'push-refused', NOT_TAKEN, AGAIN],
  ['a layer of the base image', '500', 'build-failed', NOT_FETCHED, AGAIN],
  ['the end of an upload', '429', 'push-refused', NOT_TAKEN, AGAIN],
  ['the first look', '401', 'push-refused', NOT_LET_IN, LOGIN],
  ['the manifest of the base image', '403', 'build-failed', NOT_PULLED, LOGIN],
  ['the manifest of the base image', '429', 'build-failed', NOT_FETCHED, AGAIN],
  ['a layer of the base image', '401', 'build-failed', NOT_PULLED, LOGIN],
  ['the upload of a layer', '403', 'push-refused', NOT_LET_IN, LOGIN],
  ['the upload of a layer', 'read-only', 'push-refused', NOT_TAKEN, AGAIN],
  ['the manifest', '401', 'push-refused', NOT_LET_IN, LOGIN],
  ['the tag', '403', 'push-refused', NOT_LET_IN, LOGIN],
  ['the last look', '500', 'push-refused', NOT_CONFIRMED, AGAIN],
];

/** BuildKit repeats a 429 five times and a 500 twice by itself, within milliseconds: with more of them it is our turn. */
const PASSING: readonly (readonly [Step, Answer, number])[] = [
  ['the first look', 'a reset', 2],
  ['the manifest of the base image', 'a reset', 1],
  ['a layer of the base image', '500', 2],
  ['the upload of a layer', '429', 5],
  ['the end of an upload', 'a reset', 1],
  ['the manifest', '500', 2],
  ['the tag', '500', 2],
  ['the last look', '429', 5],
];

const CACHES: readonly (readonly [Step, Answer, RegExp])[] = [
  [
    'the cache that is written',
    'silence',
    /^warning: The registry of the cache gave no answer for 45 s: the image is built without/m,
  ],
  [
    'the cache that is read',
    '500',
    /^warning: A cache was not read, so this build was slower: 127\.\S+:buildcache-main: HEAD /m,
  ],
  ['the cache that is read', '401', /^warning: A cache was not read.*401 Unauthorized$/m],
  ['the cache that is written', '403', /^warning: The cache was not written, so the next build will be slower: /m],
  ['the cache that is written', 'a reset', /^warning: The cache was not written, so the next build will be slower: /m],
];

const MANY = { concurrency: 16 };

describe('what is wrong with a registry', MANY, () => {
  for (const [step, answer, reason, says, hint] of LASTING) {
    test(`${answer} at ${step} is ${reason}`, async (context) => {
      const fault = { times: 'always', answer: ANSWERS[answer] } as const;
      // The cache lies elsewhere, so that it neither fails nor is asked.
      const deploy = await buildWith(context, step, fault, { cache: 'off' });

      assertRefused(deploy, reason, says, hint);
    });
  }

  for (const [step, answer, times] of PASSING) {
    test(`${answer} at ${step}, ${times} times, is got over`, async (context) => {
      const fault = { times, answer: ANSWERS[answer] } as const;
      const deploy = await buildWith(context, step, fault, { ...NO_CLUSTER, cache: 'off' });

      assert.equal(deploy.exitCode, 0, deploy.log);
      assert.match(deploy.outputs['digest'] ?? '', DIGEST);
    });
  }

  for (const [step, answer, says] of CACHES) {
    test(`${answer} at ${step} is a warning`, async (context) => {
      const fault = { times: 'always', answer: ANSWERS[answer] } as const;
      const deploy = await buildWith(context, step, fault, NO_CLUSTER);

      assert.equal(deploy.exitCode, 0, deploy.log);
      assert.match(deploy.log, says);
    });
  }

  test('a registry of the cache that gives no answer is a warning', async (context) => {
    const silent = await openRegistryProxy({ upstream: scene.lab.env['REGISTRY'] ?? '' });
    context.after(async () => silent.close());
    silent.inject({ step: 'any', times: 'always', answer: 'silence' });
    const inputs = { ...NO_CLUSTER, 'cache-repository': `${silent.host}/cache` };
    const deploy = await build(scene.lab.env['REGISTRY'] ?? '', inputs);

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.match(deploy.log, /^warning: 127\.0\.0\.1:\d+ gave no answer for 20 s: the caches there are neither read/m);
  });

  test('a registry that nobody runs is push-refused', async () => {
    const deploy = await build(`127.0.0.1:${await closedPort()}`);

    assertRefused(deploy, 'push-refused', NOT_TAKEN, AGAIN);
    assert.match(deploy.log, /^failed: .*connect: connection refused$/m);
  });

  test('a registry that only reads is push-refused', async (context) => {
    const registry = await startRegistry(context, 'read-only');
    const deploy = await build(registry.address);

    assertRefused(deploy, 'push-refused', NOT_TAKEN, /read-only/);
  });

  test('a registry that is stopped in its tracks is push-refused before anything is built', async (context) => {
    const registry = await startRegistry(context, 'writable');
    registry.pause();
    const deploy = await build(registry.address);

    assertRefused(deploy, 'push-refused', NOT_TOLD, AGAIN);
    assert.deepEqual(
      deploy.commands.filter((command) => /buildx build /.test(command)),
      [],
    );
  });
});

test('all that was refused left the cluster as it was', async () => {
  assert.deepEqual(await scene.cluster.snapshot(), untouched);
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** The lab's registry program with nothing in it. */
async function startRegistry(
  context: TestContext,
  mode: 'writable' | 'read-only',
): Promise<{ readonly address: string; readonly pause: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'own-registry-'));
  const port = await closedPort();
  const { argv, env } = await registryCommand(folder, port, mode);
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
  const ended = once(child, 'exit');
  context.after(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const address = `127.0.0.1:${port}`;
  for (let look = 0; look < 200 && !(await isAnswering(address)); look += 1) {
    await sleep(50);
  }
  return { address, pause: () => child.kill('SIGSTOP') };
}

async function isAnswering(address: string): Promise<boolean> {
  return fetch(`http://${address}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );
}
