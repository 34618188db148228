import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadApi } from './api-client.ts';
import { NODE_NAME } from './certificates.ts';
import type { Daemon } from './daemon.ts';

const POLL_MS = 50;
const DEADLINE_MS = 90_000;

export async function until(
  what: string,
  isTrue: () => Promise<boolean>,
  needed: readonly Daemon[] = [],
): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await isTrue())) {
    const dead = needed.find((daemon) => daemon.pid === undefined);
    if (dead !== undefined) throw new Error(`${dead.name} ${dead.state} while waiting for ${what}`);
    if (performance.now() > deadline) throw new Error(`${what}: not within ${DEADLINE_MS / 1000} s`);
    await sleep(POLL_MS);
  }
}

export async function isApiReady(read: ReadApi): Promise<boolean> {
  return (await read('/readyz')) !== undefined;
}

export async function isNodeReady(read: ReadApi): Promise<boolean> {
  const body = await read(`/api/v1/nodes/${NODE_NAME}`);
  if (body === undefined) return false;
  const node: { status?: { conditions?: readonly { type: string; status: string }[] } } = JSON.parse(body);
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** Without it the first pods of a namespace are refused. */
export async function hasDefaultServiceAccount(read: ReadApi): Promise<boolean> {
  return (await read('/api/v1/namespaces/default/serviceaccounts/default')) !== undefined;
}

export function isListening(address: { readonly port: number } | { readonly path: string }): Promise<boolean> {
  if ('path' in address && !existsSync(address.path)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(address, () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
