import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import { newRevisions } from '../support/cluster.ts';
import { problemsIn, refusedDeploy } from '../support/refused-deploy.ts';
import { pushedContent } from '../support/registry-contents.ts';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';
import { documents, workloadText } from '../support/workload-text.ts';

/** Three images of two bake files, deployed together. The tests of a `describe` go on where the one before ended. */

let scene: Scene;
/** Where all images of this file are pushed: "127.0.0.1:21003/e2e/bake-1a2b3c". */
let folder: string;

const BAKE = `variable "REGISTRY" { default = "nowhere.example" }
variable "FOLDER" { default = "" }
variable "VERSION" { default = "dev" }

group "default" {
  targets = ["services"]
}

group "services" {
  targets = ["server", "worker"]
}

target "common" {
  args = { VERSION = VERSION }
}

target "base" {
  dockerfile-inline = "FROM busybox:1\\nRUN echo base-\${VERSION} >/base\\n"
}

target "server" {
  inherits = ["common"]
  context  = "server"
  contexts = { base = "target:base" }
  tags     = ["\${REGISTRY}/\${FOLDER}/server:\${VERSION}", "\${REGISTRY}/\${FOLDER}/server:newest"]
}

target "worker" {
  inherits = ["common"]
  context  = "worker"
}

target "twin" {
  context = "worker"
  tags    = ["\${REGISTRY}/\${FOLDER}/server:twin"]
}

target "files" {
  context           = "worker"
  dockerfile-inline = "FROM scratch\\nCOPY words /words\\n"
}

target "secretive" {
  dockerfile-inline = "FROM busybox:1\\nRUN --mount=type=secret,id=password wc -c </run/secrets/password >/length\\n"
}
`;

const AGENT = (folderName: string): string =>
  JSON.stringify({ target: { agent: { context: 'worker', tags: [`${folderName}/agent:1`] } } });

const WORKER = 'FROM busybox:1\nARG VERSION\nENV VERSION=$VERSION\nCOPY words /words\nUSER 1000\n';
const SERVER = 'FROM base\nARG VERSION\nENV VERSION=$VERSION\nRUN cat /base\nUSER 1000\n';
const TARGETS = 'services,agent';
const SERVICES = ['agent', 'server', 'worker'];

before(async () => {
  scene = await openScene('bake');
  folder = `${scene.lab.env['REGISTRY'] ?? ''}/e2e/bake-${randomBytes(3).toString('hex')}`;
  scene.write('docker-bake.hcl', BAKE);
  scene.write('agent.json', AGENT(folder));
  scene.write('server/Dockerfile', SERVER);
  scene.write('server/.dockerignore', '*.md\n');
  scene.write('worker/Dockerfile', WORKER);
  scene.write('worker/.dockerignore', '*.md\n');
  scene.write('worker/words', 'one\n');
  scene.write('k8s.yaml', documents(...SERVICES.map(deploymentOf)));
});
after(async () => scene.close());

function deploymentOf(name: string): string {
  return workloadText({ name, containers: [{ image: `${folder}/${name}:main` }] });
}

function wish(inputs: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}): Wish {
  return {
    inputs: {
      image: folder,
      'bake-files': 'docker-bake.hcl\nagent.json',
      'bake-targets': TARGETS,
      manifests: 'k8s.yaml',
      timeout: '60s',
      ...inputs,
    },
    env: { FOLDER: folder.slice(folder.indexOf('/') + 1), VERSION: '7', ...env },
  };
}

/** Only builds: no manifests, no cluster. */
const building = (targets: string, inputs: Readonly<Record<string, string>> = {}): Promise<Deploy> =>
  scene.deploy(wish({ manifests: '', namespace: '', kubeconfig: '', 'bake-targets': targets, ...inputs }));

/** The targets that bake built, without those that it only printed. */
const builtBy = ({ commands }: Deploy): readonly string[] =>
  commands
    .filter((line) => line.startsWith('buildx bake ') && !line.includes(' --print '))
    .map((line) => line.split(' ').at(-1) ?? '')
    .toSorted();

/** {"server": "sha256:…"}: what the output `images` has. */
function digestsOf({ outputs }: Deploy): Readonly<Record<string, string>> {
  const lines = (outputs['images'] ?? '').split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => [line.replace(/:[0-9a-f]{40}@.*$/, '').replace(`${folder}/`, ''), line.split('@')[1] ?? '']),
  );
}

/** {"server": ["sha256:…"]}: what the pods of each Deployment run, by what the kubelet says. */
async function runningDigests(): Promise<Readonly<Record<string, readonly string[]>>> {
  const pods = objectsAt(JSON.parse(await scene.cluster.kubectl(['get', 'pods', '--output=json'])), 'items').filter(
    (pod) => textAt(pod, 'metadata', 'deletionTimestamp') === undefined,
  );
  const running = pods.flatMap((pod) =>
    objectsAt(pod, 'status', 'containerStatuses').map((status) => ({
      app: textAt(pod, 'metadata', 'labels', 'app') ?? '',
      digest: (textAt(status, 'imageID') ?? '').replace(/^.*@/, ''),
    })),
  );
  const byApp = [...Map.groupBy(running, ({ app }) => app)];
  return Object.fromEntries(byApp.map(([app, all]) => [app, [...new Set(all.map(({ digest }) => digest))]]));
}

/** The digest that the registry has under a name; undefined: none. */
async function digestInRegistry(reference: string): Promise<string | undefined> {
  const [, registry = '', repository = '', tag = ''] = /^([^/]+)\/(.+):([^:]+)$/.exec(reference) ?? [];
  const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json';
  const response = await fetch(`http://${registry}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { accept },
  });
  return response.headers.get('docker-content-digest') ?? undefined;
}

/** The configurations of all images that stand behind a tag: one for each platform. */
async function configsOf(name: string, tag: string): Promise<readonly JsonObject[]> {
  const [registry = '', ...path] = `${folder}/${name}`.split('/');
  const configs: JsonObject[] = [];
  for await (const { kind, bytes } of pushedContent(registry, path.join('/'), tag)) {
    const content: unknown = kind === 'config' ? JSON.parse(bytes.toString('utf8')) : undefined;
    configs.push(...(isJsonObject(content) ? [content] : []));
  }
  return configs;
}

const reportOf = ({ report }: Deploy): JsonObject => JSON.parse(report);

describe('images of an HCL and a JSON file, with variables, groups, inherited settings and a linked target', () => {
  let first: Deploy;

  test('are built, each with a digest of its own, and every one of them is in the manifests and runs in the pods', async () => {
    first = await scene.deploy(wish());

    assert.equal(first.exitCode, 0, first.log);
    const digests = digestsOf(first);
    assert.deepEqual(Object.keys(digests).toSorted(), SERVICES);
    assert.equal(new Set(Object.values(digests)).size, 3, first.outputs['images']);
    assert.deepEqual(builtBy(first), SERVICES);
    assert.deepEqual(
      await runningDigests(),
      Object.fromEntries(Object.entries(digests).map(([name, digest]) => [name, [digest]])),
    );
    for (const name of SERVICES) {
      assert.equal(await digestInRegistry(`${folder}/${name}:${scene.sha}`), digests[name]);
    }
  });

  test('have what the file says: variables of the environment, and the linked target below', async () => {
    const [server] = await configsOf('server', scene.sha);
    const [worker] = await configsOf('worker', scene.sha);
    for (const config of [server, worker]) {
      const env = valueAt(config, 'config', 'Env');
      assert.ok(Array.isArray(env) && env.includes('VERSION=7'), JSON.stringify(env));
    }
    const steps = objectsAt(server, 'history').map((step) => textAt(step, 'created_by') ?? '');
    assert.ok(
      steps.some((step) => step.includes('echo base-7')),
      steps.join('\n'),
    );
    assert.equal(await digestInRegistry(`${folder}/base:${scene.sha}`), undefined, 'what is linked to is not pushed');
  });

  test('have the tags of the file, and a target without tags is pushed below the input image', async () => {
    const digests = digestsOf(first);
    for (const tag of ['server:7', 'server:newest', 'agent:1']) {
      assert.equal(await digestInRegistry(`${folder}/${tag}`), digests[tag.split(':')[0] ?? ''], tag);
    }
    assert.deepEqual(
      objectsAt(reportOf(first), 'builds').map((build) => [
        (textAt(build, 'reference') ?? '').replace(/^.*\/(\w+):.*$/, '$1'),
        textAt(build, 'how'),
        build['tags'],
      ]),
      [
        ['server', 'built', ['7', 'newest'].map((tag) => `${folder}/server:${tag}`)],
        ['worker', 'built', []],
        ['agent', 'built', [`${folder}/agent:1`]],
      ],
    );
  });

  test('are all reused by the same commit again, and nothing in the cluster changes', async () => {
    const before = await scene.cluster.snapshot();

    const deploy = await scene.deploy(wish());

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.deepEqual([builtBy(deploy), deploy.changes, deploy.outputs['changed']], [[], [], 'false']);
    assert.equal(deploy.outputs['images'], first.outputs['images']);
    assert.equal(deploy.summary.match(/\| was built before/g)?.length, 3, deploy.summary);
    assert.deepEqual(await scene.cluster.snapshot(), before);
  });
});

describe('one target that fails', () => {
  test('is named with its line, the others are pushed, and the cluster stays as it is', async () => {
    scene.commit();
    scene.replace('worker/words', 'one', 'two');
    scene.write('broken/Dockerfile', 'FROM busybox:1\nRUN echo no compiler here && exit 3\n');
    scene.replace('agent.json', '"context":"worker"', '"context":"broken"');

    const deploy = await refusedDeploy(scene, wish());

    assert.equal(deploy.outputs['reason'], 'build-failed', deploy.log);
    assert.match(deploy.log, /^failed: .*target "agent": .*exit/m);
    assert.match(deploy.log, /no compiler here/);
    assert.match(deploy.annotations.join('\n'), /file=broken\/Dockerfile,line=2/);
    assert.deepEqual(builtBy(deploy), SERVICES);
    assert.notEqual(await digestInRegistry(`${folder}/server:${scene.sha}`), undefined);
    assert.notEqual(await digestInRegistry(`${folder}/worker:${scene.sha}`), undefined);
    assert.equal(await digestInRegistry(`${folder}/agent:${scene.sha}`), undefined);
  });

  test('is the only one that the next run builds, and all three roll out', async () => {
    scene.replace('broken/Dockerfile', ' && exit 3', '');
    const before = await scene.cluster.revisions();

    const deploy = await scene.deploy(wish());

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.deepEqual(builtBy(deploy), ['agent']);
    assert.deepEqual(
      objectsAt(reportOf(deploy), 'builds').map((build) => textAt(build, 'how')),
      ['reused', 'reused', 'built'],
    );
    assert.deepEqual(newRevisions(before, await scene.cluster.revisions()), { agent: 1, server: 1, worker: 1 });
    assert.deepEqual(
      await runningDigests(),
      Object.fromEntries(Object.entries(digestsOf(deploy)).map(([name, digest]) => [name, [digest]])),
    );
  });
});

describe('what cannot be pushed is told before anything is built', () => {
  test('two targets of one repository', async () => {
    const deploy = await refusedDeploy(scene, wish({ 'bake-targets': 'server,twin' }));

    assert.equal(deploy.outputs['reason'], 'input-invalid', deploy.log);
    assert.ok(
      deploy.log.includes(
        `target "twin": it is pushed to ${folder}/server, and so is the target "server": both would be ${folder}/server:${scene.sha}`,
      ),
      deploy.log,
    );
    assert.match(deploy.annotations.join('\n'), /file=docker-bake\.hcl/);
    assert.deepEqual(builtBy(deploy), []);
  });

  test('targets without tags, when there is no input image: each of them', async () => {
    const deploy = await refusedDeploy(scene, wish({ image: '', 'bake-targets': 'worker,files' }));

    assert.equal(deploy.outputs['reason'], 'input-invalid', deploy.log);
    const problems = problemsIn(deploy);
    assert.equal(problems.length, 2, deploy.log);
    assert.match(problems.join('\n'), /target "worker": it has no tags.*\n.*target "files": it has no tags/);
  });

  test('a target that does not exist, and a mistake in the file with its line', async () => {
    const missing = await refusedDeploy(scene, wish({ 'bake-targets': 'nobody' }));
    assert.equal(missing.outputs['reason'], 'build-failed', missing.log);
    assert.match(missing.log, /failed to find target nobody/);

    scene.write('wrong.hcl', 'target "a" {\n  tags = [NOWHERE]\n}\n');
    const wrong = await refusedDeploy(scene, wish({ 'bake-files': 'wrong.hcl', 'bake-targets': 'a' }));
    assert.equal(wrong.outputs['reason'], 'build-failed', wrong.log);
    assert.match(wrong.annotations.join('\n'), /file=wrong\.hcl,line=2/);
  });
});

describe('inputs apply to the targets', () => {
  test('build-args and labels are in every image, over those of the file', async () => {
    scene.commit();
    const deploy = await building('services', { 'build-args': 'VERSION=99', labels: 'org.example.team=core' });

    assert.equal(deploy.exitCode, 0, deploy.log);
    for (const name of ['server', 'worker']) {
      const [config] = await configsOf(name, scene.sha);
      const env = valueAt(config, 'config', 'Env');
      assert.ok(Array.isArray(env) && env.includes('VERSION=99'), JSON.stringify(env));
      assert.equal(textAt(config, 'config', 'Labels', 'org.example.team'), 'core');
      assert.equal(textAt(config, 'config', 'Labels', 'org.opencontainers.image.revision'), scene.sha);
    }
  });

  test('other build-args for the same commit are another image, and its tag is not overwritten', async () => {
    const there = await digestInRegistry(`${folder}/worker:${scene.sha}`);

    const deploy = await building('worker', { 'build-args': 'VERSION=100', labels: 'org.example.team=core' });

    assert.deepEqual([deploy.exitCode, deploy.outputs['reason']], [1, 'tag-taken'], deploy.log);
    assert.match(deploy.log, /target "worker"/);
    assert.equal(await digestInRegistry(`${folder}/worker:${scene.sha}`), there);
  });

  test('platforms make one image for all of them, with one digest', async () => {
    const deploy = await building('files', { platforms: 'linux/amd64,linux/arm64' });

    assert.equal(deploy.exitCode, 0, deploy.log);
    const configs = await configsOf('files', scene.sha);
    assert.deepEqual(configs.map((config) => textAt(config, 'architecture') ?? '').toSorted(), ['amd64', 'arm64']);
    assert.equal(await digestInRegistry(`${folder}/files:${scene.sha}`), digestsOf(deploy)['files']);
  });

  test('secrets are there while a step runs, and nowhere afterwards', async () => {
    const secret = scene.secret('s3cr3t-of-the-bake-file');
    const deploy = await building('secretive', { secrets: `password=${secret}` });

    assert.equal(deploy.exitCode, 0, deploy.log);
    const [registry = '', ...path] = `${folder}/secretive`.split('/');
    const pushed: string[] = [];
    for await (const { bytes } of pushedContent(registry, path.join('/'), scene.sha)) {
      pushed.push(bytes.toString('latin1'));
    }
    assert.ok(
      pushed.some((content) => content.includes(`\0${secret.length}\n\0`)),
      'the step has read the secret',
    );
    assert.deepEqual(
      pushed.filter((content) => content.includes(secret)),
      [],
    );
  });

  test('tags are given to every image', async () => {
    const deploy = await building('worker,files', {
      tags: 'type=raw,value=stable',
      platforms: 'linux/amd64',
      'build-args': 'VERSION=1',
    });

    // Both are there already, from other platforms and arguments: that is told of each.
    assert.equal(deploy.outputs['reason'], 'tag-taken', deploy.log);
    assert.equal(problemsIn(deploy).length, 2, deploy.log);

    scene.commit();
    const next = await building('worker,files', { tags: 'type=raw,value=stable' });
    assert.equal(next.exitCode, 0, next.log);
    const digests = digestsOf(next);
    for (const name of ['worker', 'files']) {
      assert.equal(await digestInRegistry(`${folder}/${name}:stable`), digests[name]);
    }
  });
});

describe('without a build', () => {
  test('a plan names all images, and neither builds nor changes anything', async () => {
    scene.commit();
    const before = await scene.cluster.snapshot();

    const deploy = await scene.deploy(wish({ command: 'plan' }));

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.deepEqual([builtBy(deploy), deploy.changes], [[], []]);
    for (const name of SERVICES) {
      assert.ok(deploy.summary.includes(`${folder}/${name}:${scene.sha}`), `${name} is not in\n${deploy.summary}`);
      assert.equal(await digestInRegistry(`${folder}/${name}:${scene.sha}`), undefined);
    }
    assert.deepEqual(await scene.cluster.snapshot(), before);
  });

  test('"build: never" tells of every image that is not there', async () => {
    const deploy = await refusedDeploy(scene, wish({ build: 'never' }));

    assert.equal(deploy.outputs['reason'], 'image-not-found', deploy.log);
    assert.equal(problemsIn(deploy).length, 3, deploy.log);
  });
});

test('set-image takes each container to the image of the run that it names, or that it has an older one of', async () => {
  scene.commit();
  const set = `deployment/server main\ndeployment/worker main=${folder}/worker`;

  const deploy = await scene.deploy(wish({ manifests: '', 'set-image': set, 'bake-targets': 'services' }));

  assert.equal(deploy.exitCode, 0, deploy.log);
  const digests = digestsOf(deploy);
  const running = await runningDigests();
  assert.deepEqual([running['server'], running['worker']], [[digests['server']], [digests['worker']]]);
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
