import type { SkaffoldPlan } from '../plan/build-slices.ts';

/**
 * Arguments of skaffold (cmd/skaffold/app/cmd/flags.go). It asks nobody anything, looks for no newer version of itself, and pushes whatever
 * kind of cluster it believes to see.
 */
export function buildArgs(plan: SkaffoldPlan, outputFile: string): readonly string[] {
  return [
    'build',
    ...common(plan),
    ...repository(plan),
    ...plan.platforms.map((platform) => `--platform=${platform}`),
    '--push=true',
    `--file-output=${outputFile}`,
  ];
}

export function testArgs(plan: SkaffoldPlan, artifactsFile: string): readonly string[] {
  return ['test', ...common(plan), `--build-artifacts=${artifactsFile}`];
}

/** Without artifacts nothing is built, and the images stay as the manifests have them. */
export function renderArgs(plan: SkaffoldPlan, artifactsFile: string | undefined, to: string): readonly string[] {
  const source = artifactsFile === undefined ? '--digest-source=none' : `--build-artifacts=${artifactsFile}`;
  return ['render', ...common(plan), ...repository(plan), source, '--offline=true', `--output=${to}`];
}

function common({ file, profiles }: SkaffoldPlan): readonly string[] {
  return [
    `--filename=${file}`,
    ...profiles.map((profile) => `--profile=${profile}`),
    '--interactive=false',
    '--update-check=false',
    '--color=0',
  ];
}

function repository(plan: SkaffoldPlan): readonly string[] {
  return plan.repository === undefined ? [] : [`--default-repo=${plan.repository}`];
}
