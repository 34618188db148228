import { checkChanges } from '../apply/check.ts';
import { findNamespaceProblems } from '../check/namespaces.ts';
import type { Cluster } from '../connect.ts';
import { failureOfFindings, type FailureCode, type Finding } from '../errors.ts';
import { objectFacts, workloadFacts } from '../report/planned-facts.ts';
import { plannedRows } from '../report/planned-rows.ts';
import type { ImageReference } from '../values/image.ts';
import { checkAccess, NOTHING_CHANGED, withAccess } from './check-access.ts';
import { checkWhatPodsNeed } from './check-needs.ts';
import { planCleanup, type PlannedDeploy } from './prune.ts';
import type { Drafts } from './render.ts';
import type { Run } from './run.ts';
import { targetsOf } from './targets.ts';

/**
 * What the cluster says to the manifests, with the images as far as they are known before the build, and everything else that can be found
 * wrong before the first change. All of it is thrown as one failure.
 */
export async function check(
  drafts: Drafts,
  images: readonly ImageReference[],
  cluster: Cluster,
  run: Run,
): Promise<PlannedDeploy> {
  return run.journal.phase('Check', async () => planChanges(drafts, images, cluster, run, 'everything'));
}

/** The plan with the digests in it: what was checked before, unless the build brought new images. */
export async function pin(
  checked: PlannedDeploy,
  drafts: Drafts,
  images: readonly ImageReference[] | undefined,
  cluster: Cluster,
  run: Run,
): Promise<PlannedDeploy> {
  return images === undefined
    ? checked
    : run.journal.phase('Pin', async () => planChanges(drafts, images, cluster, run, 'changes'));
}

async function planChanges(
  drafts: Drafts,
  images: readonly ImageReference[],
  cluster: Cluster,
  run: Run,
  extent: 'everything' | 'changes',
): Promise<PlannedDeploy> {
  const { plan, journal, ports } = run;
  const found = await targetsOf(drafts, images, cluster, run);
  const { targets, preDeploy } = found;
  const all = [...targets, ...preDeploy];
  const isEverything = extent === 'everything';
  const scope = {
    plan: plan.apply,
    namespace: cluster.namespace,
    images,
    preDeploy,
  };
  const cleanup = planCleanup(all, cluster, run);
  const [[dryRun, namespaces, pruning], access] = await withAccess(
    Promise.all([checkChanges(targets, scope, cluster.api), found.namespaces, cleanup]),
    isEverything ? checkAccess({ targets, preDeploy, cleanup }, cluster, run) : Promise.resolve([]),
  );
  const planned = { ...dryRun.planned, cleanup: pruning.cleanup };
  journal.add({ objects: objectFacts(planned), workloads: workloadFacts(plannedRows(planned), []) });
  const needs = isEverything ? await checkWhatPodsNeed(planned, all, namespaces, cluster, run) : [];
  const findings = [
    ...drafts.findings,
    ...found.findings,
    ...findNamespaceProblems(all, plan.check, namespaces),
    ...access,
    ...dryRun.findings,
    ...pruning.findings,
    ...needs,
  ];
  const failure = failureOfFindings(said(findings, dryRun.findings), NOTHING_CHANGED);
  if (failure !== undefined) {
    throw failure;
  }
  if (isEverything) {
    planned.notes.forEach((text) => ports.notify({ kind: 'note', text }));
  }
  return planned;
}

/** What a better check has said of an object already is not said again by its dry run. */
const SAID_BETTER: readonly FailureCode[] = ['access-denied', 'namespace-missing', 'namespace-terminating'];

/** Several checks come upon the same thing: each is said once, by the first that finds it. */
function said(findings: readonly Finding[], dryRun: readonly Finding[]): readonly Finding[] {
  const codes = new Set(findings.filter((finding) => !dryRun.includes(finding)).map(({ code }) => code));
  return findings.filter(
    (finding) => !(dryRun.includes(finding) && SAID_BETTER.includes(finding.code) && codes.has(finding.code)),
  );
}
