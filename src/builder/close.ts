import { join } from 'node:path';
import { DeployError, messageOf } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { lastError } from '../registry/last-error.ts';
import { remainsOf } from './names.ts';
import { readRecord, removeRecord, type BuilderRecord } from './record.ts';

export type ClosePorts = Pick<Ports, 'exec' | 'files' | 'notify'>;

/** The engine gives BuildKit 10 s to end; buildx gives up on an engine after 20 s. */
const REMOVE_TIMEOUT_SECONDS = 60;

/** `left`: the user was told what is left and how it is removed. `untried`: the run was cancelled before. */
export type Closing = 'done' | 'left' | 'untried';

/**
 * Removes the builder that was made for the plan of this folder, with its container and its volume, or its Deployment; one that is kept stays.
 * Never throws: what could not be removed is told in one warning, and the next call tries again. Under ports that are cancelled already nothing
 * happens and nothing is told: whoever cleans up after a cancelled run brings fresh ones.
 */
export async function closeBuilder(folder: string, ports: ClosePorts): Promise<Closing> {
  try {
    const record = await readRecord(folder, ports.files);
    return record === undefined ? 'done' : await close(record, folder, ports);
  } catch (error) {
    ports.notify({ kind: 'warning', text: `The builder of ${folder} was not removed: ${messageOf(error)}` });
    return 'left';
  }
}

async function close(record: BuilderRecord, folder: string, ports: ClosePorts): Promise<Closing> {
  const trouble = record.isKept
    ? undefined
    : await removing(record, folder, ports).catch((error: unknown) =>
        error instanceof DeployError && error.code === 'cancelled' ? 'cancelled' : { words: messageOf(error) },
      );
  if (trouble === undefined) {
    // Nobody has anything to do for one that is kept either.
    await removeRecord(folder, ports.files);
    return 'done';
  }
  if (trouble === 'cancelled') {
    return 'untried';
  }
  const { what, command } = remainsOf(record.name, record.driver);
  const text = `The builder ${record.name} was not removed: ${trouble.words}. Left are ${what}; this removes them: ${command}`;
  ports.notify({ kind: 'warning', text });
  return 'left';
}

/** Undefined when nothing is left. */
async function removing(
  { buildx, name }: BuilderRecord,
  folder: string,
  { exec, files }: ClosePorts,
): Promise<{ readonly words: string } | undefined> {
  const instance = join(folder, 'instances', name);
  const known = (await files.kindOf(instance)) === 'file' ? await files.readText(instance) : undefined;
  const { exitCode, stderr, timedOut } = await exec.run({
    tool: buildx.path,
    args: ['rm', '--force', name],
    env: buildx.env,
    timeoutSeconds: REMOVE_TIMEOUT_SECONDS,
    isLetEnd: true,
  });
  if (exitCode === 0 || known === undefined) {
    // A builder that buildx never came to know has no container either.
    return undefined;
  }
  // buildx forgets a builder even when it could not remove it: a later try would find nothing to remove.
  await files.writePrivate(instance, known);
  return { words: timedOut ? `no answer within ${REMOVE_TIMEOUT_SECONDS} s` : wordsOf(stderr, name) };
}

/** "failed to remove NAME: why", then the same for its other parts, then that it failed. */
function wordsOf(stderr: string, name: string): string {
  const prefix = `failed to remove ${name}: `;
  const line = stderr.split(/\r?\n/).find((text) => text.startsWith(prefix));
  return line?.slice(prefix.length) ?? lastError(stderr);
}
