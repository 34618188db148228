import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clusterOf } from '../support/cluster.ts';
import { borrowLab } from '../support/e2e-lab.ts';
import { APPLY_CONTENDERS, applyMeasured, type ApplyContender } from './apply-contenders.ts';
import { writeSet } from './apply-set.ts';
import { applyTable, type ApplySample } from './apply-table.ts';
import { today, writeSection } from './document.ts';

/**
 * `npm run bench:apply [-- --objects=500 --rounds=3]`: how long it takes to plan and to apply a large set, against `kubectl diff` and
 * `kubectl apply` of the same files. Writes the section "Plan and apply" of docs/benchmarks.md when it was measured with what is the default.
 */
const { values } = parseArgs({
  options: { objects: { type: 'string', default: '500' }, rounds: { type: 'string', default: '3' } },
});
const objects = Number(values.objects);
const rounds = Number(values.rounds);

/** A fifth of the set. */
const changed = Math.round(objects / 5);

const { lab, giveBack } = await borrowLab();

/** All new, some changed, and the same again, in a namespace of its own. */
async function threeApplies(contender: ApplyContender, round: number): Promise<readonly ApplySample[]> {
  const namespace = `apply-${process.pid}-${round}-${APPLY_CONTENDERS.indexOf(contender)}`;
  const cluster = clusterOf(lab, namespace);
  const workspace = mkdtempSync(join(tmpdir(), 'bench-apply-'));
  await cluster.kubectl(['create', 'namespace', namespace]);
  const samples: ApplySample[] = [];
  try {
    for (const [scenario, changedNow] of [
      ['all new', 0],
      [`${changed} changed`, changed],
      ['nothing', changed],
    ] as const) {
      writeSet(join(workspace, 'set'), { objects, changed: changedNow });
      const cost = await applyMeasured(contender, { lab, namespace, workspace });
      console.error(`round ${round}, ${contender}, ${scenario}: ${JSON.stringify(cost)}`);
      samples.push({ ...cost, scenario, contender });
    }
    return samples;
  } finally {
    // Whoever comes next is not to be measured together with it.
    await cluster.kubectl(['delete', 'namespace', namespace, '--wait=true', '--timeout=10m']);
    rmSync(workspace, { recursive: true, force: true });
  }
}

try {
  const samples: ApplySample[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const order = round % 2 === 1 ? APPLY_CONTENDERS : APPLY_CONTENDERS.toReversed();
    for (const contender of order) {
      samples.push(...(await threeApplies(contender, round)));
    }
  }
  const text = `## Plan and apply

${objects} objects, ${today()}: ConfigMaps, Services and Deployments without replicas, each a third, all in one folder. Medians of ${rounds} runs
(MB: maximum), each contender in a namespace of its own, one after the other and in alternating order. "s to applied" is everything but
the time in which our rollouts are seen through, which \`kubectl apply\` does not do; the ratio is of that, to \`kubectl diff\` and
\`kubectl apply\` without options. A deploy asks the server about every object before it changes one, so "deploy" alone has what
\`kubectl diff\` finds out in it.

${applyTable(samples)}
`;
  console.log(text);
  if (objects === 500 && rounds === 3) {
    writeSection('apply', text);
  }
} finally {
  await giveBack();
}
