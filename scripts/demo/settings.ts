import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from './world.ts';

/** What a user sets once under "Secrets and variables" of the repository. JSON is YAML, which act reads. */
export async function writeSettings(world: Pick<World, 'lab' | 'settings'>): Promise<void> {
  const { KUBECONFIG: kubeconfig = '', REGISTRY: registry = '' } = world.lab.env;
  await mkdir(world.settings);
  await writeFile(variablesFile(world), JSON.stringify({ REGISTRY: registry, AGENT_USER: 'shop-agent' }));
  await writeSecrets(world, { KUBECONFIG: await readFile(kubeconfig, 'utf8'), AGENT_TOKEN: newToken() });
}

export async function rotateAgentToken(world: World): Promise<void> {
  const secrets: unknown = JSON.parse(await readFile(secretsFile(world), 'utf8'));
  await writeSecrets(world, { ...Object(secrets), AGENT_TOKEN: newToken() });
}

export function variablesFile({ settings }: Pick<World, 'settings'>): string {
  return join(settings, 'variables.yml');
}

export function secretsFile({ settings }: Pick<World, 'settings'>): string {
  return join(settings, 'secrets.yml');
}

async function writeSecrets(world: Pick<World, 'settings'>, secrets: object): Promise<void> {
  await writeFile(secretsFile(world), JSON.stringify(secrets), { mode: 0o600 });
}

function newToken(): string {
  return randomBytes(16).toString('hex');
}
