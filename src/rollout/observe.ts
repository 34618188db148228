import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import type { Ports } from '../ports.ts';
import { formatWorkload, type Workload } from '../values/workload.ts';
import type { Progress } from './rule.ts';
import { readProgress, type Watched } from './watched.ts';

const LOOK_EVERY_MILLISECONDS = 500;
const HEARTBEAT_MILLISECONDS = 30_000;

export type Observation = { readonly workload: Workload; readonly progress: Progress };

/** Looks at rollouts while they are judged and says each change of state once. */
export type Observer = {
  look(): Promise<readonly Observation[]>;
  /** Looks again and again until `judging` is settled, and returns what it resolves to. */
  watchUntil<Result>(judging: Promise<Result>): Promise<Result>;
  stateOf(workload: Workload): string;
};

function keyOf(workload: Workload): string {
  return `${workload.namespace} ${formatWorkload(workload)}`;
}

export function createObserver(watched: readonly Watched[], api: KubeApi, ports: Ports): Observer {
  const states = new Map<string, string>();
  let lastSaidAt = ports.clock.now();

  const say = (workload: Workload, text: string): void => {
    if (states.get(keyOf(workload)) !== text) {
      states.set(keyOf(workload), text);
      lastSaidAt = ports.clock.now();
      ports.notify({ kind: 'state', text: `${formatWorkload(workload)}: ${text}` });
    }
  };

  const lookAt = async (one: Watched): Promise<Observation> => {
    try {
      const { progress } = await readProgress(one, api);
      say(one.workload, progress.text);
      return { workload: one.workload, progress };
    } catch (error) {
      if (!(error instanceof DeployError) || error.code !== 'cluster-unreachable') {
        throw error;
      }
      const text = 'the API server does not answer, waiting for it';
      say(one.workload, text);
      return { workload: one.workload, progress: { kind: 'waiting', text } };
    }
  };

  const look = async (): Promise<readonly Observation[]> => Promise.all(watched.map(lookAt));

  const watchUntil = async <Result>(judging: Promise<Result>): Promise<Result> => {
    const judged = new AbortController();
    const settle = (): void => judged.abort();
    judging.then(settle, settle);
    for (;;) {
      await ports.clock.sleep(LOOK_EVERY_MILLISECONDS, judged.signal);
      if (judged.signal.aborted) {
        return judging;
      }
      await look();
      if (ports.clock.now() - lastSaidAt >= HEARTBEAT_MILLISECONDS) {
        lastSaidAt = ports.clock.now();
        ports.notify({
          kind: 'state',
          text: `still waiting: ${[...states].map(([key, text]) => `${key.split(' ')[1]} ${text}`).join('; ')}`,
        });
      }
    }
  };

  return { look, watchUntil, stateOf: (workload) => states.get(keyOf(workload)) ?? 'nothing is known' };
}
