import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.ts';
import type { Lab, LabOptions, Provider } from './provider.ts';

/** A cluster in Docker containers, as on GitHub's runners, with a registry container beside it. */
export const kind: Provider = { name: 'kind', missing, start, find };

const NODE_IMAGE = 'kindest/node:v1.34.0@sha256:7416a61b42b1662ca6ca89f02028ac133a309a2a30ba309614e8ec94d976dc5a';

const REGISTRY_IMAGE = 'registry:2@sha256:a3d8aaa63ed8681a604f1dea0aa03f100d5895b6a58ace528858a7b332415373';

async function missing(): Promise<readonly string[]> {
  const commands = [
    ['kind', 'version'],
    ['docker', 'info'],
    ['docker', 'buildx', 'version'],
    ['kubectl', 'version', '--client'],
  ] as const;
  const results = await Promise.all(
    commands.map((argv) =>
      run(argv).then(
        () => undefined,
        () => argv.join(' '),
      ),
    ),
  );
  return results.filter((argv) => argv !== undefined).map((argv) => `a working \`${argv}\``);
}

async function start({ name, progress }: LabOptions): Promise<Lab> {
  const { cluster, registry, folder } = namesOf(name);
  await mkdir(folder, { recursive: true });
  progress(`starting registry container ${registry}`);
  await run(['docker', 'run', '--detach', '--name', registry, '--publish', '127.0.0.1:0:5000', REGISTRY_IMAGE]);
  const address = await registryAddress(registry);
  const config = join(folder, 'kind.json');
  await writeFile(config, JSON.stringify(clusterConfig()));
  progress(`creating kind cluster ${cluster}`);
  await run(
    ['kind', 'create', 'cluster', '--name', cluster, '--config', config, '--image', NODE_IMAGE, '--wait', '120s'],
    {
      env: { KUBECONFIG: join(folder, 'kubeconfig') },
      stderr: 'inherit',
    },
  );
  await run(['docker', 'network', 'connect', 'kind', registry]);
  await letNodeUse(address, registry, `${cluster}-control-plane`);
  // The builder shares the host's network, so that 127.0.0.1 in an image's name means the same to it.
  const driver = ['--driver', 'docker-container', '--driver-opt', 'network=host'];
  await run(['docker', 'buildx', 'create', '--name', cluster, '--bootstrap', ...driver]);
  return labOf(name, address);
}

async function find(name: string): Promise<Lab | undefined> {
  const { registry, folder } = namesOf(name);
  if (!existsSync(join(folder, 'kubeconfig'))) return undefined;
  const address = await registryAddress(registry).catch(() => undefined);
  return address === undefined ? undefined : labOf(name, address);
}

function labOf(name: string, address: string): Lab {
  const { cluster, registry, folder } = namesOf(name);
  const faults: Readonly<Record<string, readonly string[]>> = {
    'registry pause': ['docker', 'pause', registry],
    'registry resume': ['docker', 'unpause', registry],
    'api stop': ['docker', 'pause', `${cluster}-control-plane`],
    'api start': ['docker', 'unpause', `${cluster}-control-plane`],
  };
  return {
    name,
    provider: 'kind',
    env: {
      LAB_NAME: name,
      LAB_PROVIDER: 'kind',
      LAB_DIR: folder,
      KUBECONFIG: join(folder, 'kubeconfig'),
      REGISTRY: address,
      BUILDX_BUILDER: cluster,
      PATH: process.env['PATH'] ?? '',
    },
    fault: async (words) => {
      const argv = faults[words.join(' ')];
      if (argv === undefined) throw new Error(`the kind provider has only: ${Object.keys(faults).join(', ')}`);
      await run(argv);
      return argv.join(' ');
    },
    fakeNodes: () => Promise.reject(new Error('the kind provider has no fake nodes')),
    status: async () => (await run(['docker', 'ps', '--filter', `name=${cluster}`])).trimEnd().split('\n'),
    stop: async () => {
      await run(['kind', 'delete', 'cluster', '--name', cluster]);
      await run(['docker', 'buildx', 'rm', cluster]);
      await run(['docker', 'rm', '--force', '--volumes', registry]);
    },
  };
}

function clusterConfig(): unknown {
  return {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    containerdConfigPatches: [
      '[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "/etc/containerd/certs.d"\n',
    ],
  };
}

/** On the node 127.0.0.1 is the node itself: containerd is told where that registry really is. */
async function letNodeUse(address: string, registry: string, node: string): Promise<void> {
  const folder = `/etc/containerd/certs.d/${address}`;
  await run(['docker', 'exec', node, 'mkdir', '-p', folder]);
  await run(['docker', 'exec', '--interactive', node, 'cp', '/dev/stdin', `${folder}/hosts.toml`], {
    input: `[host."http://${registry}:5000"]\n`,
  });
}

async function registryAddress(registry: string): Promise<string> {
  const output = await run(['docker', 'port', registry, '5000/tcp']);
  return output.trim().split('\n')[0] ?? '';
}

function namesOf(name: string): { readonly cluster: string; readonly registry: string; readonly folder: string } {
  const cluster = `k8s-deploy-lab-${name}`;
  return { cluster, registry: `${cluster}-registry`, folder: join(tmpdir(), cluster) };
}
