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
    `--push=${plan.isPushed}`,
    `--file-output=${outputFile}`,
  ];
}

/** Nothing is built: the tags are computed, and written like those of a build. */
export function foreseeArgs(plan: SkaffoldPlan, outputFile: string): readonly string[] {
  return [...buildArgs(plan, outputFile), '--dry-run=true'];
}

export function testArgs(plan: SkaffoldPlan, artifactsFile: string): readonly string[] {
  return ['test', ...common(plan), `--build-artifacts=${artifactsFile}`];
}

/** With the artifacts given nothing is built. */
export function renderArgs(plan: SkaffoldPlan, artifactsFile: string, to: string): readonly string[] {
  const given = [`--build-artifacts=${artifactsFile}`, '--offline=true', `--output=${to}`];
  return ['render', ...common(plan), ...repository(plan), ...given];
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
