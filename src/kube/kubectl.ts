import type { Command } from '../ports.ts';

/** A kubectl bound to one context of one private kubeconfig. It is never run without both, so nothing falls through to localhost:8080. */
export type Kubectl = {
  readonly path: string;
  readonly kubeconfigPath: string;
  readonly context: string;
};

export type KubectlOptions = {
  readonly namespace?: string | undefined;
  readonly stdin?: string | undefined;
  readonly timeoutSeconds?: number | undefined;
};

/** `kubectl --context=… [--namespace=…] <args>`. Personal preferences (kuberc) of the runner's account do not apply. */
export function kubectlCommand(kubectl: Kubectl, args: readonly string[], options: KubectlOptions = {}): Command {
  const scope = options.namespace === undefined ? [] : [`--namespace=${options.namespace}`];
  return {
    tool: kubectl.path,
    args: [`--context=${kubectl.context}`, ...scope, ...args],
    env: { KUBECONFIG: kubectl.kubeconfigPath, KUBERC: 'off' },
    stdin: options.stdin,
    timeoutSeconds: options.timeoutSeconds,
  };
}
