import { createServer } from 'node:net';
import { run } from '../command.ts';
import { type Addresses, addressesOf, MAX_LABS } from './addresses.ts';

const NODE_NETNS = '/run/netns/node';

/**
 * Runs a program in the node's network namespace. `ip netns exec` would make a mount namespace of its own, and what the
 * kubelet mounts would then be invisible to containerd.
 */
export function onNode(argv: readonly string[]): readonly string[] {
  return ['nsenter', `--net=${NODE_NETNS}`, '--', ...argv];
}

/** Makes the node's network and joins it to the host, on the first addresses that nobody uses. */
export async function createNetwork(): Promise<Addresses> {
  await run(['ip', 'netns', 'add', 'node']);
  const addresses = await claimAddresses();
  const { link, hostIp, nodeIp, linkPrefixLength, podCidr, serviceCidr } = addresses;
  await run(['ip', '-batch', '-'], {
    input: [
      `address add ${hostIp}/${linkPrefixLength} dev ${link}`,
      `link set ${link} up`,
      // Processes on the host reach pods and ClusterIPs directly, as a machine in the cluster's network would.
      `route add ${podCidr} via ${nodeIp}`,
      `route add ${serviceCidr} via ${nodeIp}`,
    ].join('\n'),
  });
  await run(onNode(['ip', '-batch', '-']), {
    input: [
      'link set lo up',
      `address add ${nodeIp}/${linkPrefixLength} dev eth0`,
      'link set eth0 up',
      `route add default via ${hostIp}`,
    ].join('\n'),
  });
  await run(onNode(['sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward']));
  // A pod that calls a Service and is answered by a pod on the same bridge needs the answer to pass iptables.
  await run(onNode(['sh', '-c', 'echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables || true']));
  return addresses;
}

async function claimAddresses(): Promise<Addresses> {
  for (let index = 0; index < MAX_LABS; index++) {
    const addresses = addressesOf(index);
    if (!(await claimLink(addresses.link))) continue;
    if (await areFree(Object.values(addresses.ports))) return addresses;
    await run(['ip', 'link', 'delete', addresses.link]);
  }
  throw new Error(`all ${MAX_LABS} address ranges for labs are taken (see: ip link | grep k8slab)`);
}

async function claimLink(link: string): Promise<boolean> {
  try {
    await run(['ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', 'node']);
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes('File exists')) return false;
    throw error;
  }
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  const results = await Promise.all(ports.map(isFree));
  return results.every(Boolean);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
  });
}
