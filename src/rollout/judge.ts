import type { RolloutContext } from './outcome.ts';
import { kubectlCommand, type Kubectl } from '../kube/kubectl.ts';
import type { Command, CommandResult } from '../ports.ts';
import { formatWorkload, type Workload } from '../values/workload.ts';

const ASK_AGAIN_MILLISECONDS = 1000;

/** What `kubectl rollout status` said about one or more workloads of one namespace. */
export type Judgement =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly exitCode: number; readonly text: string }
  | { readonly kind: 'timed-out'; readonly exitCode: number; readonly text: string };

/** kubectl ends at `--timeout` by itself; the runner's own limit is a little longer and only for a kubectl that hangs. */
export function judgeCommand(kubectl: Kubectl, workloads: readonly Workload[], timeoutSeconds: number): Command {
  const [first] = workloads;
  const args = ['rollout', 'status', ...workloads.map(formatWorkload), `--timeout=${timeoutSeconds}s`];
  return kubectlCommand(kubectl, args, { namespace: first?.namespace, timeoutSeconds: timeoutSeconds + 10 });
}

export function readJudgement(result: CommandResult): Judgement {
  if (result.exitCode === 0 && !result.timedOut) {
    return { kind: 'succeeded' };
  }
  const text =
    result.stderr
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^error: /, '') ?? '';
  const exitCode = result.exitCode === 0 ? 1 : result.exitCode;
  return result.timedOut || /timed out waiting/.test(result.stderr)
    ? { kind: 'timed-out', exitCode, text }
    : { kind: 'failed', exitCode, text };
}

const LOST_CONNECTION =
  /connection to the server .* was refused|unable to connect to the server|connect(ion)? (refused|reset|lost)|unexpected EOF|: EOF$|i\/o timeout|TLS handshake timeout|no route to host|currently unable to handle the request/im;

/** True when kubectl gave up because it could not talk to the API server, which says nothing about the rollout. */
export function lostConnection(result: CommandResult): boolean {
  return result.exitCode !== 0 && !result.timedOut && LOST_CONNECTION.test(result.stderr);
}

/**
 * Which workloads are judged together: those that look done already need one kubectl per namespace, each of the others gets its own, so
 * that all wait at the same time (one kubectl visits its workloads one after the other).
 */
export function groupForJudging(
  workloads: readonly { readonly workload: Workload; readonly isDone: boolean }[],
): readonly (readonly Workload[])[] {
  const waiting = workloads.filter(({ isDone }) => !isDone).map(({ workload }) => [workload]);
  const done = Map.groupBy(
    workloads.filter(({ isDone }) => isDone).map(({ workload }) => workload),
    (workload) => workload.namespace,
  );
  return [...waiting, ...done.values()];
}

export type Judged = { readonly workload: Workload; readonly judgement: Judgement };

/**
 * Judges the workloads of one group. A kubectl that lost the API server, which may only restart, is asked again as long as there is time. One
 * exit code for several workloads does not tell which of them is bad: each is then asked about alone.
 */
export async function judge(
  group: readonly Workload[],
  deadline: number,
  context: RolloutContext,
): Promise<readonly Judged[]> {
  const judgement = await judgeTogether(group, deadline, context);
  if (judgement.kind === 'succeeded' || group.length === 1) {
    return group.map((workload) => ({ workload, judgement }));
  }
  return Promise.all(
    group.map(async (workload) => ({ workload, judgement: await judgeTogether([workload], deadline, context) })),
  );
}

async function judgeTogether(
  group: readonly Workload[],
  deadline: number,
  { kubectl, ports }: RolloutContext,
): Promise<Judgement> {
  for (;;) {
    const secondsLeft = Math.max(1, Math.ceil((deadline - ports.clock.now()) / 1000));
    const command = judgeCommand(kubectl, group, secondsLeft);
    ports.notify({ kind: 'running', command });
    const result = await ports.exec.run(command);
    if (!lostConnection(result) || ports.clock.now() + ASK_AGAIN_MILLISECONDS >= deadline) {
      return readJudgement(result);
    }
    await ports.clock.sleep(ASK_AGAIN_MILLISECONDS);
  }
}
