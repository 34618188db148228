import { external } from './external.ts';
import { kind } from './kind.ts';
import { native } from './native/native.ts';
import type { Lab, LabOptions, Progress, Provider } from './provider.ts';

export type { Lab } from './provider.ts';

// An external cluster comes first: whoever sets both variables means it.
const PROVIDERS: readonly Provider[] = [external, native, kind];

const NAME = /^[a-z0-9][a-z0-9-]{0,19}$/;

/** Starts a lab and resolves when all of it is ready. */
export async function startLab(options: Partial<LabOptions> = {}): Promise<Lab> {
  const { name = defaultName(), attached = false, progress = printProgress } = options;
  checkName(name);
  const startedMs = performance.now();
  const provider = await chooseProvider();
  progress(`provider ${provider.name}`);
  const lab = await provider.start({ name, attached, progress });
  progress(`"${name}" is ready after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return lab;
}

/** The running lab of that name. */
export async function findLab(name = defaultName()): Promise<Lab | undefined> {
  checkName(name);
  const provider = await chooseProvider();
  return provider.find(name);
}

/** The running lab of that name, or a new one. */
export async function ensureLab(options: Partial<LabOptions> = {}): Promise<Lab> {
  return (await findLab(options.name)) ?? (await startLab(options));
}

export function defaultName(): string {
  return process.env['LAB_NAME'] ?? 'default';
}

async function chooseProvider(): Promise<Provider> {
  const wanted = process.env['LAB_PROVIDER'];
  const candidates =
    wanted === undefined || wanted === '' ? PROVIDERS : PROVIDERS.filter(({ name }) => name === wanted);
  if (candidates.length === 0) {
    throw new Error(`LAB_PROVIDER=${wanted ?? ''} is none of ${PROVIDERS.map(({ name }) => name).join(', ')}`);
  }
  const reasons: string[] = [];
  for (const provider of candidates) {
    const missing = await provider.missing();
    if (missing.length === 0) return provider;
    reasons.push(`${provider.name} lacks ${missing.join(', ')}`);
  }
  throw new Error(`this machine can run no lab: ${reasons.join('; ')}`);
}

function checkName(name: string): void {
  // It becomes part of folder, socket and cgroup names; a socket's path may have 107 characters.
  if (!NAME.test(name)) throw new Error(`"${name}" is no name for a lab: 1 to 20 lower-case letters, digits or dashes`);
}

const printProgress: Progress = (line) => console.error(`lab: ${line}`);
