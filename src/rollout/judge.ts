import { kubectlCommand, type Kubectl } from '../kube/kubectl.ts';
import type { Command, CommandResult } from '../ports.ts';
import { formatWorkload } from '../values/workload.ts';
import type { NamedObject } from '../values/subject.ts';

/** What `kubectl rollout status` says of workloads of one namespace. */
export type Judgement =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'refused'; readonly text: string }
  /** It may not list the kind, without which it waits for ever. */
  | { readonly kind: 'forbidden' }
  /** It could not talk to the API server, which says nothing about the rollouts. */
  | { readonly kind: 'unreachable'; readonly text: string };

/** kubectl ends at `--timeout` by itself; the limit of the child is a little longer and only for a kubectl that hangs. */
export function judgeCommand(kubectl: Kubectl, workloads: readonly NamedObject[], timeoutSeconds: number): Command {
  const [first] = workloads;
  const args = ['rollout', 'status', ...workloads.map(formatWorkload), `--timeout=${timeoutSeconds}s`];
  const processSeconds = timeoutSeconds * workloads.length + 10;
  return kubectlCommand(kubectl, args, { namespace: first?.namespace, timeoutSeconds: processSeconds });
}

export function readJudgement(result: CommandResult): Judgement {
  if (result.exitCode === 0 && !result.timedOut) {
    return { kind: 'succeeded' };
  }
  const lastLine = result.stderr.trim().split('\n').at(-1) ?? '';
  const text = lastLine.replace(/^error: /, '');
  if (FORBIDDEN.test(result.stderr)) {
    return { kind: 'forbidden' };
  }
  return !result.timedOut && LOST_CONNECTION.test(result.stderr)
    ? { kind: 'unreachable', text }
    : { kind: 'refused', text };
}

const FORBIDDEN = /is forbidden: .* cannot (list|watch) resource/;

const LOST_CONNECTION =
  /connection to the server .* was refused|unable to connect to the server|connect(ion)? (refused|reset|lost)|unexpected EOF|: EOF$|i\/o timeout|TLS handshake timeout|no route to host|currently unable to handle the request/im;
