import { inventoryObjectName } from '../apply/inventory.ts';
import type { Doomed } from '../check/access-wishes.ts';
import { needsOf } from '../check/access.ts';
import { findMissingAccess } from '../check/missing-access.ts';
import type { Cluster } from '../connect.ts';
import { DeployError, failureOfFindings, type Finding } from '../errors.ts';
import { groupOf } from '../kube/object.ts';
import type { Target } from '../kube/target.ts';
import type { Cleanup } from './prune.ts';
import type { Run } from './run.ts';

/** Completes "3 problems …". */
export const NOTHING_CHANGED = 'before anything was changed';

/** What a deploy applies, and what it deletes as far as that could be found out. */
export type Used = {
  readonly targets: readonly Target[];
  readonly preDeploy: readonly Target[];
  readonly cleanup: Promise<Cleanup>;
};

/** Rights that are missing; the log then has the Role with everything that this deploy uses. */
export async function checkAccess(
  { targets, preDeploy, cleanup }: Used,
  cluster: Cluster,
  { plan, ports }: Run,
): Promise<readonly Finding[]> {
  const { apply, check, rollback, smokeTest } = plan;
  const doomed = await doomedBy(cleanup);
  const needs = needsOf(targets, {
    namespace: cluster.namespace,
    createNamespace: check.createNamespace,
    setImage: apply.setImage.map(({ workload }) => workload),
    restart: apply.restart,
    preDeploy,
    prune: apply.inventory === undefined ? undefined : { configMap: inventoryObjectName(apply.inventory), doomed },
    jobPolicy: apply.jobPolicy,
    smokeTests: smokeTest.tests,
    onFailure: rollback.onFailure,
    onCancel: rollback.onCancel,
    references: check.references,
  });
  const { findings, notes, role } = await findMissingAccess(needs, cluster.api);
  notes.forEach((text) => ports.notify({ kind: 'note', text }));
  if (role !== undefined && findings.length > 0) {
    ports.notify({ kind: 'note', text: 'The Role that this deploy needs:' });
    role
      .trimEnd()
      .split('\n')
      .forEach((text) => ports.notify({ kind: 'output', text }));
  }
  return findings;
}

/**
 * What was planned and the rights that are missing. Who may not even read what a plan is made of gets to know all that is missing, and not
 * only the first thing: throws that, or what `planned` throws where the rights were not found out.
 */
export async function withAccess<T>(
  planned: Promise<T>,
  access: Promise<readonly Finding[]>,
): Promise<readonly [T, readonly Finding[]]> {
  const [settled, asked] = await Promise.allSettled([planned, access]);
  const isDenied = settled.status === 'rejected' && isAccessDenied(settled.reason);
  const findings = isDenied && asked.status === 'fulfilled' ? asked.value : [];
  const missing = failureOfFindings(findings, NOTHING_CHANGED);
  if (missing !== undefined) {
    throw missing;
  }
  return Promise.all([planned, access]);
}

function isAccessDenied(error: unknown): boolean {
  return error instanceof DeployError && error.code === 'access-denied';
}

async function doomedBy(cleanup: Promise<Cleanup>): Promise<readonly Doomed[]> {
  const pruned = await cleanup.then(
    (known) => known.cleanup?.pruned ?? [],
    () => [],
  );
  return pruned.map(({ resource, namespace, name }) => ({
    group: groupOf(resource.apiVersion),
    resource: resource.name,
    namespace,
    name,
  }));
}
