import { join } from 'node:path';
import { failureOf, messageOf, type DeployError, type Problem } from '../errors.ts';
import type { GatePlan } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';
import { bashArgs } from '../values/bash.ts';
import { formatImageReference, repositoryOf, type ImageReference } from '../values/image.ts';
import { worstFindings } from './findings.ts';
import { countLevels, readSarif, type SarifResult } from './sarif.ts';

export type ScanOutcome = {
  readonly image: ImageReference;
  readonly result: 'passed' | 'failed';
  /** "exit code 1: the last line", "not done after 30 minutes". */
  readonly ending: string;
  /** "2 errors, 1 warning"; undefined when the command wrote no SARIF. */
  readonly counts: string | undefined;
  /** The worst that the command found, ten at most: to be shown whether it passed or failed. */
  readonly findings: readonly Problem[];
};

type ScanPorts = Pick<Ports, 'exec' | 'files' | 'notify' | 'assertNotCancelled'>;

const TIMEOUT_SECONDS = 1800;
const LONGEST_QUOTE = 200;

/**
 * Runs the user's scanner on each image, by bash in the workspace, with IMAGE (`repository:tag@sha256:…`), REPOSITORY, DIGEST and SARIF_FILE (a file
 * for its findings) in the environment, and `env`, where credentials are found. A SARIF file that cannot be read is a warning: only the exit
 * code says whether an image passes. Without a command there is no outcome.
 */
export async function scanImages(
  images: readonly ImageReference[],
  plan: GatePlan,
  env: Readonly<Record<string, string>>,
  ports: ScanPorts,
): Promise<readonly ScanOutcome[]> {
  const { scanCommand } = plan;
  if (scanCommand === undefined) {
    return [];
  }
  const outcomes: ScanOutcome[] = [];
  for (const [index, image] of images.entries()) {
    const sarifFile = join(plan.folder, `scan-${index}.sarif`);
    // The folder has to be there, and nothing of another scan.
    await ports.files.writePrivate(sarifFile, '');
    const ending = await scan(image, scanCommand, { ...env, SARIF_FILE: sarifFile }, plan, ports);
    const results = await resultsIn(sarifFile, image, ports);
    outcomes.push({
      image,
      ...ending,
      counts: results === undefined ? undefined : countLevels(results),
      findings: await worstFindings(results ?? [], plan.workspace, ports.files),
    });
  }
  return outcomes;
}

/** The failure `scan-failed`, with a problem for each image that did not pass and what was found in it; undefined when all have passed. */
export function scanFailure(outcomes: readonly ScanOutcome[]): DeployError | undefined {
  const failed = outcomes.filter(({ result }) => result === 'failed');
  if (failed.length === 0) {
    return undefined;
  }
  const problems = failed.flatMap(({ image, ending, counts, findings }): readonly Problem[] => {
    const found = counts === undefined ? '' : ` It found ${counts}.`;
    const message = `The scan command refuses ${formatImageReference(image)}: ${ending}.${found}`;
    return [{ message, hint: 'Nothing was deployed. What the command printed is in the log above.' }, ...findings];
  });
  const summary = `The scan command refuses ${failed.length} of ${outcomes.length} images`;
  return failureOf('scan-failed', problems, failed.length === 1 ? (problems[0]?.message ?? summary) : summary);
}

async function scan(
  image: ImageReference,
  text: string,
  env: Readonly<Record<string, string>>,
  { workspace }: GatePlan,
  ports: ScanPorts,
): Promise<Pick<ScanOutcome, 'result' | 'ending'>> {
  const reference = formatImageReference(image);
  const command = {
    tool: 'bash',
    args: bashArgs(text),
    env: { ...env, IMAGE: reference, REPOSITORY: repositoryOf(image), DIGEST: image.digest ?? '' },
    cwd: workspace,
    timeoutSeconds: TIMEOUT_SECONDS,
  };
  let lastLine = '';
  ports.assertNotCancelled();
  ports.notify({ kind: 'running', command });
  const { exitCode, timedOut } = await ports.exec.run(command, (line) => {
    lastLine = line.text.trim() === '' ? lastLine : line.text.trim();
    ports.notify({ kind: 'output', text: line.text });
  });
  if (exitCode === 0 && !timedOut) {
    return { result: 'passed', ending: 'exit code 0' };
  }
  const ending = timedOut ? `not done after ${TIMEOUT_SECONDS / 60} minutes` : `exit code ${exitCode}`;
  return { result: 'failed', ending: lastLine === '' ? ending : `${ending} (${lastLine.slice(0, LONGEST_QUOTE)})` };
}

async function resultsIn(
  file: string,
  image: ImageReference,
  ports: ScanPorts,
): Promise<readonly SarifResult[] | undefined> {
  // The command may have removed it.
  const text = await ports.files.readText(file).catch(() => '');
  if (text.trim() === '') {
    return undefined;
  }
  try {
    return readSarif(text);
  } catch (error) {
    const words = `What the scan command wrote into SARIF_FILE of ${repositoryOf(image)} cannot be read: ${messageOf(error)}`;
    ports.notify({ kind: 'warning', text: words });
    return undefined;
  }
}
