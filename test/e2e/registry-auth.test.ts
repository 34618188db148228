import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { credentialHelper } from '../support/credential-helper.ts';
import { recordTools } from '../support/recorded-tools.ts';
import { openRegistryProxy, type Gate, type RegistryProxy } from '../support/registry-proxy.ts';
import { tokenGate } from '../support/registry-tokens.ts';
import { basicGate } from '../support/registry-users.ts';
import { processesWith } from '../support/runner.ts';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';
import { configMapText } from '../support/workload-text.ts';

/**
 * Registries that let nobody in without a password. Each stands in front of the lab's own, which needs none, so what was pushed is looked up
 * there. ghcr.io cannot be reached from the tests: that it gets the token of the job is shown by those of src/login and src/plan.
 */

const BASE = 'busybox:1';

const password = `password-of-the-robot-${randomBytes(9).toString('hex')}`;
const wrong = `not-the-password-${randomBytes(9).toString('hex')}`;
const ofTheJob = `password-of-the-job-${randomBytes(9).toString('hex')}`;

let scene: Scene;
/** With a password file, with a token service, and with one that answers 403. */
let basic: RegistryProxy;
let bearer: RegistryProxy;
let forbidding: RegistryProxy;

const USERS = [
  { name: 'robot', password, may: 'push' },
  { name: 'reader', password: wrong, may: 'pull' },
  { name: 'job', password: ofTheJob, may: 'push' },
] as const;

before(async () => {
  scene = await openScene('registry-auth');
  const open = async (gate: Gate): Promise<RegistryProxy> =>
    openRegistryProxy({ upstream: scene.lab.env['REGISTRY'] ?? '', gate });
  const rules = { users: USERS };
  const denying = { ...rules, weakToken: 'denied', wrongPassword: 403 } as const;
  basic = await open(basicGate(rules));
  bearer = await open(tokenGate(rules));
  forbidding = await open(tokenGate(denying));
  for (const [name, secret] of [
    ['robot', password],
    ['reader', wrong],
    ['robot', wrong],
    ['job', ofTheJob],
  ] as const) {
    scene.secret(secret);
    scene.secret(`${name}:${secret}`);
  }
  scene.write('app/Dockerfile', `FROM ${BASE}\nCOPY content.txt /\n`);
});
after(async () => {
  await Promise.all([basic, bearer, forbidding].map(async (proxy) => proxy.close()));
  await scene.close();
});

function imageIn(proxy: RegistryProxy): string {
  return `${proxy.host}/e2e/auth-${randomBytes(3).toString('hex')}`;
}

function passwordFor({ host }: RegistryProxy, name = 'robot', secret = password): string {
  return `- {registry: '${host}', username: ${name}, password: '${secret}'}`;
}

/** A mere build of something that was never built before. */
async function build(inputs: Readonly<Record<string, string>>, wish: Wish = {}): Promise<Deploy> {
  scene.commit();
  scene.write('app/content.txt', scene.sha);
  [basic, bearer, forbidding].forEach((proxy) => proxy.forgetRequests());
  return scene.deploy({
    ...wish,
    inputs: { context: 'app', namespace: '', kubeconfig: '', cache: 'off', ...inputs },
  });
}

/** What the registry behind the proxies has under the tag of the commit. */
async function digestInRegistry(image: string): Promise<string | null> {
  const path = image.slice(image.indexOf('/') + 1);
  const url = `http://${scene.lab.env['REGISTRY'] ?? ''}/v2/${path}/manifests/${scene.sha}`;
  const accept = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.oci.image.index.v1+json'].join(', ');
  const response = await fetch(url, { method: 'HEAD', headers: { accept } });
  return response.ok ? response.headers.get('docker-content-digest') : null;
}

async function assertPushed(deploy: Deploy, image: string): Promise<void> {
  assert.equal(deploy.exitCode, 0, deploy.log);
  const digest = await digestInRegistry(image);
  assert.match(digest ?? '', /^sha256:/);
  assert.equal(deploy.outputs['digest'], digest);
}

async function assertRefused(deploy: Deploy, image: string, { host }: RegistryProxy): Promise<void> {
  assert.equal(deploy.outputs['reason'], 'push-refused', deploy.log);
  assert.match(deploy.log, new RegExp(`failed: ${host} does not let this job use ${image}: `));
  assert.ok(
    deploy.log.includes(`Log in to ${host} with the input registry-auth or with docker/login-action`),
    deploy.log,
  );
  assert.equal(await digestInRegistry(image), null);
}

/** Who was let in to change something. */
function writers(proxy: RegistryProxy): readonly (string | undefined)[] {
  const writes = proxy
    .requests()
    .filter(({ status, method, step }) => status < 400 && method !== 'GET' && method !== 'HEAD' && step !== 'token');
  return [...new Set(writes.map(({ user }) => user))];
}

for (const [name, registry] of [
  ['a password file', () => basic],
  ['a token service', () => bearer],
  ['a token service that forbids', () => forbidding],
] as const) {
  describe(`a registry with ${name}`, () => {
    test('takes the image of the user that registry-auth names', async () => {
      const image = imageIn(registry());
      const deploy = await build({ image, 'registry-auth': passwordFor(registry()) });
      await assertPushed(deploy, image);
      assert.deepEqual(writers(registry()), ['robot']);
    });

    for (const [who, auth] of [
      ['nobody', () => ''],
      ['a wrong password', () => passwordFor(registry(), 'robot', wrong)],
      ['a user who may only read', () => passwordFor(registry(), 'reader', wrong)],
    ] as const) {
      test(`takes nothing of ${who}, and the message says how one logs in`, async () => {
        const image = imageIn(registry());
        const deploy = await build({ image, 'registry-auth': auth() });
        await assertRefused(deploy, image, registry());
        assert.deepEqual(writers(registry()), []);
      });
    }
  });
}

test('a credential helper on PATH is asked for the password of its registry', async () => {
  const helper = credentialHelper(join(dirname(scene.workspace), 'helper'), 'tests', { name: 'robot', password });
  const path = [helper.folder, scene.lab.env['PATH'] ?? ''].join(':');
  const tools = recordTools(join(dirname(scene.workspace), 'recorded'), path);
  const image = imageIn(bearer);

  const deploy = await build(
    { image, 'registry-auth': `- {registry: '${bearer.host}', helper: tests}` },
    { path: tools.env['PATH'] ?? '' },
  );

  await assertPushed(deploy, image);
  assert.deepEqual([...new Set(helper.asked().trim().split('\n'))], [`get ${bearer.host}`]);
  assert.deepEqual(writers(bearer), ['robot']);
  assert.equal(
    tools.commands().some((command) => command.includes(password)),
    false,
  );
});

test('helpers that are not on PATH are all told before anything is built', async () => {
  const image = imageIn(basic);
  const auth = [basic, bearer].map(({ host }, index) => `- {registry: '${host}', helper: missing-${index}}`).join('\n');

  const deploy = await build({ image, 'registry-auth': auth });

  assert.equal(deploy.outputs['reason'], 'input-invalid', deploy.log);
  for (const [index, { host }] of [basic, bearer].entries()) {
    const problem = `registry-auth: ${host} is entered by docker-credential-missing-${index}, which is not on PATH`;
    assert.ok(deploy.log.includes(problem), deploy.log);
  }
  assert.deepEqual([...basic.requests(), ...bearer.requests()], []);
  assert.deepEqual(
    deploy.commands.filter((command) => command.startsWith('buildx build')),
    [],
  );
});

const loginOf = (name: string, secret: string): { auth: string } => ({
  auth: Buffer.from(`${name}:${secret}`).toString('base64'),
});

test("the job's own docker configuration stays as it is, and its other logins still count", async () => {
  const base = imageIn(basic);
  await assertPushed(await build({ image: base, 'registry-auth': passwordFor(basic) }), base);
  const baseSha = scene.sha;
  const folder = join(dirname(scene.workspace), 'docker-of-the-job');
  mkdirSync(folder);
  const file = join(folder, 'config.json');
  const auths = { [basic.host]: loginOf('job', ofTheJob), [bearer.host]: loginOf('robot', wrong) };
  const text = `{ "auths": ${JSON.stringify(auths)},\n\t"HttpHeaders": {"X-Job": "1"} }`;
  writeFileSync(file, text, { mode: 0o640 });
  const image = imageIn(bearer);
  scene.write('other/Dockerfile', `FROM ${base}:${baseSha}\nCOPY own.txt /\n`);
  scene.write('other/own.txt', baseSha);

  const deploy = await build(
    { image, context: 'other', 'registry-auth': passwordFor(bearer) },
    { env: { DOCKER_CONFIG: folder } },
  );

  await assertPushed(deploy, image);
  assert.deepEqual(writers(bearer), ['robot']);
  const readers = basic.requests().filter(({ status }) => status === 200);
  assert.deepEqual([...new Set(readers.map(({ user }) => user))], ['job']);
  assert.equal(readFileSync(file, 'utf8'), text);
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.deepEqual(readdirSync(folder), ['config.json']);
});

type Seen = { readonly modes: readonly string[]; readonly text: string };

/** What is in the private folder at the moment at which the first byte is to be uploaded, and then `act`. */
function whilePushing(temp: string, act: () => void = () => undefined): () => Seen | undefined {
  let seen: Seen | undefined;
  basic.before({ step: 'upload-start' }, async () => {
    const [folder = ''] = foldersIn(temp);
    const paths = ['', 'docker', 'docker/config.json'].map((path) => join(temp, folder, path));
    const modes = paths.map((path) => (statSync(path).mode & 0o777).toString(8));
    seen = { modes, text: readFileSync(paths[2] ?? '', 'utf8') };
    act();
  });
  return () => seen;
}

function foldersIn(temp: string): readonly string[] {
  return readdirSync(temp).filter((name) => !name.startsWith('k8s-deploy-report-'));
}

function newTemp(name: string): string {
  const temp = join(dirname(scene.workspace), `temp-${name}`);
  mkdirSync(temp);
  return temp;
}

/** The very process and all its children, as when a machine dies. */
function killRun(temp: string): void {
  processesWith(`RUNNER_TEMP=${temp}`).forEach(({ pid }) => process.kill(pid, 'SIGKILL'));
}

const encoded = Buffer.from(`robot:${password}`).toString('base64');
const withPassword = (image: string): Readonly<Record<string, string>> => ({
  image,
  'registry-auth': passwordFor(basic),
});

describe('the private docker configuration', () => {
  for (const [ending, sabotage, reason] of [
    ['succeeds', () => undefined, ''],
    ['fails', () => basic.inject({ step: 'manifest-put', times: 'always', answer: { status: 403 } }), 'push-refused'],
  ] as const) {
    test(`is the owner's alone, and gone after a run that ${ending}`, async () => {
      const temp = newTemp(ending);
      const seen = whilePushing(temp, sabotage);
      const deploy = await build(withPassword(imageIn(basic)), { temp, hasPost: false });
      basic.heal();

      assert.equal(deploy.outputs['reason'], reason, deploy.log);
      assert.deepEqual(seen()?.modes, ['700', '700', '600']);
      assert.ok(seen()?.text.includes(encoded));
      assert.deepEqual(foldersIn(temp), []);
    });
  }

  test('is gone after a run that is cancelled while it pushes', async () => {
    const temp = newTemp('cancelled');
    const seen = whilePushing(temp, () => {
      basic.inject({ step: 'upload-start', times: 'always', answer: 'silence' });
      const main = processesWith(`RUNNER_TEMP=${temp}`).filter(({ command }) => command.includes('index.js'));
      main.forEach(({ pid }) => process.kill(pid, 'SIGINT'));
    });
    const deploy = await build(withPassword(imageIn(basic)), { temp });
    basic.heal();

    assert.equal(deploy.outputs['reason'], 'cancelled', deploy.log);
    assert.ok(seen()?.text.includes(encoded));
    assert.deepEqual(foldersIn(temp), []);
    assert.deepEqual(processesWith(`RUNNER_TEMP=${temp}`), []);
  });

  test('is gone after the post step of a run that is killed while it pushes', async () => {
    const temp = newTemp('post');
    const seen = whilePushing(temp, () => killRun(temp));
    const deploy = await build(withPassword(imageIn(basic)), { temp });

    assert.notEqual(deploy.exitCode, 0);
    assert.ok(seen()?.text.includes(encoded));
    assert.deepEqual(foldersIn(temp), []);
  });

  test('of a run that is killed together with its post step is gone after the next run', async () => {
    const temp = newTemp('killed');
    const seen = whilePushing(temp, () => killRun(temp));
    await build(withPassword(imageIn(basic)), { temp, hasPost: false });
    assert.ok(seen()?.text.includes(encoded));
    const [left = ''] = foldersIn(temp);
    assert.ok(readFileSync(join(temp, left, 'docker/config.json'), 'utf8').includes(encoded));

    const image = imageIn(basic);
    await assertPushed(await build(withPassword(image), { temp, hasPost: false }), image);
    assert.deepEqual(foldersIn(temp), []);
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', async () => {
  // One run with a cluster, whose secrets are to be hidden too.
  scene.write('settings.yaml', configMapText('settings', { key: 'value' }));
  const deploy = await scene.deploy({ inputs: { manifests: 'settings.yaml', 'registry-auth': passwordFor(basic) } });
  assert.equal(deploy.exitCode, 0, deploy.log);
  scene.assertNothingLeft();
});
