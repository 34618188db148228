import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Addresses } from './addresses.ts';
import { type Certificates, NODE_NAME } from './certificates.ts';
import type { Binaries } from './compile.ts';
import { CONTAINERD_SOCKET } from './container-runtime.ts';
import type { DaemonCommand } from './daemon.ts';
import { CLUSTER_DOMAIN } from './dns.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { onNode } from './network.ts';

export interface NodeOptions {
  readonly folder: string;
  readonly binaries: Binaries;
  readonly certificates: Certificates;
  readonly addresses: Addresses;
  readonly cgroup: string;
}

export async function configureKubelet(options: NodeOptions): Promise<DaemonCommand> {
  const { folder, addresses, binaries, certificates, cgroup } = options;
  await mkdir(folder, { recursive: true });
  const kubeconfig = await writeKubeconfig(join(folder, 'kubelet.kubeconfig'), {
    server: nodeServer(addresses),
    caPath: certificates.ca,
    user: { name: 'node', keyPair: certificates.node },
  });
  const config = join(folder, 'kubelet.json');
  await writeFile(
    config,
    JSON.stringify({
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      authentication: {
        anonymous: { enabled: false },
        webhook: { enabled: false },
        x509: { clientCAFile: certificates.ca },
      },
      authorization: { mode: 'AlwaysAllow' },
      tlsCertFile: certificates.kubeletServer.certificate,
      tlsPrivateKeyFile: certificates.kubeletServer.key,
      containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
      cgroupDriver: 'cgroupfs',
      // A kubelet removes pods that it does not know from its cgroup: two labs must not share one.
      cgroupRoot: cgroup,
      enforceNodeAllocatable: [],
      failSwapOn: false,
      evictionHard: { 'memory.available': '100Mi' },
      imageGCHighThresholdPercent: 100,
      oomScoreAdj: 0,
      podLogsDir: join(folder, 'pod-logs'),
      volumePluginDir: join(folder, 'volume-plugins'),
      clusterDNS: [addresses.hostIp],
      clusterDomain: CLUSTER_DOMAIN,
    }),
  );
  return {
    name: 'kubelet',
    argv: onNode([
      binaries.kubelet,
      `--config=${config}`,
      `--kubeconfig=${kubeconfig}`,
      `--root-dir=${join(folder, 'kubelet')}`,
      `--cert-dir=${join(folder, 'pki')}`,
      `--hostname-override=${NODE_NAME}`,
      `--node-ip=${addresses.nodeIp}`,
    ]),
  };
}

export async function configureProxy(options: NodeOptions): Promise<DaemonCommand> {
  const { folder, addresses, binaries, certificates } = options;
  await mkdir(folder, { recursive: true });
  const kubeconfig = await writeKubeconfig(join(folder, 'proxy.kubeconfig'), {
    server: nodeServer(addresses),
    caPath: certificates.ca,
    user: { name: 'proxy', keyPair: certificates.proxy },
  });
  const config = join(folder, 'kube-proxy.json');
  await writeFile(
    config,
    JSON.stringify({
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      mode: 'iptables',
      hostnameOverride: NODE_NAME,
      oomScoreAdj: 0,
      clientConnection: { kubeconfig },
      detectLocalMode: 'ClusterCIDR',
      clusterCIDR: addresses.podCidr,
      // A Service answers at once when its pods are ready, not up to a second later.
      iptables: { minSyncPeriod: '50ms' },
      // These kernel settings are read-only outside the first network namespace.
      conntrack: { maxPerCore: 0, min: 0, tcpCloseWaitTimeout: '0s', tcpEstablishedTimeout: '0s' },
    }),
  );
  return { name: 'kube-proxy', argv: onNode([binaries['kube-proxy'], `--config=${config}`]) };
}

function nodeServer({ hostIp, ports }: Addresses): string {
  return `https://${hostIp}:${ports.api}`;
}
