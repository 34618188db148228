import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { numberAt, objectsAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import { run } from '../lab/command.ts';
import { labTool } from '../lab/native/lab-tool.ts';
import { firstContainer } from '../support/cluster.ts';
import { annotatedPlaces, refusedDeploy } from '../support/refused-deploy.ts';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';
import { configMapText } from '../support/workload-text.ts';
import { CHART, CUSTOM_RESOURCE, CUSTOM_RESOURCE_DEFINITION, OVERLAY, type Inputs } from './rendering/inputs.ts';
import { BROKEN } from './rendering/broken.ts';

/** A kustomization, a chart, a custom resource and a plain file, deployed together by a runner that has helm on PATH, or has none. */

let scene: Scene;
/** Has the folders of helm and of its archive. */
let folder: string;
/** The repository that is pinned everywhere. */
let repository: string;

before(async () => {
  scene = await openScene('rendering');
  folder = mkdtempSync(join(tmpdir(), 'e2e-helm-'));
  mkdirSync(join(folder, 'bin'));
  symlinkSync(await labTool('helm'), join(folder, 'bin', 'helm'));
  repository = `${scene.lab.env['REGISTRY'] ?? ''}/library/busybox`;
  writeAll({ ...OVERLAY, ...CHART, ...CUSTOM_RESOURCE, 'plain/notes.yaml': configMapText('notes', { text: 'plain' }) });
  await scene.cluster.kubectl(['apply', '--filename=-'], { input: JSON.stringify(CUSTOM_RESOURCE_DEFINITION) });
  await scene.cluster.kubectl(['wait', '--for=condition=Established', `crd/${DEFINITION}`]);
});
after(async () => {
  await scene.cluster.kubectl(['delete', 'crd', DEFINITION, '--wait=false']);
  rmSync(folder, { recursive: true, force: true });
  await scene.close();
});

const DEFINITION = CUSTOM_RESOURCE_DEFINITION.metadata.name;
const ENTRIES = ['k8s/prod', 'charts/web', 'k8s/rollout.yaml', 'plain'];

function writeAll(files: Inputs): void {
  for (const [file, text] of Object.entries(files)) {
    scene.write(file, text.replaceAll('IMAGE', repository));
  }
}

function inputs(): Readonly<Record<string, string>> {
  return {
    manifests: ENTRIES.join('\n'),
    images: `${repository}:1`,
    vars: 'REPORT_TO=https://report.example.com/a?b=c',
    'image-paths': 'Rollout.rendering.example.org {.spec.template.spec.containers[*].image}',
    'helm-values': 'charts/prod.yaml',
    'helm-release': 'shop',
    timeout: '60s',
  };
}

/** With helm on PATH, as on the runners of GitHub. */
function withHelm(wish: Wish = {}): Wish {
  const path = [join(folder, 'bin'), scene.lab.env['PATH'] ?? ''].join(delimiter);
  return { ...wish, path, inputs: { ...inputs(), ...wish.inputs } };
}

const imageOf = (object: JsonObject): string => textAt(firstContainer(object), 'image') ?? '';
const secondsAt = (object: JsonObject, ...path: readonly string[]): number =>
  Date.parse(textAt(object, ...path) ?? '') / 1000;

describe('a kustomization, a chart, a custom resource and a folder of plain files in one list', () => {
  let deploy: Deploy;
  before(async () => {
    deploy = await scene.deploy(withHelm({ inputs: { 'render-to': 'out/rendered.yaml' } }));
    assert.equal(deploy.exitCode, 0, deploy.log);
  });

  test('are rendered with the helm on PATH and the kubectl that deploys', () => {
    assert.match(deploy.log, /^helm v3\.22\.0 \(preinstalled\)$/m);
    assert.match(deploy.log, /^\$ kubectl kustomize \S+$/m);
    assert.match(
      deploy.log,
      new RegExp(
        `^\\$ \\S*helm\\S* template shop \\S+/charts/web --namespace=${scene.cluster.namespace} --kube-version=v1\\.34\\.4 --values=\\S+/charts/prod\\.yaml --include-crds$`,
        'm',
      ),
    );
  });

  test('the overlay has its prefix, its patch, its generated ConfigMap and the variable of the step', async () => {
    const web = await scene.cluster.get('deployment/prod-web');
    const container = firstContainer(web);
    const settings = textAt(objectsAt(container, 'envFrom')[0], 'configMapRef', 'name') ?? '';

    assert.equal(numberAt(web, 'status', 'availableReplicas'), 2);
    assert.match(settings, /^prod-settings-\w{10}$/);
    assert.deepEqual(valueAt(await scene.cluster.get(`configmap/${settings}`), 'data'), { GREETING: 'hello' });
    assert.equal(textAt(objectsAt(container, 'env')[0], 'value'), 'https://report.example.com/a?b=c');
    assert.equal(textAt(await scene.cluster.get('service/prod-web'), 'spec', 'selector', 'app'), 'web');
  });

  test('the chart has the name of the release and the values of the file', async () => {
    assert.equal(numberAt(await scene.cluster.get('deployment/shop-web'), 'status', 'availableReplicas'), 2);
  });

  test('the Job that is a pre-install hook has completed before the first workload is there', async () => {
    const completed = secondsAt(await scene.cluster.get('job/shop-migrate'), 'status', 'completionTime');

    for (const workload of ['deployment/prod-web', 'deployment/shop-web', 'service/prod-web']) {
      const created = secondsAt(await scene.cluster.get(workload), 'metadata', 'creationTimestamp');
      assert.ok(created >= completed, `${workload}: ${created} is before ${completed}`);
    }
    assert.match(deploy.log, /migrate is done/);
  });

  test('other hooks are not run, and the log says so', async () => {
    const jobs = await scene.cluster.kubectl(['get', 'jobs', '--output=name']);

    assert.equal(jobs, 'job.batch/shop-migrate\n');
    assert.match(deploy.log, /charts\/web\/Chart\.yaml: the tests of the chart are left out: Job\/shop-check \(test\)/);
    assert.match(
      deploy.log,
      /warning: charts\/web\/Chart\.yaml: these hooks of the chart are not run: Job\/shop-announce \(post-install\)/,
    );
  });

  test('the image is pinned wherever its repository stands, in the custom resource too', async () => {
    const pinned = deploy.outputs['image'] ?? '';

    assert.match(pinned, new RegExp(`^${repository}:1@sha256:[0-9a-f]{64}$`));
    for (const name of ['deployment/prod-web', 'deployment/shop-web', 'job/shop-migrate', `rollouts/web`]) {
      assert.equal(imageOf(await scene.cluster.get(name)), pinned, name);
    }
    assert.match(deploy.log, /^k8s\/rollout\.yaml:\d+: Rollout\/web, \S+: \S+ → /m);
  });

  test('everything is in the file of render-to as it was deployed', async () => {
    const objects = renderedObjects('out/rendered.yaml');

    assert.deepEqual(
      objects.map((object) => `${textAt(object, 'kind')}/${textAt(object, 'metadata', 'name')}`).toSorted(),
      [
        'ConfigMap/notes',
        `ConfigMap/${textAt(await generatedSettings(), 'metadata', 'name')}`,
        'Deployment/prod-web',
        'Deployment/shop-web',
        'Job/shop-migrate',
        'Rollout/web',
        'Service/prod-web',
      ].toSorted(),
    );
    assert.deepEqual([...new Set(objects.map(imageOf).filter((image) => image !== ''))], [deploy.outputs['image']]);
    assert.ok(objects.some((object) => JSON.stringify(object).includes('"https://report.example.com/a?b=c"')));
  });

  test('change nothing when they are deployed again', async () => {
    const before = await scene.cluster.snapshot();

    const again = await scene.deploy(withHelm());

    assert.deepEqual([again.exitCode, again.outputs['changed']], [0, 'false'], again.log);
    assert.deepEqual(await scene.cluster.snapshot(), before);
  });
});

async function generatedSettings(): Promise<JsonObject> {
  const container = firstContainer(await scene.cluster.get('deployment/prod-web'));
  return scene.cluster.get(`configmap/${textAt(objectsAt(container, 'envFrom')[0], 'configMapRef', 'name') ?? ''}`);
}

function renderedObjects(file: string): readonly JsonObject[] {
  const text = readFileSync(join(scene.workspace, file), 'utf8');
  return objectsAt({ items: parseAllDocuments(text).map((document): unknown => document.toJS()) }, 'items');
}

describe('a runner without helm', () => {
  let mirror: Mirror;
  before(async () => {
    mirror = await openMirror(await archiveOfHelm());
  });
  after(async () => mirror.close());

  /** The recorded kubectl and buildx, and tar: no helm. */
  const deployWith = (sum: string): Wish => ({
    path: [scene.lab.env['LAB_TOOLS'] ?? '', '/usr/bin', '/bin'].join(delimiter),
    inputs: { ...inputs(), 'helm-version': `v3.22.0@sha256:${sum}`, 'helm-mirror': mirror.url },
  });

  test('gets the version of the mirror whose sum was given, which renders the very same', async () => {
    const deploy = await scene.deploy(deployWith(mirror.sum));

    assert.deepEqual([deploy.exitCode, deploy.outputs['changed']], [0, 'false'], deploy.log);
    assert.match(deploy.log, /^helm v3\.22\.0 \(download\)$/m);
    assert.deepEqual(mirror.asked(), [`/${ARCHIVE}`]);
    assert.ok(deploy.cachedTools.some((file) => file.endsWith('/helm')));
  });

  test('gets none when the sum is another one, and nothing is deployed', async () => {
    const deploy = await refusedDeploy(scene, deployWith('0'.repeat(64)));

    assert.equal(deploy.outputs['reason'], 'tool-checksum-mismatch', deploy.log);
    assert.ok(deploy.log.includes(`has sha256 ${mirror.sum}, but the input helm-version says 000`), deploy.log);
    assert.deepEqual(deploy.cachedTools, []);
  });
});

const PLATFORM = `linux-${process.arch === 'x64' ? 'amd64' : process.arch}`;
const ARCHIVE = `helm-v3.22.0-${PLATFORM}.tar.gz`;

/** The helm of the lab, packed as its releases are. */
async function archiveOfHelm(): Promise<Buffer> {
  mkdirSync(join(folder, PLATFORM));
  symlinkSync(await labTool('helm'), join(folder, PLATFORM, 'helm'));
  const archive = join(folder, ARCHIVE);
  await run(['tar', '--create', '--dereference', '--use-compress-program=gzip -1', `--file=${archive}`, PLATFORM], {
    cwd: folder,
  });
  return readFileSync(archive);
}

type Mirror = {
  readonly url: string;
  readonly sum: string;
  readonly asked: () => readonly string[];
  readonly close: () => Promise<void>;
};

async function openMirror(archive: Buffer): Promise<Mirror> {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(url === `/${ARCHIVE}` ? 200 : 404).end(url === `/${ARCHIVE}` ? archive : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    sum: createHash('sha256').update(archive).digest('hex'),
    asked: () => asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('what cannot be rendered is told with file and line, all of it at once, and nothing changes:', () => {
  let places: readonly string[];
  let log: string;
  before(async () => {
    writeAll(Object.assign({}, ...BROKEN.map(({ files }) => files)));
    const deploy = await refusedDeploy(
      scene,
      withHelm({
        inputs: {
          manifests: [...ENTRIES, ...BROKEN.map(({ entry }) => entry)].join('\n'),
          vars: 'REPORT_TO=a\nMISSING',
        },
      }),
    );
    places = annotatedPlaces(deploy);
    log = deploy.log;
  });

  for (const { says, place, sentence } of BROKEN) {
    test(says, () => {
      assert.ok(places.includes(place), `${place} is not among ${places.join(', ')}`);
      assert.match(log, sentence);
    });
  }

  test('and nothing else', () => assert.equal(places.length, BROKEN.length, places.join('\n')));
});

test('what the cluster refuses in a rendered object is told at the line of the base, the template and the file', async () => {
  writeAll({ ...OVERLAY, ...CHART });
  scene.replace('k8s/base/web.yaml', '  replicas: 1', '  replicas: 1\n  replicaz: 1');
  scene.replace('charts/web/templates/web.yaml', '    spec:', '    spec:\n      hostNetwerk: true');
  scene.write('plain/notes.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: notes\ndata: {}\ndate: {}\n');

  const deploy = await refusedDeploy(scene, withHelm());

  assert.deepEqual(annotatedPlaces(deploy).toSorted(), [
    `manifest-rejected charts/web/templates/web.yaml:${lineOf('charts/web/templates/web.yaml', 'hostNetwerk')}`,
    `manifest-rejected k8s/base/web.yaml:${lineOf('k8s/base/web.yaml', 'replicaz')}`,
    'manifest-rejected plain/notes.yaml:6',
  ]);
});

function lineOf(file: string, text: string): number {
  const lines = readFileSync(join(scene.workspace, file), 'utf8').split('\n');
  return lines.findIndex((line) => line.includes(text)) + 1;
}

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
