import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planChange, type PlannedChange } from '../../../src/apply/change.ts';
import { planBatches } from '../../../src/apply/order.ts';
import { manifestOf, targetOf } from '../../support/manifests.ts';

async function change(kind: string, name: string, wave?: string): Promise<PlannedChange> {
  const annotations = wave === undefined ? '' : `, annotations: { k8s-deploy/wave: "${wave}" }`;
  const yaml = `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}${annotations} }\n`;
  return planChange(targetOf(await manifestOf(yaml)), undefined, undefined);
}
const described = (changes: readonly PlannedChange[]) =>
  planBatches(changes).map(({ wave, part, changes: group }) => [
    wave,
    part,
    group.map(({ target }) => `${target.object.kind}/${target.object.metadata.name}`).join(' '),
  ]);

test('configuration comes before Services, workloads and what is unknown', async () => {
  const kinds = ['Thing', 'Deployment', 'Service', 'Secret', 'Role', 'CustomResourceDefinition', 'Namespace'];
  assert.deepEqual(described(await Promise.all(kinds.map(async (kind) => change(kind, 'a')))), [
    [0, 'configuration', 'Namespace/a CustomResourceDefinition/a Role/a Secret/a'],
    [0, 'rest', 'Service/a Deployment/a Thing/a'],
  ]);
});

test('waves are numbers, negative ones first, and each has its parts', async () => {
  const changes = await Promise.all([
    change('Deployment', 'late', '10'),
    change('ConfigMap', 'late', '10'),
    change('Deployment', 'second', '2'),
    change('Deployment', 'plain'),
    change('Secret', 'plain'),
    change('Database', 'first', '-1'),
  ]);
  assert.deepEqual(described(changes), [
    [-1, 'rest', 'Database/first'],
    [0, 'configuration', 'Secret/plain'],
    [0, 'rest', 'Deployment/plain'],
    [2, 'rest', 'Deployment/second'],
    [10, 'configuration', 'ConfigMap/late'],
    [10, 'rest', 'Deployment/late'],
  ]);
});

test('nothing to apply is no batch', () => {
  assert.deepEqual(planBatches([]), []);
});
