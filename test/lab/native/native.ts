import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab, LabOptions, Provider } from '../provider.ts';
import { BUILDER_NAME } from './buildkit.ts';
import { type Binaries, compileTools } from './compile.ts';
import { askSupervisor } from './control.ts';
import { addFakeNodes } from './kwok.ts';
import { hostPidsUnder } from './host-pids.ts';
import { imageTemplate } from './images/template.ts';
import { claimLabFolder, isAlive, type LabFolder, labFolder, ownerPid, removeLabFolder } from './lab-folder.ts';
import { launchSupervisor, untilReady } from './launch.ts';
import { nodeProgram } from './node-program.ts';
import { installPackages } from './packages.ts';
import { missingRequirements } from './requirements.ts';
import { type LabState, readState } from './state.ts';
import { BUILDX_VERSION, KUBERNETES_VERSION } from './tools.ts';

/** The whole cluster as processes of this machine. */
export const native: Provider = {
  name: 'native',
  missing: missingRequirements,
  start,
  find,
};

const POLL_MS = 50;

async function start({ name, attached, progress }: LabOptions): Promise<Lab> {
  await installPackages(progress);
  const binaries = await compileTools(progress);
  const images = await imageTemplate(progress);
  const folder = await claimLabFolder(name);
  if (folder === undefined) throw new Error(`the lab "${name}" is running or starting already`);
  await linkPrograms(folder, binaries);
  await launchSupervisor(folder, { name, binaries, images, attached });
  await untilReady(folder, progress);
  return labIn(name, folder, await readState(folder));
}

async function find(name: string): Promise<Lab | undefined> {
  const folder = labFolder(name);
  if (!isAlive(folder) || !existsSync(folder.state)) return undefined;
  return labIn(name, folder, await readState(folder));
}

function labIn(name: string, folder: LabFolder, state: LabState): Lab {
  return {
    name,
    provider: 'native',
    env: environment(name, folder, state),
    fault: async (words) => (await askSupervisor(folder.controlSocket, { action: 'fault', words })).text,
    fakeNodes: (count) => addFakeNodes(folder, environment(name, folder, state), count),
    status: () => describe(folder, state),
    stop: () => stop(name, folder),
  };
}

async function describe(folder: LabFolder, { api, registry, downloads }: LabState): Promise<readonly string[]> {
  const { daemons } = await askSupervisor(folder.controlSocket, { action: 'status', words: [] });
  const root = ownerPid(folder) ?? 0;
  const hostPids = hostPidsUnder(root);
  return [
    `API server ${api}, registry ${registry}, downloads ${downloads}`,
    `folder ${folder.path}`,
    row('(ends all when killed)', 'running', root),
    ...daemons.map(({ name, state, pid }) => row(name, state, pid === undefined ? undefined : hostPids.get(pid))),
  ];
}

function row(name: string, state: string, pid: number | undefined): string {
  return `${name.padEnd(24)} ${state.padEnd(24)} ${pid === undefined ? '' : `pid ${pid}`}`.trimEnd();
}

async function stop(name: string, folder: LabFolder): Promise<void> {
  const pid = ownerPid(folder);
  await askSupervisor(folder.controlSocket, { action: 'stop', words: [] }).catch(() => {
    if (pid !== undefined && isAlive(folder)) process.kill(pid, 'SIGKILL');
  });
  while (isAlive(folder)) await sleep(POLL_MS);
  await removeLabFolder(name);
}

function environment(name: string, folder: LabFolder, state: LabState): Lab['env'] {
  const { podCidr, serviceCidr, hostIp, nodeIp } = state.addresses;
  const noProxy = [process.env['NO_PROXY'], '127.0.0.0/8', 'localhost', hostIp, nodeIp, podCidr, serviceCidr];
  return {
    LAB_NAME: name,
    // Otherwise KUBECONFIG and REGISTRY below would look like an external cluster to the next command in the same shell.
    LAB_PROVIDER: 'native',
    LAB_DIR: folder.path,
    LAB_BIN: folder.bin,
    LAB_TOOLS: folder.tools,
    KUBECONFIG: folder.kubeconfig,
    REGISTRY: state.registry,
    REFUSING_REGISTRY: state.refusingRegistry,
    BUILDX_BUILDER: BUILDER_NAME,
    BUILDX_CONFIG: join(folder.path, 'buildx'),
    KUBECTL_MIRROR: `${state.downloads}/kubectl`,
    BUILDX_MIRROR: `${state.downloads}/buildx`,
    KUBECTL_VERSION: KUBERNETES_VERSION,
    BUILDX_VERSION,
    NO_PROXY: noProxy.filter((entry) => entry !== undefined && entry !== '').join(','),
    PATH: [folder.bin, folder.tools, process.env['PATH'] ?? ''].join(delimiter),
  };
}

async function linkPrograms({ bin, tools }: LabFolder, binaries: Binaries): Promise<void> {
  await mkdir(bin);
  await mkdir(tools);
  // act runs node24 actions with the first node on the PATH.
  await symlink(await nodeProgram(), join(bin, 'node'));
  for (const name of ['act', 'actionlint'] as const) await symlink(binaries[name], join(bin, name));
  for (const name of ['kubectl', 'buildx'] as const) await symlink(binaries[name], join(tools, name));
}
