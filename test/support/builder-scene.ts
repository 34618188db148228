import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { javaBaseImage } from '../e2e/builders/jib/base-image.ts';
import { labTool } from '../lab/native/lab-tool.ts';
import { maven } from '../lab/native/maven.ts';
import { firstContainer } from './cluster.ts';
import { digestInRegistry } from './registry-digest.ts';
import { openScene, type Deploy, type Scene, type Wish } from './scene.ts';
import { objectsAt, textAt, valueAt } from '../../src/values/json.ts';

const BUILDERS = join(import.meta.dirname, '../e2e/builders');

/** One of the builders that need no Dockerfile, with its example in the workspace of a scene. */
export type BuilderScene = {
  readonly scene: Scene;
  /** The command as docs/builders.md has it. */
  readonly command: string;
  /** Deploys what the command builds; `inputs` and `env` are further ones. */
  deploy(wish?: Wish): Promise<Deploy>;
  /** Without a cluster: the image is built, and that is all. */
  build(wish?: Wish): Promise<Deploy>;
};

export async function openBuilderScene(name: 'ko' | 'jib'): Promise<BuilderScene> {
  const scene = await openScene(name);
  const folder = dirname(scene.workspace);
  cpSync(join(BUILDERS, name), scene.workspace, { recursive: true });
  cpSync(join(BUILDERS, 'k8s'), join(scene.workspace, 'k8s'), { recursive: true });
  rmSync(join(scene.workspace, 'build-command.sh'));
  rmSync(join(scene.workspace, 'base-image.ts'), { force: true });
  const command = readFileSync(join(BUILDERS, name, 'build-command.sh'), 'utf8');
  const tool = name === 'ko' ? await koTool(scene, folder) : await jibTool(scene, folder);
  const build: BuilderScene['build'] = async (wish = {}) =>
    scene.deploy({
      path: tool.path,
      ...wish,
      inputs: { image: scene.repository, 'build-command': command, namespace: '', kubeconfig: '', ...wish.inputs },
      env: { ...tool.env, ...wish.env },
    });
  const deploy: BuilderScene['deploy'] = async (wish = {}) => {
    const { namespace } = scene.cluster;
    const cluster = {
      namespace,
      kubeconfig: scene.kubeconfig,
      manifests: 'k8s/*.yaml',
      vars: 'REGISTRY',
      timeout: '60s',
    };
    return build({ ...wish, inputs: { ...cluster, ...wish.inputs } });
  };
  return { scene, command, deploy, build };
}

type BuilderTool = { readonly path: string; readonly env: Readonly<Record<string, string>> };

async function koTool({ lab }: Scene, folder: string): Promise<BuilderTool> {
  const bin = join(folder, 'ko-bin');
  mkdirSync(bin);
  symlinkSync(await labTool('ko'), join(bin, 'ko'));
  const env = {
    KO_DEFAULTBASEIMAGE: `${lab.env['REGISTRY'] ?? ''}/library/busybox:1`,
    // A cold one compiles the standard library; go makes its files read-only, so it is not for a folder that is removed.
    GOCACHE: join(process.env['HOME'] ?? '', '.cache/go-build'),
    GOFLAGS: '-mod=mod',
  };
  return { path: `${bin}:${lab.env['PATH'] ?? ''}`, env };
}

async function jibTool({ lab }: Scene, folder: string): Promise<BuilderTool> {
  const { mvn, javaHome, env } = await maven();
  const base = await javaBaseImage(lab, javaHome);
  // One that lives for seconds need not optimize.
  const quick = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto';
  const options = `${env.MAVEN_OPTS} ${quick} -Djib.from.image=${base} -Djib.allowInsecureRegistries=true`;
  return {
    path: `${lab.env['PATH'] ?? ''}:${dirname(mvn)}`,
    env: { ...env, MAVEN_OPTS: options, XDG_CONFIG_HOME: join(folder, 'config') },
  };
}

/** Fails unless output, registry, Deployment and running pods agree on one digest; returns it. */
export async function assertVerifiedByDigest({ outputs }: Pick<Deploy, 'outputs'>, scene: Scene): Promise<string> {
  const digest = outputs['digest'] ?? '';
  assert.match(digest, /^sha256:[0-9a-f]{64}$/);
  const [tagged = ''] = (outputs['image'] ?? '').split('@');
  assert.equal(await digestInRegistry(tagged), digest, 'the digest in the registry');
  const image = textAt(firstContainer(await scene.cluster.get('deployment/server')), 'image');
  assert.equal(image, outputs['image'], 'the image of the Deployment');
  const pods = objectsAt(
    JSON.parse(await scene.cluster.kubectl(['get', 'pods', '--selector=app=server', '--output=json'])),
    'items',
  ).filter((pod) => valueAt(pod, 'metadata', 'deletionTimestamp') === undefined);
  const imageIds = pods.flatMap((pod) =>
    objectsAt(pod, 'status', 'containerStatuses').map((status) => textAt(status, 'imageID') ?? ''),
  );
  assert.ok(
    imageIds.length > 0 && imageIds.every((imageId) => imageId.endsWith(digest)),
    `the pods run ${imageIds.join(', ')}`,
  );
  return digest;
}

/** What the application says. */
export async function answerOf({ cluster }: Scene): Promise<string> {
  return cluster.kubectl(['get', '--raw', `/api/v1/namespaces/${cluster.namespace}/services/server/proxy/`]);
}
