import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { isJsonObject, objectsAt } from '../../src/values/json.ts';
import { uploadedContent, type PushedContent } from '../support/registry-contents.ts';
import { openRegistryProxy, type RegistryProxy } from '../support/registry-proxy.ts';
import { findText, type Finding } from '../support/registry-text.ts';
import { basicGate } from '../support/registry-users.ts';
import { FIRST_KEY_OF_AGENT, makeSshKey, type SshKey } from '../support/ssh-key.ts';
import { openScene, secretsInKubeconfig, type Deploy, type Scene } from '../support/scene.ts';
import { documents, workloadText } from '../support/workload-text.ts';

/**
 * What a build is given in secret is read by it, and stands in nothing that was pushed, written or said. All that reaches the registry passes a
 * proxy, so that no blob is overlooked: what was uploaded is searched byte by byte, and each search has one needle that has to be found.
 */

const BASE = 'busybox:1';
/** One with a program that can speak to an agent. */
const ASKING_BASE = 'node:24-slim';
const NEEDLE = `everybody-may-read-${randomBytes(6).toString('hex')}`;

let scene: Scene;
let proxy: RegistryProxy;

/** Ours alone, so that no other test has it in its layers. */
const random = (name: string): string => `${name}-${randomBytes(12).toString('hex')}`;

const password = random('password-of-the-registry');
const clusterToken = random('token-in-the-kubeconfig');
const secrets = {
  value: `${random('value')},"with" signs`,
  lines: [random('first-line'), random('second-line'), ''].join('\n'),
  variable: random('variable'),
  file: `${random('file')}\n`,
};

before(async () => {
  scene = await openScene('build-secrets');
  const gate = basicGate({ users: [{ name: 'robot', password, may: 'push' }] });
  proxy = await openRegistryProxy({ upstream: scene.lab.env['REGISTRY'] ?? '', gate });
  Object.values(secrets)
    .flatMap(partsOf)
    .forEach((text) => scene.secret(text));
  [password, clusterToken, `robot:${password}`].forEach((text) => scene.secret(text));
  scene.write('private/token.txt', secrets.file);
});
after(async () => {
  await proxy.close();
  await scene.close();
});

/** A log has it line by line. */
function partsOf(secret: string): readonly string[] {
  return [secret, ...secret.split('\n').filter((line) => line !== '')];
}

function sum(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

/** All that must not be found. */
function needles(): readonly string[] {
  const ofCluster = secretsInKubeconfig(scene.kubeconfig).filter((text) => !text.includes('CERTIFICATE'));
  return [...Object.values(secrets).flatMap(partsOf), password, `robot:${password}`, clusterToken, ...ofCluster];
}

/** The lab's kubeconfig, and one more user, who has a token. */
function kubeconfigWithToken(): string {
  const config: unknown = parse(scene.kubeconfig);
  const users = [...objectsAt(config, 'users'), { name: 'other', user: { token: clusterToken } }];
  return stringify({ ...(isJsonObject(config) ? config : {}), users });
}

type Build = {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** The images that are built, where that is not the input `image` alone. */
  readonly images?: readonly string[];
};

/** Nobody can pull the images here without a password, so they are deployed to workloads that want no pod. */
async function build({ inputs, env = {}, images = [inputs['image'] ?? ''] }: Build): Promise<Deploy> {
  scene.commit();
  const workloads = images.map((image, index) =>
    workloadText({ name: `app-${index}`, spec: { replicas: 0 }, containers: [{ image }] }),
  );
  scene.write('app.yaml', documents(...workloads));
  proxy.forgetRequests();
  return scene.deploy({
    event: { name: 'push', payload: { repository: { default_branch: 'main' } } },
    runner: { GITHUB_REF: 'refs/heads/main' },
    inputs: {
      kubeconfig: kubeconfigWithToken(),
      manifests: 'app.yaml',
      secrets: `value=${secrets.value}\nLINES\nid=variable,env=NAMED\nid=file,src=private/token.txt`,
      'registry-auth': `- {registry: '${proxy.host}', username: robot, password: ${password}}`,
      ...inputs,
    },
    env: { LINES: secrets.lines, NAMED: secrets.variable, ...env },
  });
}

async function pushed(): Promise<readonly PushedContent[]> {
  return Array.fromAsync(uploadedContent(scene.lab.env['REGISTRY'] ?? '', proxy.requests()));
}

function where(findings: readonly Finding[]): readonly string[] {
  return findings.map((finding) => `${finding.as} in ${finding.where}`);
}

/** A step that leaves the sum of each secret in a layer, and nothing else of them. */
const READ = [
  ...Object.keys(secrets).map((id) => `--mount=type=secret,id=${id === 'lines' ? 'LINES' : id},required=true`),
  'cd /run/secrets && sha256sum value LINES variable file > /read.txt',
].join(' ');

/** They were read as they are: a sum that is not in a layer is of other bytes. */
async function assertWereRead(content: readonly PushedContent[]): Promise<void> {
  const layers = content.filter(({ kind }) => kind === 'layer');
  for (const [name, secret] of Object.entries(secrets)) {
    const found = await findText(layers, [sum(secret)]);
    assert.ok(found.length > 0, `the build read something else as the secret ${name}`);
  }
}

describe('an image with secrets, an agent, proofs and a cache', () => {
  const repository = `e2e/secret-${randomBytes(3).toString('hex')}`;
  let deploy: Deploy;
  let content: readonly PushedContent[];
  let key: SshKey | undefined;

  before(async () => {
    key = await makeSshKey(join(dirname(scene.workspace), 'keys'));
    key?.privateLines.forEach((text) => scene.secret(text));
    scene.write('app/agent.mjs', FIRST_KEY_OF_AGENT);
    const agent =
      key === undefined ? [] : ['RUN --mount=type=ssh,id=deploy,required=true node /agent.mjs > /agent.txt'];
    const steps = [`FROM ${ASKING_BASE} AS reader`, 'ARG VISIBLE', 'COPY agent.mjs /', ...agent, `RUN ${READ}`];
    scene.write('app/Dockerfile', [...steps, `FROM ${BASE}`, 'COPY --from=reader /read.txt /', ''].join('\n'));
    deploy = await build({
      inputs: {
        image: `${proxy.host}/${repository}`,
        context: 'app',
        'build-args': `VISIBLE=${NEEDLE}`,
        provenance: 'mode=max',
        cache: 'registry',
        ...(key === undefined ? {} : { ssh: `deploy=${key.file}` }),
      },
    });
    content = await pushed();
  });

  test('is built, and the build has read each secret as it is', async () => {
    assert.equal(deploy.exitCode, 0, deploy.log);
    await assertWereRead(content);
  });

  test('is built with the key of the agent', async (context) => {
    if (key === undefined) {
      context.skip('there is no ssh-keygen on this machine');
      return;
    }
    // The agent is asked in a stage whose layers only the cache has.
    assert.notDeepEqual(await findText(content, [sum(key.publicKey)]), []);
  });

  test('has what is searched: index, manifests, configuration, layers, attestations and a cache', () => {
    assert.deepEqual([...new Set(content.map(({ kind }) => kind))].toSorted(), [
      'attestation',
      'cache',
      'config',
      'index',
      'layer',
      'manifest',
    ]);
  });

  test('has no secret in anything that was pushed', async () => {
    assert.deepEqual(where(await findText(content, [...needles(), ...(key?.privateLines ?? [])])), []);
  });

  test('has its build argument in the attestation, where the same search finds it', async () => {
    const found = where(await findText(content, [NEEDLE]));
    assert.ok(
      found.some((place) => place.includes('in attestation')),
      found.join('\n'),
    );
  });

  test('is pushed with the password: nobody else came in', () => {
    const users = proxy
      .requests()
      .flatMap(({ status, user, method }) => (status < 400 && method !== 'HEAD' ? [user] : []));
    assert.deepEqual([...new Set(users)], ['robot']);
  });
});

test('the targets of a bake file read the same secrets, and nothing that is pushed has them', async () => {
  scene.write('baked/Dockerfile', [`FROM ${BASE}`, 'ARG VISIBLE', `RUN ${READ}`, ''].join('\n'));
  const targets = Object.fromEntries(
    ['one', 'two'].map((name) => [name, { context: 'baked', args: { TARGET: name } }]),
  );
  scene.write('bake.json', JSON.stringify({ group: { default: { targets: ['one', 'two'] } }, target: targets }));
  const image = `${proxy.host}/e2e/baked-${randomBytes(3).toString('hex')}`;
  const inputs = { image, 'bake-files': 'bake.json', 'build-args': `VISIBLE=${NEEDLE}`, provenance: 'mode=max' };

  const deploy = await build({ inputs, images: [`${image}/one`, `${image}/two`] });

  assert.equal(deploy.exitCode, 0, deploy.log);
  const content = await pushed();
  await assertWereRead(content);
  assert.deepEqual(where(await findText(content, needles())), []);
  assert.notDeepEqual(where(await findText(content, [NEEDLE])), []);
});

test('a build command finds its secrets in private files that are gone afterwards, and the password where docker has it', async () => {
  const told = join(dirname(scene.workspace), 'told');
  mkdirSync(told);
  scene.write('by-command/Dockerfile', `FROM ${BASE}\nCOPY read.txt /\n`);
  scene.write(
    'build.sh',
    [
      `stat --format='%a' "$SECRETS_FOLDER" "$SECRETS_FOLDER"/* > ${told}/modes`,
      `printf '%s' "$SECRETS_FOLDER" > ${told}/folder`,
      `env -u LINES -u NAMED > ${told}/environment`,
      `tr '\\0' ' ' < /proc/$PPID/cmdline > ${told}/command`,
      'sha256sum "$SECRETS_FOLDER/value" > by-command/read.txt',
      'buildx build --push --tag "$IMAGE" --provenance=false by-command',
      '',
    ].join('\n'),
  );
  const image = `${proxy.host}/e2e/by-command-${randomBytes(3).toString('hex')}`;

  const deploy = await build({ inputs: { image, 'build-command': 'bash build.sh' } });

  assert.equal(deploy.exitCode, 0, deploy.log);
  const content = await pushed();
  assert.notDeepEqual(await findText(content, [sum(secrets.value)]), []);
  assert.deepEqual(where(await findText(content, needles())), []);
  const [modes, folder, ...rest] = ['modes', 'folder', 'environment', 'command'].map((name) =>
    readFileSync(join(told, name), 'utf8'),
  );
  assert.equal(modes, '700\n600\n');
  assert.equal(existsSync(folder ?? ''), false);
  assert.deepEqual(
    needles().filter((needle) => rest.some((text) => text.includes(needle))),
    [],
    'secrets in the environment or the command line of the build command',
  );
});

const unbuilt = (): string => `${proxy.host}/e2e/refused-${randomBytes(3).toString('hex')}`;

async function assertRefused(deploy: Deploy, problems: readonly string[]): Promise<void> {
  assert.equal(deploy.outputs['reason'], 'input-invalid', deploy.log);
  for (const problem of problems) {
    assert.ok(deploy.log.includes(problem), `${problem} is not in ${deploy.log}`);
  }
  assert.deepEqual(proxy.requests(), []);
  assert.deepEqual(
    deploy.commands.filter((command) => command.startsWith('buildx build')),
    [],
  );
}

describe('is refused before anything is built, in words that do not repeat it:', () => {
  before(() => scene.write('plain/Dockerfile', `FROM ${BASE}\n`));

  test('build arguments, labels and contexts that hold a secret, or what looks like one', async () => {
    const token = scene.secret(`ghp_${randomBytes(18).toString('hex')}`);
    const key = scene.secret(randomBytes(24).toString('hex'));
    const cases: readonly (readonly [value: string, held: string])[] = [
      [`x-${secrets.value}`, 'the secret value'],
      [secrets.variable, 'the secret variable'],
      [secrets.lines.split('\n')[1] ?? '', 'the secret LINES'],
      [password, `the password for ${proxy.host}`],
      [clusterToken, 'the kubeconfig'],
      [`https://${token}@github.com`, 'what looks like a token of GitHub'],
      [`-----BEGIN EC PRIVATE KEY----- ${key}`, 'what looks like a private key'],
    ];
    const args = cases.map(([value], index) => `ARG_${index}=${value}`);
    const contexts = `lib=https://robot:${password}@git.example.com/lib.git`;

    const deploy = await build({
      inputs: {
        image: unbuilt(),
        context: 'plain',
        'build-args': ['VERSION=1', ...args].join('\n'),
        labels: `note=${secrets.value}`,
        'build-contexts': contexts,
      },
    });

    await assertRefused(deploy, [
      ...cases.map(([, held], index) => `build-args: ARG_${index} holds ${held}`),
      'labels: note holds the secret value',
      `build-contexts: lib holds the password for ${proxy.host}`,
    ]);
    assert.doesNotMatch(deploy.log, /VERSION holds/);
  });

  test('a build argument that holds what is in the file of a secret', async () => {
    const inputs = { image: unbuilt(), context: 'plain', 'build-args': `ARG=${secrets.file.trim()}` };
    await assertRefused(await build({ inputs }), ['build-args: ARG holds the secret file']);
  });

  test('a variable of a bake file that takes a secret from the environment', async () => {
    const target = 'target "default" {\n  context = "plain"\n  args = { TOKEN = NAMED }\n}';
    scene.write('leaky.hcl', `variable "NAMED" { default = "" }\n${target}\n`);
    const deploy = await build({ inputs: { image: unbuilt(), 'bake-files': 'leaky.hcl' } });
    await assertRefused(deploy, ['leaky.hcl: target "default": the build argument TOKEN holds the secret variable']);
  });

  test('a secret whose variable is not there, or empty', async () => {
    const deploy = await build({
      inputs: { image: unbuilt(), context: 'plain', secrets: 'LINES\nNPM_TOKEN\nid=empty,env=EMPTY' },
      env: { EMPTY: '' },
    });
    await assertRefused(deploy, [
      'secrets: NPM_TOKEN has no value, the variable NPM_TOKEN is not set or empty',
      'secrets: empty has no value, the variable EMPTY is not set or empty',
    ]);
  });

  test('a secret whose file is not there', async () => {
    const inputs = { image: unbuilt(), context: 'plain', secrets: 'id=file,src=private/none.txt' };
    await assertRefused(await build({ inputs }), ['secrets: file has no value, there is no file private/none.txt']);
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
