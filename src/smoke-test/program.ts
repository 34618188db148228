import { basename, resolve } from 'node:path';
import { DeployError } from '../errors.ts';
import type { Kubectl } from '../kube/kubectl.ts';
import type { Command, Ports } from '../ports.ts';
import type { SmokeTest } from '../values/smoke-test.ts';
import { quote, type Attempt, type Trial } from './attempt.ts';

export type ProgramContext = {
  readonly kubectl: Kubectl;
  readonly namespace: string;
  readonly workspace: string;
  readonly ports: Pick<Ports, 'exec' | 'notify'>;
};

/** Lines of an attempt that are kept until it is known whether it was the last. */
const MOST_KEPT_LINES = 1000;

/**
 * A program of the workspace or of PATH, with KUBECONFIG, KUBE_CONTEXT and NAMESPACE in its environment. What the first attempt writes is
 * told as it comes; of the others, which mostly repeat it, only the last one, once it is over.
 */
export function createProgramTrial(test: Extract<SmokeTest, { kind: 'command' }>, context: ProgramContext): Trial {
  const { exec, notify } = context.ports;
  const tell = (text: string): void => notify({ kind: 'output', text: `[${basename(test.words[0] ?? '')}] ${text}` });
  let attempts = 0;
  let kept: string[] = [];
  return {
    attempt: async (secondsLeft) => {
      attempts += 1;
      kept = [];
      let lastLine = '';
      const take = (text: string): void => {
        lastLine = text.trim() === '' ? lastLine : text;
        if (attempts === 1) {
          tell(text);
          return;
        }
        kept.push(text);
        if (kept.length > MOST_KEPT_LINES) {
          kept.shift();
        }
      };
      return judged(
        async () => exec.run(commandOf(test.words, secondsLeft, context), ({ text }) => take(text)),
        () => lastLine,
      );
    },
    finish: () => {
      kept.forEach(tell);
      kept = [];
    },
  };
}

async function judged(run: () => ReturnType<Ports['exec']['run']>, lastLine: () => string): Promise<Attempt> {
  try {
    const { exitCode, timedOut } = await run();
    if (exitCode === 0 && !timedOut) {
      return { result: 'passed', text: 'exit code 0' };
    }
    const words = lastLine() === '' ? '' : `: ${quote(lastLine())}`;
    return {
      result: 'failed',
      text: `${timedOut ? 'not done when the time was over' : `exit code ${exitCode}`}${words}`,
    };
  } catch (error) {
    if (error instanceof DeployError && error.code === 'tool-unavailable') {
      return { result: 'hopeless', text: error.message };
    }
    throw error;
  }
}

/** With a slash in its name a program is looked for in the workspace, as a shell would there. */
function commandOf(words: readonly string[], timeoutSeconds: number, context: ProgramContext): Command {
  const { kubectl, namespace, workspace } = context;
  const [program = '', ...args] = words;
  return {
    tool: program.includes('/') ? resolve(workspace, program) : program,
    args,
    env: { KUBECONFIG: kubectl.kubeconfigPath, KUBE_CONTEXT: kubectl.context, NAMESPACE: namespace },
    cwd: workspace,
    timeoutSeconds,
  };
}
