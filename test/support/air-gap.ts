import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { textAt } from '../../src/values/json.ts';
import { run } from '../lab/command.ts';
import { pushBuildkitImage } from '../lab/native/buildkit-image.ts';
import { startDockerEngine } from '../lab/native/docker-engine.ts';
import { openClosedProxy } from './closed-proxy.ts';
import { openExample, type ExampleScene } from './example-scene.ts';
import { openRegistryProxy, type RegistryProxy } from './registry-proxy.ts';
import { privateCertificate } from './registry-tls.ts';
import { tokenGate } from './registry-tokens.ts';
import type { Deploy, Scene } from './scene.ts';

/**
 * examples/air-gapped on a runner that reaches its registry and its cluster, and has kubectl, buildx and git. The registry has a certificate of an
 * authority that no machine knows, and lets only its users in. Two things are otherwise than there: the image of BuildKit is the lab's, which the
 * engine takes from the lab's registry without a password, and containers here have no network but the machine's.
 */
export type AirGap = {
  readonly opened: ExampleScene;
  readonly registry: RegistryProxy;
  /** "10.243.0.1:43210" */
  readonly host: string;
  /** Whom somebody wanted to reach through the only way out. */
  readonly asked: readonly string[];
  deploy(): Promise<Deploy>;
};

const PASSWORD = 's3cr3t-password-of-the-pusher';

/** Undefined where the node of the lab cannot be taught another registry. All of it ends with the test. */
export async function openGap(context: TestContext): Promise<AirGap | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-air-gap-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  let place: Place | undefined;
  const opened = await openExample('air-gapped', async (scene) => {
    place = await openPlace(scene, folder, context);
    return place === undefined
      ? {}
      : {
          'registry.example.com/moby/buildkit:v0.33.0': place.buildkit,
          'registry.example.com': place.host,
          '/etc/k8s-deploy/kubeconfig': join(folder, 'kubeconfig'),
        };
  });
  context.after(async () => opened.close());
  if (place === undefined) {
    return undefined;
  }
  const { host, registry, authority } = place;
  const { scene } = opened;
  writeFileSync(join(folder, 'kubeconfig'), scene.kubeconfig, { mode: 0o600 });
  const engine = await startDockerEngine({
    folder: '/tmp',
    registry: scene.lab.env['REGISTRY'] ?? '',
    progress: () => undefined,
  });
  context.after(async () => engine.stop());
  const wayOut = await openClosedProxy();
  context.after(() => wayOut.close());
  const values = {
    'vars.REGISTRY_CA': authority,
    'vars.REGISTRY_USER': 'pusher',
    'secrets.REGISTRY_PASSWORD': scene.secret(PASSWORD),
  };
  const env = {
    DOCKER_HOST: engine.host,
    BUILDX_BUILDER: '',
    BUILDX_CONFIG: '',
    HTTPS_PROXY: wayOut.url,
    HTTP_PROXY: wayOut.url,
  };
  const path = await pathWith(['kubectl', 'buildx', 'git'], scene, join(folder, 'bin'));
  const deploy = async (): Promise<Deploy> =>
    opened.runWorkflow('deploy', values, { 'builder-options': 'network=host' }, { path, env });
  return { opened, registry, host, asked: wayOut.asked, deploy };
}

type Place = {
  readonly host: string;
  readonly registry: RegistryProxy;
  /** PEM. */
  readonly authority: string;
  readonly buildkit: string;
};

async function openPlace({ lab }: Scene, folder: string, context: TestContext): Promise<Place | undefined> {
  const upstream = lab.env['REGISTRY'] ?? '';
  const labFolder = lab.env['LAB_DIR'] ?? '';
  const hostsOfNode = join(labFolder, 'containerd/certs.d');
  const known = join(hostsOfNode, upstream, 'hosts.toml');
  if (!existsSync(known)) {
    return undefined;
  }
  const state: unknown = JSON.parse(readFileSync(join(labFolder, 'state.json'), 'utf8'));
  const hostIp = textAt(state, 'addresses', 'hostIp') ?? '';
  const tls = await privateCertificate(folder, [hostIp]);
  const gate = tokenGate({ users: [{ name: 'pusher', password: PASSWORD, may: 'push' }] });
  const registry = await openRegistryProxy({ upstream, tls, gate, listenOn: '0.0.0.0' });
  context.after(async () => registry.close());
  const host = `${hostIp}:${registry.port}`;
  // How nodes reach the registry is for whoever runs them: this one goes straight to what is behind it.
  mkdirSync(join(hostsOfNode, host));
  context.after(() => rmSync(join(hostsOfNode, host), { recursive: true, force: true }));
  writeFileSync(join(hostsOfNode, host, 'hosts.toml'), readFileSync(known));
  const authority = readFileSync(tls.authorityPath, 'utf8');
  return { host, registry, authority, buildkit: await pushBuildkitImage(upstream) };
}

/** A folder that has these programs of the lab, or of this machine, and no others. */
async function pathWith(programs: readonly string[], { lab }: Scene, folder: string): Promise<string> {
  mkdirSync(folder);
  for (const name of programs) {
    const found = await run(['sh', '-c', `command -v ${name}`], { env: lab.env });
    symlinkSync(found.trim(), join(folder, name));
  }
  return folder;
}
