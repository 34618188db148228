import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { readEntry, verdictIn, type Entry } from './act-log.ts';
import { secretsFile, variablesFile } from './settings.ts';
import { ACTION, type World } from './world.ts';

/** One run of the shop's workflow. */
export type WorkflowRun = {
  readonly isGreen: boolean;
  readonly seconds: number;
  readonly verdict: string;
  readonly outputs: ReadonlyMap<string, string>;
  readonly entries: readonly Entry[];
};

/** Runs .github/workflows/deploy.yml as a push would, with this machine as the runner. */
export async function runWorkflow(world: World, onEntry: (entry: Entry) => void): Promise<WorkflowRun> {
  const started = performance.now();
  const entries: Entry[] = [];
  const hear = (line: string): void => {
    const entry = readEntry(line);
    entries.push(entry);
    onEntry(entry);
  };
  const exitCode = await runAct(world, hear);
  const outputs = entries.flatMap((entry) => (entry.kind === 'output' ? [[entry.name, entry.value] as const] : []));
  return {
    isGreen: exitCode === 0,
    seconds: (performance.now() - started) / 1000,
    verdict: verdictIn(entries),
    outputs: new Map(outputs),
    entries,
  };
}

async function runAct(world: World, hear: (line: string) => void): Promise<number | null> {
  const act = spawn('act', actArguments(world), {
    cwd: world.shop,
    env: runnerEnvironment(world),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const input of [act.stdout, act.stderr]) createInterface({ input }).on('line', hear);
  const endToo = (): void => void act.kill();
  process.prependOnceListener('exit', endToo);
  try {
    return await new Promise<number | null>((resolve, reject) => {
      act.once('error', (error) => reject(new Error(`act, which runs workflows, cannot be started: ${error.message}`)));
      act.once('close', resolve);
    });
  } finally {
    process.off('exit', endToo);
  }
}

function actArguments(world: World): readonly string[] {
  return [
    'push',
    '--platform',
    'ubuntu-latest=-self-hosted',
    '--no-cache-server',
    '--local-repository',
    `${ACTION}=${world.action}`,
    '--action-cache-path',
    world.runner,
    '--var-file',
    variablesFile(world),
    '--secret-file',
    secretsFile(world),
    '--json',
  ];
}

/** A runner has the builder and the tools, but the cluster and the registry are known to the workflow alone. */
function runnerEnvironment({ lab }: World): NodeJS.ProcessEnv {
  const inherited = Object.entries({ ...process.env, ...lab.env }).filter(
    ([name]) => !/^(KUBECONFIG|REGISTRY|(GITHUB|RUNNER|ACTIONS|INPUT|STATE|LAB)_.*)$/.test(name),
  );
  return Object.fromEntries(inherited);
}
