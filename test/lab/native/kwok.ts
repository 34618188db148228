import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import { FAKE_NODE } from '../fake-nodes.ts';
import { askSupervisor } from './control.ts';
import type { DaemonCommand } from './daemon.ts';
import { kwokStages } from './kwok-stages.ts';
import type { LabFolder } from './lab-folder.ts';
import { labTool } from './lab-tool.ts';

export interface KwokOptions {
  readonly program: string;
  readonly kubeconfig: string;
  readonly port: number;
}

/** As many as the default of a real kubelet. */
const PODS_PER_NODE = 110;

/** Starts kwok in the lab, once, and makes the nodes fake-0 to fake-<count - 1>; returns when all of them are Ready. */
export async function addFakeNodes(
  folder: LabFolder,
  env: Readonly<Record<string, string>>,
  count: number,
): Promise<string> {
  const program = await labTool('kwok');
  await askSupervisor(folder.controlSocket, { action: 'kwok', words: [program] });
  const items = Array.from({ length: count }, (_unused, index) => fakeNode(`fake-${index}`));
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await run(['kubectl', 'apply', '--server-side', '--filename=-'], { env, input: list });
  await run(['kubectl', 'wait', 'node', `--selector=${FAKE_NODE}`, '--for=condition=Ready', '--timeout=60s'], { env });
  return `${count} fake nodes, ${count * PODS_PER_NODE} pods fit on them`;
}

export async function configureKwok(folder: string, options: KwokOptions): Promise<DaemonCommand> {
  const { program, kubeconfig, port } = options;
  const stages = join(folder, 'kwok.yaml');
  await writeFile(stages, kwokStages());
  return {
    name: 'kwok',
    argv: [
      program,
      `--config=${stages}`,
      `--kubeconfig=${kubeconfig}`,
      '--manage-all-nodes=false',
      `--manage-nodes-with-label-selector=${FAKE_NODE}=true`,
      `--node-port=${port}`,
    ],
  };
}

function fakeNode(name: string): unknown {
  const room = { cpu: '1000', memory: '1Ti', pods: String(PODS_PER_NODE) };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { [FAKE_NODE]: 'true', 'kubernetes.io/hostname': name } },
    spec: { taints: [{ key: FAKE_NODE, value: 'true', effect: 'NoSchedule' }] },
    status: { allocatable: room, capacity: room },
  };
}
