import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { textAt } from '../../src/values/json.ts';
import { run } from '../lab/command.ts';
import { pushBuildkitImage } from '../lab/native/buildkit-image.ts';
import { startDockerEngine, type DockerEngine } from '../lab/native/docker-engine.ts';
import { openScene, type Deploy, type Scene, type Wish } from './scene.ts';

/** A scene with a real docker engine, and a Dockerfile of one COPY that is built and not deployed. */
export type BuildScene = {
  readonly scene: Scene;
  readonly engine: DockerEngine;
  /** The lab's registry: "127.0.0.1:21003". */
  readonly registry: string;
  /** An address of this machine that is not its loopback: clients speak TLS to it. */
  readonly hostIp: string;
  /** The text of the Dockerfile in the workspace. */
  readonly dockerfile: string;
  /** What a BuildKit container has to be given here. */
  readonly container: Readonly<Record<string, string>>;
  /** Builds the workspace into a repository of that name; the job has the engine, and no builder of buildx, unless `env` says otherwise. */
  build(name: string, wish?: Wish): Promise<Deploy>;
  /** Every container and volume that the engine has. */
  inEngine(): Promise<readonly string[]>;
  docker(args: readonly string[]): Promise<string>;
  close(): Promise<void>;
};

export async function openBuildScene(name: string): Promise<BuildScene> {
  const scene = await openScene(name);
  const registry = scene.lab.env['REGISTRY'] ?? '';
  const engine = await startDockerEngine({ folder: '/tmp', registry, progress: () => undefined });
  const image = await pushBuildkitImage(registry);
  const state: unknown = JSON.parse(readFileSync(join(scene.lab.env['LAB_DIR'] ?? '', 'state.json'), 'utf8'));
  const docker = async (args: readonly string[]): Promise<string> =>
    (await run([engine.cli, '--host', engine.host, ...args])).trim();
  const dockerfile = `FROM ${registry}/library/busybox:1\nCOPY app.txt /app.txt\nUSER 1000\n`;
  scene.write('Dockerfile', dockerfile);
  scene.write('.dockerignore', 'Dockerfile\n');
  scene.write('app.txt', scene.sha);
  return {
    scene,
    engine,
    registry,
    dockerfile,
    hostIp: textAt(state, 'addresses', 'hostIp') ?? '',
    container: { builder: 'container', 'buildkit-image': image, 'builder-options': 'network=host' },
    build: async (repository, { inputs = {}, env = {}, ...wish } = {}) =>
      scene.deploy({
        ...wish,
        inputs: { image: `${registry}/${scene.cluster.namespace}/${repository}`, context: '.', ...inputs },
        // Empty is as good as not set.
        env: { DOCKER_HOST: engine.host, BUILDX_BUILDER: '', BUILDX_CONFIG: '', ...env },
      }),
    docker,
    inEngine: async () => {
      const lists = await Promise.all([
        docker(['ps', '--all', '--format', 'container {{.Names}}']),
        docker(['volume', 'ls', '--format', 'volume {{.Name}}']),
      ]);
      return lists.flatMap((list) => list.split('\n').filter((line) => line !== ''));
    },
    close: async () => {
      await engine.stop();
      await scene.close();
    },
  };
}

/** Fails unless the build was green and its output names the digest that the registry has under the tag of the commit, and under further tags. */
export async function assertPushed(
  build: Deploy,
  { tags = [], at }: { readonly tags?: readonly string[]; readonly at?: string } = {},
): Promise<void> {
  assert.equal(build.exitCode, 0, build.log);
  const [, host = '', repository = '', tag = '', digest = ''] =
    /^([^/]+)\/(.+):([^:@]+)@(sha256:[0-9a-f]{64})$/.exec(build.outputs['image'] ?? '') ?? [];
  assert.equal(build.outputs['digest'], digest, build.log);
  for (const name of [tag, ...tags]) {
    assert.equal(await digestOf(at ?? host, repository, name), digest, `${name}\n${build.log}`);
  }
}

/** The digest that a registry has under a tag; undefined when it has none. */
export async function digestOf(host: string, repository: string, tag: string): Promise<string | undefined> {
  const types = ['vnd.oci.image.index.v1', 'vnd.oci.image.manifest.v1', 'vnd.docker.distribution.manifest.v2'];
  const accept = types.map((type) => `application/${type}+json`).join(', ');
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { accept },
  });
  return answer.ok ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined;
}
