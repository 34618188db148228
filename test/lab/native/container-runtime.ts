import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import type { Addresses } from './addresses.ts';
import type { DaemonCommand } from './daemon.ts';
import { BASE_IMAGE, PAUSE_IMAGE } from './images/catalogue.ts';
import { onNode } from './network.ts';

/** In the lab's private /run: out of reach for everybody else and gone with the lab. */
export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';

export async function configureContainerd(folder: string, addresses: Addresses): Promise<DaemonCommand> {
  const cniFolder = join(folder, 'cni');
  const registriesFolder = join(folder, 'certs.d');
  const { ports, hostIp } = addresses;
  const registry = `127.0.0.1:${ports.registry}`;
  await mkdir(cniFolder, { recursive: true });
  await writeFile(join(cniFolder, '10-lab.conflist'), JSON.stringify(cniConfiguration(folder, addresses)));
  for (const [host, port] of [
    [registry, ports.registry],
    ['docker.io', ports.registry],
    [`127.0.0.1:${ports.refusingRegistry}`, ports.refusingRegistry],
  ] as const) {
    await mkdir(join(registriesFolder, host), { recursive: true });
    // 127.0.0.1 is the node's own loopback in there; the registry runs at the other end of the cable.
    // containerd 1.6 refuses a file without a [host] table, and without `server` would ask the original host last.
    const there = `http://${hostIp}:${port}`;
    const hosts = `server = "${there}"\n[host."${there}"]\n  capabilities = ["pull", "resolve"]\n`;
    await writeFile(join(registriesFolder, host, 'hosts.toml'), hosts);
  }
  const config = join(folder, 'config.toml');
  await writeFile(
    config,
    `version = 2
root = "${join(folder, 'root')}"
state = "${join(folder, 'state')}"
[grpc]
  address = "${CONTAINERD_SOCKET}"
[ttrpc]
  address = "${CONTAINERD_SOCKET}.ttrpc"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${registry}/${PAUSE_IMAGE}"
  # Without CAP_SYS_RESOURCE every pod would fail with "can't get final child's PID from pipe: EOF".
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${cniFolder}"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${registriesFolder}"
`,
  );
  return { name: 'containerd', argv: onNode(['containerd', `--config=${config}`, '--log-level=warn']) };
}

/** A node that has been in use knows the base image; without it every first deploy would measure the download of 150 MB. */
export async function pullBaseImage(folder: string): Promise<void> {
  const ctr = ['ctr', `--address=${CONTAINERD_SOCKET}`, '--namespace=k8s.io'];
  await run(onNode([...ctr, 'images', 'pull', `--hosts-dir=${join(folder, 'certs.d')}`, BASE_IMAGE]));
}

function cniConfiguration(folder: string, { podCidr }: Addresses): unknown {
  return {
    cniVersion: '0.4.0',
    name: 'lab',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        ipMasq: true,
        hairpinMode: true,
        ipam: {
          type: 'host-local',
          dataDir: join(folder, 'addresses'),
          ranges: [[{ subnet: podCidr }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}
