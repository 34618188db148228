import type { RenderPlan } from '../plan/slices.ts';
import type { Command, CommandResult, Ports } from '../ports.ts';
import type { Values } from './variables.ts';

/** What renders, and for which cluster. */
export type RenderTools = {
  /** Absolute path of a kubectl, for `kubectl kustomize`; undefined when the plan needs none. */
  readonly kubectl: string | undefined;
  /** Absolute path of helm; undefined when the plan needs none. */
  readonly helm: string | undefined;
  /** "v1.34.4", for helm's --kube-version; undefined when unknown. */
  readonly serverVersion: string | undefined;
  /** For helm's --namespace. */
  readonly namespace: string;
};

export type RenderPorts = Pick<Ports, 'files' | 'exec' | 'notify'>;

export type RenderContext = {
  readonly plan: RenderPlan;
  readonly tools: RenderTools;
  readonly ports: RenderPorts;
  readonly values: Values;
};

/** A kustomization may fetch what it is made of from a git server. */
export const TIMEOUT_SECONDS = 120;

/** Runs a command that renders and changes nothing. The log shows it, and not what it prints: Secrets may be in it. */
export async function runRenderer(command: Command, { exec, notify }: RenderPorts): Promise<CommandResult> {
  const limited = { ...command, timeoutSeconds: TIMEOUT_SECONDS };
  notify({ kind: 'running', command: limited });
  return exec.run(limited);
}
