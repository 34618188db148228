import type { Addresses } from './addresses.ts';
import type { Certificates } from './certificates.ts';
import type { Binaries } from './compile.ts';
import type { DaemonCommand } from './daemon.ts';

export function etcdCommand(binaries: Binaries, folder: string, { ports }: Addresses): DaemonCommand {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return {
    name: 'etcd',
    argv: [
      binaries.etcd,
      `--data-dir=${folder}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      // The data is thrown away with the lab.
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
  };
}

export function apiServerCommand(binaries: Binaries, certificates: Certificates, addresses: Addresses): DaemonCommand {
  const { apiServer, kubeletClient, ca, serviceAccountKey } = certificates;
  return {
    name: 'kube-apiserver',
    argv: [
      binaries['kube-apiserver'],
      `--etcd-servers=http://127.0.0.1:${addresses.ports.etcd}`,
      '--bind-address=0.0.0.0',
      `--secure-port=${addresses.ports.api}`,
      // The node and the pods (Service `kubernetes`) reach the API server over the cable.
      `--advertise-address=${addresses.hostIp}`,
      `--service-cluster-ip-range=${addresses.serviceCidr}`,
      `--tls-cert-file=${apiServer.certificate}`,
      `--tls-private-key-file=${apiServer.key}`,
      `--client-ca-file=${ca}`,
      `--kubelet-client-certificate=${kubeletClient.certificate}`,
      `--kubelet-client-key=${kubeletClient.key}`,
      `--kubelet-certificate-authority=${ca}`,
      '--kubelet-preferred-address-types=InternalIP',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${serviceAccountKey}`,
      `--service-account-signing-key-file=${serviceAccountKey}`,
      '--authorization-mode=Node,RBAC',
      '--allow-privileged',
    ],
  };
}

export function controllerManagerCommand(
  binaries: Binaries,
  certificates: Certificates,
  kubeconfig: string,
): DaemonCommand {
  return {
    name: 'kube-controller-manager',
    argv: [
      binaries['kube-controller-manager'],
      `--kubeconfig=${kubeconfig}`,
      '--leader-elect=false',
      '--secure-port=0',
      // The CNI configuration has the node's range; fake nodes (kwok) need none.
      '--allocate-node-cidrs=false',
      // By default it throttles itself to 20 requests a second, and hundreds of workloads would only wait for it.
      '--kube-api-qps=200',
      '--kube-api-burst=400',
      `--root-ca-file=${certificates.ca}`,
      `--service-account-private-key-file=${certificates.serviceAccountKey}`,
    ],
  };
}

export function schedulerCommand(binaries: Binaries, kubeconfig: string): DaemonCommand {
  return {
    name: 'kube-scheduler',
    argv: [binaries['kube-scheduler'], `--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0'],
  };
}
