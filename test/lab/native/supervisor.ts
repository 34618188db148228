import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { apiReader } from './api-client.ts';
import { configureBuildkit, registerBuilder } from './buildkit.ts';
import { createCertificates } from './certificates.ts';
import { cgroupOf, createCgroup } from './cgroup.ts';
import { configureContainerd, CONTAINERD_SOCKET, pullBaseImage } from './container-runtime.ts';
import { apiServerCommand, controllerManagerCommand, etcdCommand, schedulerCommand } from './control-plane.ts';
import { type ControlAnswer, serveControl } from './control.ts';
import { configureDns } from './dns.ts';
import { Daemon, type DaemonCommand } from './daemon.ts';
import { type DownloadFaults, serveDownloads } from './downloads.ts';
import { endEverything } from './end.ts';
import { inject } from './faults.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { labFolder } from './lab-folder.ts';
import { type Launch, LAUNCH_FILE } from './launch.ts';
import { createNetwork } from './network.ts';
import { configureKwok } from './kwok.ts';
import { configureKubelet, configureProxy } from './node.ts';
import { hasDefaultServiceAccount, isApiReady, isListening, isNodeReady, until } from './readiness.ts';
import { serveRefusingRegistry } from './refusing-registry.ts';
import { prepareRegistry, registryCommand } from './registry.ts';
import type { LabState } from './state.ts';

// Runs as a process of its own inside the lab's namespaces, see launch.ts.
const folder = labFolder(basename(process.argv[2] ?? ''));
const launch: Launch = JSON.parse(await readFile(join(folder.path, LAUNCH_FILE), 'utf8'));
const { name, binaries } = launch;
const end = (): Promise<never> => endEverything(name);

if (launch.attached)
  process.stdin
    .resume()
    .on('end', () => void end())
    .on('error', () => void end());
process.on('SIGTERM', () => void end()).on('SIGINT', () => void end());

const inside = (...parts: readonly string[]): string => join(folder.path, ...parts);
const daemons: Daemon[] = [];
const logs = inside('logs');
await mkdir(logs);

function start(command: DaemonCommand): Daemon {
  const daemon = new Daemon(command, logs);
  daemons.push(daemon);
  daemon.start();
  return daemon;
}

createCgroup(name);
const cgroup = cgroupOf(name);
const addresses = await createNetwork();
const { ports } = addresses;
const registryAddress = `127.0.0.1:${ports.registry}`;
console.log(
  `network ${addresses.link}: node ${addresses.nodeIp}, pods ${addresses.podCidr}, services ${addresses.serviceCidr}`,
);

const etcd = start(etcdCommand(binaries, inside('etcd'), addresses));
const certificates = await createCertificates(inside('certificates'), addresses);
const apiServer = start(apiServerCommand(binaries, certificates, addresses));
const containerd = start(await configureContainerd(inside('containerd'), addresses));
const registry = start(await prepareRegistry(inside('registry'), launch.images, ports.registry));
const buildkitFolder = inside('buildkit');
start(await configureBuildkit({ folder: buildkitFolder, binaries, registry: registryAddress, cgroup }));

const downloadFaults: DownloadFaults = { corrupt: new Set(), refusal: { status: 503, times: 0 } };
await serveDownloads({
  port: ports.downloads,
  files: { kubectl: binaries.kubectl, buildx: binaries.buildx },
  log: inside('downloads.jsonl'),
  folder: inside('mirror'),
  faults: downloadFaults,
});

await serveRefusingRegistry(ports.refusingRegistry, addresses.hostIp);

// Unpacking the base image keeps one core busy while the API server starts on the other.
const untilRegistryListens = (): Promise<void> =>
  until('the registry', () => isListening({ port: ports.registry }), [registry]);
await untilRegistryListens();
await until('containerd', () => isListening({ path: CONTAINERD_SOCKET }), [containerd]);
const basePulled = pullBaseImage(inside('containerd'));

const api = `https://127.0.0.1:${ports.api}`;
await writeKubeconfig(folder.kubeconfig, {
  server: api,
  caPath: certificates.ca,
  user: { name: 'admin', keyPair: certificates.admin },
});
const read = await apiReader(certificates, ports.api);
const untilApiReady = (): Promise<void> => until('the API server', () => isApiReady(read), [etcd, apiServer]);
await untilApiReady();
console.log('API server ready');

start(controllerManagerCommand(binaries, certificates, folder.kubeconfig));
start(schedulerCommand(binaries, folder.kubeconfig));
const nodeOptions = { folder: inside('node'), binaries, certificates, addresses, cgroup };
const kubelet = start(await configureKubelet(nodeOptions));
start(await configureProxy(nodeOptions));
start(await configureDns({ folder: inside('dns'), binaries, addresses, kubeconfig: folder.kubeconfig }));
await registerBuilder(binaries, inside('buildx'), buildkitFolder);
await until('the node', () => isNodeReady(read), [kubelet, containerd]);
console.log('node ready');
await basePulled;
console.log('base image on the node');
await until('the default service account', () => hasDefaultServiceAccount(read));
await until('BuildKit', () => Promise.resolve(existsSync(join(buildkitFolder, 'buildkitd.sock'))));

const faultTargets = {
  apiServer,
  untilApiReady,
  registry,
  registryCommand: (mode: 'writable' | 'read-only') => registryCommand(inside('registry'), ports.registry, mode),
  untilRegistryListens,
  downloads: downloadFaults,
};
await serveControl(folder.controlSocket, async ({ action, words }): Promise<ControlAnswer> => {
  switch (action) {
    case 'fault':
      return { text: await inject(faultTargets, words), daemons: [] };
    case 'status':
      return { text: '', daemons: daemons.map(({ name, state, pid }) => ({ name, state, pid })) };
    case 'kwok':
      await startKwok(words);
      return { text: '', daemons: [] };
    case 'stop':
      setImmediate(() => void end());
      return { text: 'stopping', daemons: [] };
    default:
      throw new Error(`unknown request ${String(action satisfies never)}`);
  }
});

async function startKwok([program = '']: readonly string[]): Promise<void> {
  const command = await configureKwok(folder.path, { program, kubeconfig: folder.kubeconfig, port: ports.fakeKubelet });
  if (!daemons.some((daemon) => daemon.name === command.name)) start(command);
}

const state: LabState = {
  api,
  registry: registryAddress,
  downloads: `http://127.0.0.1:${ports.downloads}`,
  refusingRegistry: `127.0.0.1:${ports.refusingRegistry}`,
  addresses,
};
await writeFile(`${folder.state}.new`, JSON.stringify(state, undefined, 2));
await rename(`${folder.state}.new`, folder.state);
