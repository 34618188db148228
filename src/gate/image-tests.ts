import { failureOf, messageOf, type DeployError, type Problem } from '../errors.ts';
import { inParallel } from '../kube/parallel.ts';
import type { GatePlan } from '../plan/build-slices.ts';
import type { CommandResult, Ports } from '../ports.ts';
import { formatImageReference, repositoryOf, type ImageReference } from '../values/image.ts';
import { lineOfTest } from './test-place.ts';
import { findTestFiles, type TestFile } from './test-files.ts';
import { readTestSummary, type TestFailure } from './test-result.ts';

/** container-structure-test, and what its commands get in their environment: where credentials are kept. */
export type ImageTester = { readonly path: string; readonly env: Readonly<Record<string, string>> };

export type ImageTestOutcome = {
  readonly image: ImageReference;
  /** Relative to the workspace. */
  readonly file: string;
  readonly passed: number;
  /** Each with its place in the file, where it is found. */
  readonly problems: readonly Problem[];
};

type TestPorts = Pick<Ports, 'exec' | 'files' | 'toolCache' | 'notify' | 'assertNotCancelled'>;

const PULL_TIMEOUT_SECONDS = 900;
const TEST_TIMEOUT_SECONDS = 900;
const MOST_AT_ONCE = 2;
const LONGEST_QUOTE = 300;

/**
 * Runs the tests of all files on the digests of their images. The images are pulled by docker first, for the tester's own pull knows no
 * credentials; a runner without docker tests the files and the configuration of an image, and cannot run commands in it. Throws
 * `input-invalid` for files that are not found.
 */
export async function testImages(
  images: readonly ImageReference[],
  plan: GatePlan,
  tester: ImageTester,
  ports: TestPorts,
): Promise<readonly ImageTestOutcome[]> {
  const tests = await findTestFiles(images, plan, ports.files);
  const docker = tests.length === 0 ? undefined : await ports.toolCache.onPath('docker');
  const tested = images.filter((image) => tests.some((test) => test.image === image));
  const broken = new Map<ImageReference, string>();
  for (const image of docker === undefined ? [] : tested) {
    const words = await pull(image, docker ?? '', tester, ports);
    if (words !== undefined) {
      broken.set(image, words);
    }
  }
  return inParallel(tests, MOST_AT_ONCE, async (test) => {
    const words = broken.get(test.image);
    if (words !== undefined) {
      return { image: test.image, file: test.file, passed: 0, problems: [{ message: words, hint: PULL_HINT }] };
    }
    return runFile(test, docker === undefined ? 'tar' : 'docker', plan, tester, ports);
  });
}

const PULL_HINT =
  'The docker engine of the runner has to reach the registry; see the inputs registry-auth and registry-ca.';

/** The failure `image-test-failed` with a problem for each test that failed; undefined when all have passed. */
export function imageTestFailure(outcomes: readonly ImageTestOutcome[]): DeployError | undefined {
  const all = outcomes.flatMap(({ problems }) => problems);
  const problems = [...new Map(all.map((problem) => [JSON.stringify(problem), problem])).values()];
  return problems.length === 0
    ? undefined
    : failureOf('image-test-failed', problems, `${problems.length} image tests failed; nothing was deployed`);
}

/** Why an image could not be pulled; undefined when it was. */
async function pull(
  image: ImageReference,
  docker: string,
  { env }: ImageTester,
  ports: TestPorts,
): Promise<string | undefined> {
  const reference = byDigest(image);
  const command = { tool: docker, args: ['pull', '--quiet', reference], env, timeoutSeconds: PULL_TIMEOUT_SECONDS };
  ports.notify({ kind: 'running', command });
  const result = await ports.exec.run(command);
  return result.exitCode === 0 ? undefined : `${reference} cannot be pulled for its tests: ${lastWords(result)}`;
}

async function runFile(
  { image, path, file }: TestFile,
  driver: 'docker' | 'tar',
  { workspace }: GatePlan,
  tester: ImageTester,
  ports: TestPorts,
): Promise<ImageTestOutcome> {
  const options = ['--image', byDigest(image), '--config', path, '--driver', driver, '--output', 'json'];
  const command = {
    tool: tester.path,
    args: ['test', ...options],
    env: tester.env,
    cwd: workspace,
    timeoutSeconds: TEST_TIMEOUT_SECONDS,
  };
  ports.assertNotCancelled();
  ports.notify({ kind: 'running', command });
  const result = await ports.exec.run(command);
  try {
    const { passed, failures } = readTestSummary(result.stdout, result.exitCode);
    const text = await ports.files.readText(path);
    ports.notify({
      kind: 'note',
      text: `${file} on ${repositoryOf(image)}: ${passed} passed, ${failures.length} failed`,
    });
    return { image, file, passed, problems: failures.map((failure) => problemOf(failure, image, file, text)) };
  } catch (error) {
    const said = lastWords(result);
    const message = `container-structure-test on ${repositoryOf(image)}: ${messageOf(error)} (${said})`;
    return { image, file, passed: 0, problems: [{ message, file }] };
  }
}

function problemOf({ name, errors }: TestFailure, image: ImageReference, file: string, text: string): Problem {
  const what = errors.join('; ') || 'it failed and did not say why';
  const line = lineOfTest(name, errors, text);
  const message = `${name === '' ? '' : `${name}: `}${shortened(what)} (${repositoryOf(image)})`;
  return { message, file, ...(line === undefined ? {} : { line }) };
}

function byDigest(image: ImageReference): string {
  return formatImageReference(image.digest === undefined ? image : { ...image, tag: undefined });
}

function lastWords({ stdout, stderr, exitCode, timedOut }: CommandResult): string {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  const ending = timedOut ? 'stopped, for it took too long' : `exit code ${exitCode}`;
  return lines.length === 0 ? ending : `${ending}: ${shortened(lines.at(-1)?.trim() ?? '')}`;
}

/** Errors have what a command printed in them, with all its lines. */
function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE - 1)}…` : line;
}
