import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { objectsAt, textAt } from '../../src/values/json.ts';
import { run } from '../lab/command.ts';
import { firstContainer, type Cluster } from '../support/cluster.ts';
import { digestInRegistry } from '../support/registry-digest.ts';
import { openRegistryProxy, type RegistryProxy } from '../support/registry-proxy.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';

/** A digest that is built once, in one job, and deployed by others: each test goes on where the one before it ended. */

let scene: Scene;
let production: Cluster;
/** The output `images` of the job that deployed to staging. */
let built = '';

const DOCKERFILE = `FROM busybox:1
COPY page.html /www/index.html
CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]
`;

before(async () => {
  scene = await openScene('promotion');
  production = scene.addNamespace(`${scene.cluster.namespace}-production`);
  await production.kubectl(['create', 'namespace', production.namespace]);
  scene.write('app/Dockerfile', DOCKERFILE);
  scene.write('app/page.html', scene.sha);
  const manifest = readFileSync(join(import.meta.dirname, 'builders/k8s/server.yaml'), 'utf8');
  scene.write('k8s/server.yaml', manifest);
});
after(async () => scene.close());

type Inputs = Readonly<Record<string, string>>;

/** The job that builds. */
async function toStaging(inputs: Inputs = {}, environment = 'staging'): Promise<Deploy> {
  const build = { image: scene.repository, context: 'app', manifests: 'k8s', vars: 'REGISTRY', timeout: '60s' };
  return scene.deploy({ inputs: { ...build, environment, ...inputs } });
}

/** The job that takes what another has built. */
async function toProduction(images: string, inputs: Inputs = {}): Promise<Deploy> {
  const deploy = { manifests: 'k8s', vars: 'REGISTRY', timeout: '60s', namespace: production.namespace };
  return scene.deploy({
    inputs: { ...deploy, images, environment: 'production', 'require-verified': 'staging', ...inputs },
  });
}

function recordsOf({ report }: Deploy): readonly string[] {
  const { records }: { readonly records?: readonly string[] } = JSON.parse(report);
  return records ?? [];
}

function recordOf(environment: string, digest: string, repository = scene.repository): string {
  return `${repository}:verified-${environment}-${digest.replace('sha256:', '')}`;
}

test('the first job builds, deploys to staging, and gives the very digest the record of staging', async () => {
  const deploy = await toStaging();

  assert.equal(deploy.exitCode, 0, deploy.log);
  const digest = deploy.outputs['digest'] ?? '';
  assert.deepEqual(recordsOf(deploy), [recordOf('staging', digest)]);
  assert.equal(await digestInRegistry(recordOf('staging', digest)), digest);
  built = deploy.outputs['images'] ?? '';
});

test('the second job deploys its output to production: nothing is built, and the pods run that digest', async () => {
  const deploy = await toProduction(built);

  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.equal(
    deploy.commands.some((command) => command.startsWith('buildx build')),
    false,
  );
  assert.equal(textAt(firstContainer(await production.get('deployment/server')), 'image'), built);
  const [, digest = ''] = built.split('@');
  const pods = objectsAt(
    JSON.parse(await production.kubectl(['get', 'pods', '--selector=app=server', '--output=json'])),
    'items',
  );
  const imageIds = pods.flatMap((pod) =>
    objectsAt(pod, 'status', 'containerStatuses').map((one) => textAt(one, 'imageID')),
  );
  assert.ok(imageIds.length > 0 && imageIds.every((imageId) => imageId?.endsWith(digest)), imageIds.join(', '));
  assert.deepEqual(recordsOf(deploy), [recordOf('production', digest)]);
  assert.equal(await digestInRegistry(recordOf('production', digest)), digest);
});

test('the same image built again has another digest: not-verified, and nothing changes', async () => {
  const rebuilt = `${scene.repository}:rebuilt-${scene.sha}`;
  const again = ['--no-cache', '--provenance=false', '--label=built=again', '--push', '--tag', rebuilt];
  await run(['buildx', 'build', ...again, join(scene.workspace, 'app')], { env: scene.lab.env });
  const before = await production.snapshot();
  const digest = (await digestInRegistry(rebuilt)) ?? '';
  assert.notEqual(`@${digest}`, built.slice(-72));

  for (const images of [rebuilt, `${rebuilt}@${digest}`]) {
    const deploy = await toProduction(images);

    assert.deepEqual(
      [deploy.exitCode, deploy.outputs['reason'], deploy.outputs['changed']],
      [1, 'not-verified', 'false'],
      deploy.log,
    );
    assert.deepEqual(deploy.changes, []);
    const sentence = `${rebuilt}@${digest} was not verified in staging`;
    for (const place of [deploy.log, deploy.annotations.join('\n')]) {
      assert.ok(place.includes(sentence), place);
    }
  }
  assert.deepEqual(await production.snapshot(), before);
  assert.equal(await digestInRegistry(recordOf('production', digest)), undefined);
});

test('a rollout that fails writes no record, so the image stays out of production', async () => {
  scene.commit();
  scene.replace('app/Dockerfile', 'CMD ["httpd"', 'CMD ["nonesuch"');
  const before = await production.snapshot();

  const failed = await toStaging();
  const refused = await toProduction(failed.outputs['images'] ?? '');

  const digest = failed.outputs['digest'] ?? '';
  assert.equal(failed.outputs['result'], 'failed', failed.log);
  assert.match(digest, /^sha256:/);
  assert.deepEqual(recordsOf(failed), []);
  assert.equal(await digestInRegistry(recordOf('staging', digest)), undefined);
  assert.equal(refused.outputs['reason'], 'not-verified', refused.log);
  assert.deepEqual(await production.snapshot(), before);
});

test('an index keeps its digest too: with a provenance the record is still the very digest', async () => {
  scene.commit();
  scene.replace('app/Dockerfile', 'CMD ["nonesuch"', 'CMD ["httpd"');

  const deploy = await toStaging({ provenance: 'mode=max' });
  const promoted = await toProduction(deploy.outputs['images'] ?? '');

  assert.equal(deploy.exitCode, 0, deploy.log);
  const digest = deploy.outputs['digest'] ?? '';
  const answer = await fetch(
    `http://${scene.lab.env['REGISTRY'] ?? ''}/v2/e2e/server/manifests/${recordOf('staging', digest).split(':').at(-1) ?? ''}`,
    { headers: { accept: 'application/vnd.oci.image.index.v1+json' } },
  );
  assert.deepEqual(
    [answer.headers.get('content-type'), answer.headers.get('docker-content-digest')],
    ['application/vnd.oci.image.index.v1+json', digest],
  );
  assert.equal(promoted.exitCode, 0, promoted.log);
  built = deploy.outputs['images'] ?? '';
});

describe('an environment may have any name that GitHub takes:', () => {
  for (const [says, name, neighbour] of [
    ['blanks and other letters', 'Zürich 2', 'z-rich-2'],
    ['upper case', 'QA', 'qa'],
    ['more than 40 letters', 'a'.repeat(60), 'a'.repeat(59)],
  ] as const) {
    test(says, async () => {
      const verified = await toStaging({ provenance: 'mode=max' }, name);
      const promoted = await toProduction(built, { 'require-verified': name });
      const refused = await toProduction(built, { 'require-verified': neighbour });

      assert.equal(verified.exitCode, 0, verified.log);
      const [, digest = ''] = built.split('@');
      const [record = ''] = recordsOf(verified);
      assert.match(record.split(':').at(-1) ?? '', /^[\w][\w.-]{0,127}$/);
      assert.equal(await digestInRegistry(record), digest);
      assert.equal(promoted.exitCode, 0, promoted.log);
      assert.equal(refused.outputs['reason'], 'not-verified', refused.log);
    });
  }
});

describe('a registry', () => {
  let proxy: RegistryProxy;
  let trusted: string;
  let image: string;

  before(async () => {
    const upstream = scene.lab.env['REGISTRY'] ?? '';
    proxy = await openRegistryProxy({ upstream });
    image = `${proxy.host}/e2e/server`;
    // So that the pods of the lab's node pull what has the name of the proxy from the registry behind it.
    const folder = join(scene.lab.env['LAB_DIR'] ?? '', 'containerd/certs.d');
    trusted = join(folder, proxy.host);
    const known = join(folder, upstream, 'hosts.toml');
    if (existsSync(known)) {
      mkdirSync(trusted);
      writeFileSync(join(trusted, 'hosts.toml'), readFileSync(known));
    }
    scene.write(
      'proxied/server.yaml',
      readFileSync(join(scene.workspace, 'k8s/server.yaml'), 'utf8').replace('${REGISTRY}', proxy.host),
    );
  });
  after(async () => {
    rmSync(trusted, { recursive: true, force: true });
    await proxy.close();
  });

  function isTrusted(context: TestContext): boolean {
    const is = existsSync(trusted);
    if (!is) {
      context.skip(`nodes of the ${scene.lab.provider} lab pull from its own registry only`);
    }
    return is;
  }

  test('that refuses the record makes a warning, and the deploy stays green', async (context) => {
    if (!isTrusted(context)) {
      return;
    }
    scene.commit();
    proxy.inject({ step: 'manifest-put', reference: /^verified-/, times: 'always', answer: { status: 403 } });

    const deploy = await toStaging({ image, manifests: 'proxied', vars: '' });

    assert.deepEqual([deploy.exitCode, deploy.outputs['result']], [0, 'succeeded'], deploy.log);
    assert.match(
      deploy.log,
      /^warning: That \S+@sha256:[0-9a-f]{64} was verified in staging could not be recorded: PUT \S+: 403 Forbidden$/m,
    );
    assert.deepEqual(recordsOf(deploy), []);
    built = deploy.outputs['images'] ?? '';
    proxy.heal();
  });

  test('that does not tell whether there is a record: not-verified, with its answer, and nothing changes', async (context) => {
    if (!isTrusted(context)) {
      return;
    }
    proxy.inject({ step: 'any', reference: /^verified-/, times: 'always', answer: { status: 403 } });
    const before = await production.snapshot();

    const deploy = await toProduction(built, { manifests: 'proxied', vars: '' });

    assert.equal(deploy.outputs['reason'], 'not-verified', deploy.log);
    assert.match(deploy.log, /Whether \S+ was verified in staging cannot be told: .*403 Forbidden/);
    assert.deepEqual(await production.snapshot(), before);
    proxy.heal();
  });
});

test('none of these runs left a process, a file, or a secret', () => scene.assertNothingLeft());
