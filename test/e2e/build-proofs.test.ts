import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { isJsonObject, objectsAt, textAt, valueAt } from '../../src/values/json.ts';
import { firstContainer } from '../support/cluster.ts';
import { pushedContent, type PushedContent } from '../support/registry-contents.ts';
import { workloadsOf } from '../support/runner.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { workloadText } from '../support/workload-text.ts';

/** What an image says of how it was built: on request, and then the digest that is deployed is the one of an index. */

const PLATFORMS = ['linux/amd64', 'linux/arm64'];
const WORD = `everybody-may-read-${randomBytes(6).toString('hex')}`;

let scene: Scene;
before(async () => {
  scene = await openScene('proofs');
  // Nothing is run for the other platform, so no emulator is needed; it gets programs that it could not run.
  scene.write(
    'app/Dockerfile',
    ['FROM --platform=$BUILDPLATFORM busybox:1 AS tools', 'FROM scratch', 'ARG WORD', 'COPY --from=tools / /', ''].join(
      '\n',
    ),
  );
});
after(async () => scene.close());

type Deployed = { readonly deploy: Deploy; readonly image: string; readonly content: readonly PushedContent[] };

async function deployWith(inputs: Readonly<Record<string, string>>): Promise<Deployed> {
  scene.commit();
  const name = `e2e/proofs-${randomBytes(3).toString('hex')}`;
  const registry = scene.lab.env['REGISTRY'] ?? '';
  const image = `${registry}/${name}`;
  scene.write('app.yaml', workloadText({ name: 'app', containers: [{ image }] }));
  const deploy = await scene.deploy({
    inputs: {
      image,
      context: 'app',
      manifests: 'app.yaml',
      'build-args': `WORD=${WORD}`,
      cache: 'off',
      timeout: '60s',
      ...inputs,
    },
  });
  const content = deploy.exitCode === 0 ? await Array.fromAsync(pushedContent(registry, name, scene.sha)) : [];
  return { deploy, image, content };
}

/** Green with `verify-digest`, and what runs is what the tag stands for. */
async function assertRuns({ deploy, image, content }: Deployed): Promise<void> {
  assert.equal(deploy.exitCode, 0, deploy.log);
  const [top] = content;
  assert.equal(deploy.outputs['digest'], top?.digest);
  assert.equal(workloadsOf(deploy)['deployment/app']?.result, 'succeeded');
  const container = firstContainer(await scene.cluster.get('deployment/app'));
  assert.equal(textAt(container, 'image'), `${image}:${scene.sha}@${top?.digest ?? ''}`);
}

/** The kinds of proof, by the type that each statement names: "https://slsa.dev/provenance/v1". */
function statementsIn(content: readonly PushedContent[]): readonly (readonly [type: string, text: string])[] {
  return content
    .filter(({ mediaType }) => mediaType === 'application/vnd.in-toto+json')
    .map(({ bytes }) => [textAt(JSON.parse(bytes.toString()), 'predicateType') ?? '', bytes.toString()]);
}

function platformsIn([top]: readonly PushedContent[]): readonly string[] {
  const manifest: unknown = JSON.parse(top?.bytes.toString() ?? '{}');
  return objectsAt(manifest, 'manifests').flatMap((each) => {
    const platform = valueAt(each, 'platform');
    return isJsonObject(platform) ? [`${String(platform['os'])}/${String(platform['architecture'])}`] : [];
  });
}

test('without a request there is no proof: a plain manifest is pushed, deployed and verified', async () => {
  const deployed = await deployWith({});
  await assertRuns(deployed);
  assert.equal(deployed.content[0]?.kind, 'manifest');
  assert.deepEqual(statementsIn(deployed.content), []);
});

for (const [name, inputs, tells] of [
  ['provenance: mode=min', { provenance: 'mode=min' }, false],
  ['provenance: mode=max', { provenance: 'mode=max' }, true],
  ['provenance among the attests', { attests: 'type=provenance,mode=max' }, true],
] as const) {
  describe(name, () => {
    let deployed: Deployed;
    before(async () => {
      deployed = await deployWith(inputs);
    });

    test('the digest is the one of an index, and every pod reports it', async () => {
      await assertRuns(deployed);
      assert.equal(deployed.content[0]?.kind, 'index');
      assert.deepEqual(platformsIn(deployed.content), ['linux/amd64', 'unknown/unknown']);
    });

    test(`there is one statement, which ${tells ? 'tells' : 'does not tell'} the build arguments`, () => {
      const [statement, ...others] = statementsIn(deployed.content);
      assert.match(statement?.[0] ?? '', /^https:\/\/slsa\.dev\/provenance\//);
      assert.deepEqual(others, []);
      assert.equal(statement?.[1].includes(WORD), tells);
    });

    test('the same commit is not built again', async () => {
      const again = await scene.deploy({
        inputs: {
          image: deployed.image,
          context: 'app',
          manifests: 'app.yaml',
          'build-args': `WORD=${WORD}`,
          ...inputs,
        },
      });
      assert.equal(again.exitCode, 0, again.log);
      assert.match(again.log, /was built before from the same inputs: nothing is built/);
      assert.equal(again.outputs['digest'], deployed.deploy.outputs['digest']);
      assert.deepEqual(again.changes, []);
    });
  });
}

for (const [name, inputs, others] of [
  ['several platforms', {}, []],
  ['several platforms with provenance', { provenance: 'mode=max' }, ['unknown/unknown', 'unknown/unknown']],
] as const) {
  test(`${name}: the digest is the one of the index, and every pod reports it`, async () => {
    const deployed = await deployWith({ ...inputs, platforms: PLATFORMS.join(',') });
    await assertRuns(deployed);
    assert.deepEqual(platformsIn(deployed.content), [...PLATFORMS, ...others]);
    assert.equal(statementsIn(deployed.content).length, others.length);
  });
}

test('sbom: when the scanner cannot be pulled, the run is red before the cluster is touched, and names the scanner', async () => {
  const scanner = `${scene.lab.env['REGISTRY'] ?? ''}/no/scanner:1`;
  const { deploy, image } = await deployWith({ sbom: `generator=${scanner}` });
  assert.equal(deploy.outputs['reason'], 'build-failed', deploy.log);
  assert.match(
    deploy.log,
    /failed: BuildKit needs the image \S+\/no\/scanner:1, which does not exist\n.*scanner for sbom/,
  );
  assert.deepEqual(deploy.changes, []);
  await assert.rejects(
    Array.fromAsync(pushedContent(image.split('/')[0] ?? '', image.slice(image.indexOf('/') + 1), scene.sha)),
    /answers 404/,
  );
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
