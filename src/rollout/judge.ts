import { kubectlCommand, type Kubectl } from '../kube/kubectl.ts';
import type { Command, CommandResult } from '../ports.ts';
import { formatWorkload, type Workload } from '../values/workload.ts';

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
