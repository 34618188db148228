import { needsOf } from '../check/access.ts';
import { findMissingAccess } from '../check/missing-access.ts';
import { inventoryObjectName } from '../apply/inventory.ts';
import type { Cluster } from '../connect.ts';
import type { Finding } from '../errors.ts';
import type { Target } from '../kube/target.ts';
import type { Run } from './run.ts';

/** Rights that are missing; the log then has the Role with everything that this deploy uses. */
export async function checkAccess(
  targets: readonly Target[],
  preDeploy: readonly Target[],
  cluster: Cluster,
  { plan, ports }: Run,
): Promise<readonly Finding[]> {
  const { apply, check, rollback, smokeTest } = plan;
  const needs = needsOf(targets, {
    namespace: cluster.namespace,
    createNamespace: check.createNamespace,
    setImage: apply.setImage.map(({ workload }) => workload),
    restart: apply.restart,
    preDeploy,
    prune: apply.inventory === undefined ? undefined : { configMap: inventoryObjectName(apply.inventory), doomed: [] },
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
    role.split('\n').forEach((text) => ports.notify({ kind: 'output', text }));
  }
  return findings;
}
