import { harmless } from '../report/harmless.ts';

/**
 * What nobody caught is a defect of ours, told like any other failure: Node's own way would print the one long line of the bundle.
 * Imported first, so that it also hears a module that fails while it loads.
 */
type Tell = (error: unknown) => Promise<void>;

let tell: Tell = tellPlainly;

/** From now on uncaught errors are told this way. */
export function tellUncaughtBy(better: Tell): void {
  tell = better;
}

async function tellPlainly(error: unknown): Promise<void> {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const frames = stack.split('\n').filter((line) => line.trimStart().startsWith('at '));
  const told = `This is a defect of k8s-deploy: ${harmless(message)}`;
  console.log(`::error title=k8s-deploy%3A internal::${told.replaceAll('%', '%25')}`);
  console.log(frames.map((frame) => harmless(frame.slice(0, 300))).join('\n'));
}

async function tellAndEnd(error: unknown): Promise<void> {
  process.exitCode = 1;
  try {
    await tell(error);
  } catch {
    // The better way may be what is broken: without a file for outputs, for example.
    await tellPlainly(error);
  }
  process.exit(1);
}

process.once('uncaughtException', (error) => void tellAndEnd(error));
process.once('unhandledRejection', (error) => void tellAndEnd(error));
