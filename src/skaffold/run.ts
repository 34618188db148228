import { join, relative } from 'node:path';
import { DeployError, messageOf, type FailureCode } from '../errors.ts';
import type { SkaffoldPlan } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';
import { buildArgs, foreseeArgs, renderArgs, testArgs } from './args.ts';
import { formatBuildOutput, parseBuildOutput, type SkaffoldArtifact } from './build-output.ts';

/** Where skaffold is, and what its commands get in their environment. */
export type Skaffold = { readonly path: string; readonly env: Readonly<Record<string, string>> };

type SkaffoldPorts = Pick<Ports, 'exec' | 'files' | 'notify' | 'assertNotCancelled'>;

const TIMEOUT_SECONDS = 3600;

/** Builds, tags and pushes as the file says, with whatever builder and tagger it names. Throws `build-failed`. */
export async function buildWithSkaffold(
  plan: SkaffoldPlan,
  skaffold: Skaffold,
  ports: SkaffoldPorts,
): Promise<readonly SkaffoldArtifact[]> {
  return built(buildArgs, plan, skaffold, ports);
}

/** What it would build, with the tags that it would give. Throws `build-failed`. */
export async function foreseeWithSkaffold(
  plan: SkaffoldPlan,
  skaffold: Skaffold,
  ports: SkaffoldPorts,
): Promise<readonly SkaffoldArtifact[]> {
  return built(foreseeArgs, plan, skaffold, ports);
}

async function built(
  argsOf: typeof buildArgs,
  plan: SkaffoldPlan,
  skaffold: Skaffold,
  ports: SkaffoldPorts,
): Promise<readonly SkaffoldArtifact[]> {
  const output = join(plan.folder, 'skaffold-build.json');
  await ports.files.remove(output);
  // skaffold writes its file, but makes no folder for it.
  await ports.files.writePrivate(output, '');
  await run('build-failed', argsOf(plan, output), plan, skaffold, ports);
  try {
    return parseBuildOutput(await ports.files.readText(output));
  } catch (error) {
    throw new DeployError('build-failed', `What skaffold built cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Runs the tests of the file on what was built. Throws `image-test-failed`. */
export async function testWithSkaffold(
  plan: SkaffoldPlan,
  artifacts: readonly SkaffoldArtifact[],
  skaffold: Skaffold,
  ports: SkaffoldPorts,
): Promise<void> {
  const file = await writeArtifacts(plan, artifacts, ports);
  await run('image-test-failed', testArgs(plan, file), plan, skaffold, ports);
}

/** Writes the manifests as the file renders them, with the images of the artifacts, and returns the path. Throws `render-failed`. */
export async function renderWithSkaffold(
  plan: SkaffoldPlan,
  artifacts: readonly SkaffoldArtifact[],
  skaffold: Skaffold,
  ports: SkaffoldPorts,
): Promise<string> {
  const file = await writeArtifacts(plan, artifacts, ports);
  const to = join(plan.folder, 'skaffold-manifests.yaml');
  await ports.files.writePrivate(to, '');
  await run('render-failed', renderArgs(plan, file, to), plan, skaffold, ports);
  if ((await ports.files.readText(to)).trim() === '') {
    throw new DeployError('render-failed', `${shown(plan)} renders no manifests`, {
      hint: 'Give it a section "manifests", or name the manifests in the input manifests.',
    });
  }
  return to;
}

async function writeArtifacts(
  plan: SkaffoldPlan,
  artifacts: readonly SkaffoldArtifact[],
  { files }: SkaffoldPorts,
): Promise<string> {
  const file = join(plan.folder, 'skaffold-artifacts.json');
  await files.writePrivate(file, formatBuildOutput(artifacts));
  return file;
}

async function run(
  code: FailureCode,
  args: readonly string[],
  plan: SkaffoldPlan,
  skaffold: Skaffold,
  ports: SkaffoldPorts,
): Promise<void> {
  const command = {
    tool: skaffold.path,
    args,
    env: skaffold.env,
    cwd: plan.workspace,
    timeoutSeconds: TIMEOUT_SECONDS,
  };
  ports.assertNotCancelled();
  ports.notify({ kind: 'running', command });
  const result = await ports.exec.run(command, ({ text }) => ports.notify({ kind: 'output', text }));
  if (result.exitCode !== 0) {
    const words = lastWords(result.stderr) || lastWords(result.stdout) || `exit code ${result.exitCode}`;
    throw new DeployError(code, `skaffold ${args[0] ?? ''} of ${shown(plan)} failed: ${words}`, {
      hint: 'All that it said is in the log above.',
    });
  }
}

function shown({ file, workspace }: SkaffoldPlan): string {
  return relative(workspace, file) || file;
}

/** skaffold's own log lines ("time=… level=error") tell less than what it prints at the end. */
function lastWords(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.findLast((line) => line !== '' && !line.startsWith('time=')) ?? '';
}
