import { relative, resolve } from 'node:path';
import { DeployError, messageOf, type Problem } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { parseReport, type CollectedDeploy } from './parse-report.ts';

/** Which reports are read, and of whom. */
export type CollectPlan = {
  readonly workspace: string;
  /** The folder of the reports, relative to the workspace or absolute. */
  readonly results: string;
  /** Names of the environments that must have one, in the order in which they are told; undefined: whoever has one. */
  readonly environments: readonly string[] | undefined;
};

/** An environment, and what became of its deploy; `deploy` is undefined when it did not report. */
export type CollectedEntry = { readonly environment: string; readonly deploy: CollectedDeploy | undefined };

export type Collected = {
  readonly entries: readonly CollectedEntry[];
  /** Files that are no report, each with its name. */
  readonly problems: readonly Problem[];
  /** False: whether an environment is missing cannot be known. */
  readonly isExpected: boolean;
};

/**
 * Reads all reports (`*.json`) below the folder: of each app in each environment that of the last attempt. Throws a DeployError
 * `results-missing` when there is no file, or when nothing that can be read is there and nobody says who had to report.
 */
export async function readResults(plan: CollectPlan, { files }: Pick<Ports, 'files'>): Promise<Collected> {
  const paths = await files.glob('**/*.json', resolve(plan.workspace, plan.results));
  const deploys: CollectedDeploy[] = [];
  const problems: Problem[] = [];
  for (const path of paths) {
    try {
      deploys.push(parseReport(await files.readText(path)));
    } catch (error) {
      problems.push({ message: messageOf(error), file: relative(plan.workspace, path), reason: 'results-missing' });
    }
  }
  if (paths.length === 0 || (deploys.length === 0 && plan.environments === undefined)) {
    throw new DeployError('results-missing', `There is no report of a deploy in ${plan.results}`, {
      hint: 'Every deploy has the path of its report in the output report: upload that file as an artifact, also when the deploy failed, and download all of them into one folder.',
      problems,
    });
  }
  return { entries: entriesOf(lastAttempts(deploys), plan), problems, isExpected: plan.environments !== undefined };
}

/** After a re-run of what failed, the reports of before are still there. Of two with one number the one that is not green counts. */
function lastAttempts(deploys: readonly CollectedDeploy[]): readonly CollectedDeploy[] {
  const last = new Map<string, CollectedDeploy>();
  for (const deploy of deploys) {
    const key = `${deploy.environment.toLowerCase()}\n${deploy.app}`;
    const other = last.get(key);
    const isLater = other === undefined || deploy.attempt > other.attempt;
    const isWorse = deploy.attempt === other?.attempt && other.result === 'succeeded';
    last.set(key, isLater || isWorse ? deploy : other);
  }
  return [...last.values()];
}

/** In the given order, then by name. GitHub tells environments apart without upper and lower case. */
function entriesOf(deploys: readonly CollectedDeploy[], plan: CollectPlan): readonly CollectedEntry[] {
  const sorted = deploys.toSorted(
    (one, other) => compare(one.environment, other.environment) || compare(one.app, other.app),
  );
  const expected = plan.environments ?? [];
  const told = expected.flatMap((environment): readonly CollectedEntry[] => {
    const own = sorted.filter((deploy) => isOf(deploy, environment)).map((deploy) => ({ environment, deploy }));
    return own.length === 0 ? [{ environment, deploy: undefined }] : own;
  });
  const others = sorted.filter((deploy) => !expected.some((name) => isOf(deploy, name)));
  return [...told, ...others.map((deploy) => ({ environment: deploy.environment, deploy }))];
}

function isOf({ environment }: CollectedDeploy, name: string): boolean {
  return environment.toLowerCase() === name.toLowerCase();
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
