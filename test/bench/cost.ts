import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clusterOf } from '../support/cluster.ts';
import { borrowLab } from '../support/e2e-lab.ts';
import { upstreamOf } from '../support/fault-proxy-kubeconfig.ts';
import { CONTENDERS, deployMeasured, manifestOf, type Contender, type CostSample } from './cost-contenders.ts';
import { costPlot } from './cost-plot.ts';
import { costTable, mediansOf } from './cost-table.ts';
import { today, writeSection } from './document.ts';

/**
 * `npm run bench:cost [-- --sizes=1,10,100,500 --without-kubectl]`: what it costs to wait for a new image of so many Deployments, whose pods
 * are on fake nodes. Writes the section "Cost" of docs/benchmarks.md and docs/cost.svg when all sizes were measured.
 */
const ALL_SIZES = '1,10,100,500';
const { values } = parseArgs({
  options: { sizes: { type: 'string', default: ALL_SIZES }, 'without-kubectl': { type: 'boolean', default: false } },
});

/** Pods of the largest set, twice for the moment at which old and new are there, and a fifth more. */
const FAKE_NODES = 12;

const { lab, giveBack } = await borrowLab();
const upstream = upstreamOf(readFileSync(lab.env['KUBECONFIG'] ?? '', 'utf8'));

function contendersOf(workloads: number): readonly Contender[] {
  if (values['without-kubectl']) {
    return ['k8s-deploy'];
  }
  return CONTENDERS.filter((name) => workloads <= 10 || name !== 'kubectl, one process each');
}

const roundsOf = (workloads: number): number => (workloads <= 10 ? 5 : workloads <= 100 ? 3 : 2);

/** By digest, as a pipeline deploys what it has built: a fake pod says that it runs exactly this. */
function imageOf(version: number): string {
  return `fake.example/app:v${version}@sha256:${version.toString(16).padStart(64, '0')}`;
}

async function measureSize(workloads: number): Promise<readonly CostSample[]> {
  const namespace = `cost-${process.pid}-${workloads}`;
  const cluster = clusterOf(lab, namespace);
  await cluster.kubectl(['create', 'namespace', namespace]);
  let version = 1;
  await cluster.kubectl(['apply', '--server-side', '--field-manager=k8s-deploy', '--filename=-'], {
    input: manifestOf(workloads, imageOf(version)),
  });
  await cluster.kubectl(['wait', 'deployment', '--all', '--for=condition=Available', '--timeout=10m']);
  const samples: CostSample[] = [];
  for (let round = 1; round <= roundsOf(workloads); round += 1) {
    for (const contender of contendersOf(workloads)) {
      version += 1;
      const image = imageOf(version);
      const isCounted = round % 2 === 0;
      const sample = await deployMeasured(contender, { lab, upstream, namespace, workloads, image, isCounted });
      console.error(`${workloads} workloads, round ${round}, ${contender}: ${JSON.stringify(sample)}`);
      samples.push(sample);
    }
  }
  await cluster.kubectl(['delete', 'namespace', namespace, '--wait=true', '--timeout=10m']);
  return samples;
}

try {
  await lab.fakeNodes(FAKE_NODES);
  const samples: CostSample[] = [];
  for (const size of values.sizes.split(',').map(Number)) {
    samples.push(...(await measureSize(size)));
  }
  const medians = mediansOf(samples);
  const text = `## Cost

A new image for 1 to 500 Deployments of one pod each, ${today()}: medians of ${roundsOf(1)}, ${roundsOf(10)}, ${roundsOf(100)} and ${roundsOf(500)} runs. The pods are on
fake nodes and Ready at once, the control plane is real. "kubectl" is one server-side \`kubectl apply\` of the same set, and then
\`kubectl rollout status\`: one process for all, or a process for each. Requests and streams were counted by a proxy before the API server, in every
second run; the proxy costs time itself, so all other figures are of the runs without it. CPU is of the whole run with all children; "s to exit"
is from the moment at which the last Deployment was done to the end of the process.

${costTable(medians)}

![Cost by number of workloads](cost.svg)
`;
  console.log(text);
  if (values.sizes === ALL_SIZES && !values['without-kubectl']) {
    writeSection('cost', text);
    writeFileSync(join(import.meta.dirname, '../../docs/cost.svg'), costPlot(medians));
  }
} finally {
  await giveBack();
}
