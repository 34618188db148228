import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { objectsAt, textAt } from '../../src/values/json.ts';
import { run } from '../lab/command.ts';
import { annotatedPlaces, problemsIn, refusedDeploy } from '../support/refused-deploy.ts';
import { secondOf } from '../support/runner.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { configMapText, documents, manifestText } from '../support/workload-text.ts';
import { EVERYTHING_WRONG, LIVE, OTHERS } from './checks/everything-wrong.ts';
import { IMMUTABLE, immutableBefore } from './checks/immutable.ts';

/** Everything that can be known before the first change is found before it, and told together. */

let scene: Scene;
let registry: string;

before(async () => {
  scene = await openScene('checks');
  registry = scene.lab.env['REGISTRY'] ?? '';
  await scene.cluster.kubectl(['create', '--filename=-'], { input: documents(LIVE, immutableBefore()) });
});
after(async () => scene.close());

/** A Deployment that starts no pods, so that a deploy of it is over at once. */
function sleeping(name: string, pod: object, container: object = {}): string {
  const labels = { app: name };
  const main = { name: 'main', image: `${registry}/library/busybox:1`, command: ['sleep', '2147483647'], ...container };
  return manifestText({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [main], ...pod } },
    },
  });
}

const wish = (text: string, inputs: Readonly<Record<string, string>> = {}) => {
  scene.write('app.yaml', text);
  return { inputs: { manifests: 'app.yaml', timeout: '60s', ...inputs } };
};
const deploy = (text: string, inputs: Readonly<Record<string, string>> = {}): Promise<Deploy> =>
  scene.deploy(wish(text, inputs));
const refused = (text: string, inputs: Readonly<Record<string, string>> = {}): Promise<Deploy> =>
  refusedDeploy(scene, wish(text, inputs));

const everythingWrong = (): string => EVERYTHING_WRONG.replaceAll('REGISTRY', registry);

describe('one deploy in which everything is wrong', () => {
  let found: Deploy;
  let problems: readonly string[];
  before(async () => {
    found = await refused(everythingWrong());
    problems = problemsIn(found);
  });

  for (const { mark, says } of OTHERS) {
    test(`is told of the ${mark}, with file and line`, () => {
      const line =
        everythingWrong()
          .split('\n')
          .findIndex((each) => each.endsWith(`# ${mark}`)) + 1;
      const place = `app.yaml:${line}: `;
      const here = problems
        .filter((problem) => problem.startsWith(place))
        .map((problem) => problem.slice(place.length));
      assert.ok(line > 0 && here.some((sentence) => says.test(sentence)), `${place}${here.join()}\n${found.log}`);
    });
  }

  test('is told of nothing else, and says in its sentence how many there are', () => {
    assert.equal(problems.length, OTHERS.length, found.log);
    assert.match(found.log, new RegExp(`^failed: ${OTHERS.length} problems before anything was changed$`, 'm'));
  });

  test('has annotations at these places, each with its own reason, as many as the runner shows', () => {
    const places = annotatedPlaces(found);
    assert.equal(places.length, 10);
    assert.ok(new Set(places.map((place) => place.split(' ')[0])).size > 3, places.join('\n'));
    assert.ok(
      places.slice(0, 9).every((place) => /^\S+ app\.yaml:\d+$/.test(place)),
      places.join('\n'),
    );
  });
});

describe('images', () => {
  test('that the registry does not have are found before anything is changed', async (context) => {
    const found = await refused(sleeping('untagged', {}, { image: `${registry}/library/busybox:no-such-tag` }));

    assert.equal(found.outputs['reason'], 'image-not-found', found.log);
    assert.match(
      found.log,
      /^failed: app\.yaml:\d+: Deployment\/untagged, container main: the registry has no image \S+:no-such-tag$/m,
    );
    const seconds = secondOf(found, 'failed: app.yaml') ?? found.seconds;
    context.diagnostic(`a missing image was told ${seconds.toFixed(1)} s after the start of the step`);
  });

  test('that are made for no node are found, and which platforms there are is said', async () => {
    const [own, other] = process.arch === 'x64' ? ['amd64', 'arm64'] : ['arm64', 'amd64'];
    const image = `${registry}/lab/pause:for-${other}`;
    scene.write('foreign/Dockerfile', `FROM scratch\nCOPY Dockerfile /\n`);
    const args = [`--platform=linux/${other}`, '--provenance=false', '--push', `--tag=${image}`, 'foreign'];
    await run(['buildx', 'build', ...args], { cwd: scene.workspace, env: scene.lab.env });

    const found = await refused(sleeping('foreign', {}, { image }));

    assert.equal(found.outputs['reason'], 'image-platform-mismatch', found.log);
    assert.ok(found.log.includes(`image ${image} is for linux/${other}, and the nodes are linux/${own}`), found.log);
  });

  test('of a registry that refuses the runner are told in a note, and the deploy goes on', async (context) => {
    const refusing = scene.lab.env['REFUSING_REGISTRY'];
    if (refusing === undefined) {
      context.skip(`the ${scene.lab.provider} lab has no registry that refuses login`);
      return;
    }
    const gone = await deploy(sleeping('unknown', {}, { image: `${refusing}/token/server:1` }));

    assert.deepEqual([gone.exitCode, gone.outputs['changed']], [0, 'true'], gone.log);
    assert.ok(gone.log.includes(`whether images are there could not be looked up in ${refusing} (`), gone.log);
  });
});

const needy = (): string =>
  sleeping(
    'needy',
    {},
    { image: `${registry}/library/busybox:no-such-tag`, envFrom: [{ configMapRef: { name: 'no-such-map' } }] },
  );

describe('must-exist', () => {
  const ROWS = [
    { mustExist: 'all', codes: ['reference-missing', 'image-not-found'] },
    { mustExist: 'references', codes: ['reference-missing'] },
    { mustExist: 'images', codes: ['image-not-found'] },
  ] as const;

  for (const { mustExist, codes } of ROWS) {
    test(`${mustExist} finds ${codes.join(' and ')}`, async () => {
      const found = await refused(needy(), { 'must-exist': mustExist });

      const told = annotatedPlaces(found).map((place) => place.split(' ')[0] ?? '');
      assert.deepEqual(told.toSorted(), [...codes].toSorted(), found.log);
    });
  }

  test('none looks for nothing, and deploys', async () => {
    const done = await deploy(needy(), { 'must-exist': 'none' });

    assert.deepEqual([done.exitCode, done.outputs['changed']], [0, 'true'], done.log);
  });

  test('does not look for what pods start without: they do', async () => {
    const secret = { name: 'no-such-secret', key: 'token', optional: true };
    const done = await deploy(
      sleeping(
        'modest',
        { volumes: [{ name: 'more', configMap: { name: 'no-such-map', optional: true } }] },
        {
          env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: secret } }],
          envFrom: [{ configMapRef: { name: 'no-such-map', optional: true } }],
          volumeMounts: [{ name: 'more', mountPath: '/more' }],
        },
      ).replace('"replicas": 0', '"replicas": 1'),
    );

    assert.equal(done.exitCode, 0, done.log);
    assert.match(done.log, /rolled out deployment\/modest/);
  });
});

const reader = (name: string): string => sleeping(name, {}, { envFrom: [{ secretRef: { name: 'made-later' } }] });

describe('a Secret that is made by something else', () => {
  const maker = manifestText({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'database' },
    spec: { target: { name: 'made-later' } },
  });
  before(async () => {
    const input = definitionText('external-secrets.io', 'ExternalSecret');
    await scene.cluster.kubectl(['apply', '--filename=-'], { input });
    await scene.cluster.kubectl(['wait', '--for=condition=Established', `crd/${MAKERS}`]);
  });
  after(async () => scene.cluster.kubectl(['delete', 'crd', MAKERS, '--wait=false']));

  test('is missing as long as there is no such thing', async () => {
    assert.equal((await refused(reader('reader'))).outputs['reason'], 'reference-missing');
  });

  test('is not missing when it comes with the same set, nor when it is in the cluster already', async () => {
    const together = await deploy(documents(maker, reader('reader')));
    const afterwards = await deploy(reader('second-reader'));

    assert.equal(together.exitCode, 0, together.log);
    assert.equal(afterwards.exitCode, 0, afterwards.log);
  });
});

const MAKERS = 'externalsecrets.external-secrets.io';

function definitionText(group: string, kind: string): string {
  const singular = kind.toLowerCase();
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return manifestText({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.${group}` },
    spec: {
      group,
      names: { kind, plural: `${singular}s`, singular },
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
}

/** What is true of the lab's cluster, and something else of the same form. */
async function formsOfCluster(): Promise<Readonly<Record<string, { readonly right: string; readonly wrong: string }>>> {
  const [cluster] = objectsAt(parse(scene.kubeconfig), 'clusters');
  const server = textAt(cluster, 'cluster', 'server') ?? '';
  const pem = Buffer.from(textAt(cluster, 'cluster', 'certificate-authority-data') ?? '', 'base64').toString();
  const der = Buffer.from(pem.replaceAll(/-----.*-----/g, ''), 'base64');
  const sum = createHash('sha256').update(der).digest('hex').toUpperCase();
  const uid = await scene.cluster.kubectl(['get', 'namespace/kube-system', '--output=jsonpath={.metadata.uid}']);
  return {
    'URL of the server': { right: `${server}/`, wrong: 'https://other.example.com:6443' },
    'sha256 of its CA': { right: `sha256:${sum.match(/../g)?.join(':')}`, wrong: `sha256:${'0'.repeat(64)}` },
    'uid of kube-system': { right: uid, wrong: '00000000-0000-4000-8000-000000000000' },
  };
}

describe('expect-cluster', () => {
  for (const form of ['URL of the server', 'sha256 of its CA', 'uid of kube-system']) {
    test(`lets the ${form} in when it is the right one, and refuses another before anything else`, async () => {
      const { right = '', wrong = '' } = (await formsOfCluster())[form] ?? {};
      const other = await refused(configMapText('expected', { form: 'wrong' }), { 'expect-cluster': wrong });
      const same = await deploy(configMapText('expected', { form }), { 'expect-cluster': right });

      assert.equal(other.outputs['reason'], 'wrong-cluster', other.log);
      assert.match(other.log, /^failed: This is not the expected cluster: expected \S.*, found \S.*$/m);
      assert.deepEqual([same.exitCode, same.outputs['changed']], [0, 'true'], same.log);
    });
  }
});

const exists = async (name: string): Promise<boolean> =>
  (await scene.cluster.kubectl(['get', 'namespace', name, '--ignore-not-found', '--output=name'])) !== '';

describe('namespaces', () => {
  test('that are missing are an error, and are created when that is wished', async () => {
    const { namespace } = scene.addNamespace(`${scene.cluster.namespace}-new`);
    const text = configMapText('settings', { key: 'value' });

    const missing = await refused(text, { namespace, 'create-namespace': 'false' });
    assert.deepEqual([missing.outputs['reason'], await exists(namespace)], ['namespace-missing', false], missing.log);
    assert.match(missing.log, new RegExp(`^failed: app\\.yaml:\\d+: the namespace ${namespace} does not exist$`, 'm'));

    const created = await deploy(text, { namespace, 'create-namespace': 'true' });
    assert.deepEqual([created.exitCode, created.outputs['changed']], [0, 'true'], created.log);

    const again = await deploy(text, { namespace, 'create-namespace': 'true' });
    assert.deepEqual([again.exitCode, again.outputs['changed']], [0, 'false'], again.log);
  });

  test('that are being deleted are an error, whatever is wished', async () => {
    const own = scene.addNamespace(`${scene.cluster.namespace}-going`);
    await own.kubectl(['create', 'namespace', own.namespace]);
    const kept = { name: 'kept', finalizers: ['example.org/keep'] };
    await own.kubectl(['create', '--filename=-'], {
      input: manifestText({ apiVersion: 'v1', kind: 'ConfigMap', metadata: kept }),
    });
    await own.kubectl(['delete', 'namespace', own.namespace, '--wait=false']);
    try {
      const text = configMapText('settings', { key: 'value' });
      const found = await refused(text, { namespace: own.namespace, 'create-namespace': 'true' });

      assert.equal(found.outputs['reason'], 'namespace-terminating', found.log);
      assert.match(
        found.log,
        new RegExp(`^failed: app\\.yaml:\\d+: the namespace ${own.namespace} is being deleted$`, 'm'),
      );
    } finally {
      await own.kubectl(['patch', 'configmap/kept', '--type=merge', '--patch={"metadata":{"finalizers":null}}']);
    }
    await until('the namespace to be gone', async () => ((await exists(own.namespace)) ? undefined : true));
  });

  test('and definitions may come with the objects that need them', async () => {
    const own = scene.addNamespace(`${scene.cluster.namespace}-set`);
    const { namespace } = own;
    const inIt = { name: 'first', namespace };
    const text = documents(
      manifestText({ apiVersion: 'checks.example.org/v1', kind: 'Gadget', metadata: inIt, spec: { size: 1 } }),
      manifestText({ apiVersion: 'v1', kind: 'ConfigMap', metadata: inIt, data: { key: 'value' } }),
      definitionText('checks.example.org', 'Gadget'),
      manifestText({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
    );
    try {
      const done = await deploy(text, { namespace: '' });

      assert.equal(done.exitCode, 0, done.log);
      assert.equal(textAt(await own.get('gadgets.checks.example.org/first'), 'kind'), 'Gadget');
      assert.equal(textAt(await own.get('configmap/first'), 'data', 'key'), 'value');
    } finally {
      await scene.cluster.kubectl([
        'delete',
        'crd',
        'gadgets.checks.example.org',
        '--ignore-not-found',
        '--wait=false',
      ]);
    }
  });
});

describe('a field that can never change is told in two lines, without what the server quotes:', () => {
  let log: string;
  before(async () => {
    const changed = documents(...IMMUTABLE.map((row) => row.after));
    log = (await refused(changed, { 'must-exist': 'none' })).log;
  });

  for (const { object, sentence, hint } of IMMUTABLE) {
    test(object, () => {
      const lines = log.slice(log.search(/^failed: /m)).split('\n');
      const at = lines.findIndex((line) => sentence.test(line));
      assert.ok(at > 0, log);
      assert.match(lines[at + 1] ?? '', hint);
      assert.match(lines[at + 2] ?? '', /^ {2}- |^reason: /);
      assert.doesNotMatch(lines.slice(at, at + 2).join(), /v1\.|[{}]|\(nil\)|0x/);
    });
  }
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
