import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLab } from '../lab/lab.ts';
import { writeManifests } from './application.ts';
import { benchCluster } from './cluster.ts';
import { contenders, type Contender, type Deploy, type Measured } from './contenders.ts';
import { formatTable, type Sample } from './table.ts';

/**
 * `npm run bench [-- --rounds=9]`: the same application, the same cluster, images already pushed; each round runs every contender through
 * a first deploy, a new image and the same again, in alternating order. Prints medians and ratios to the bash pipeline of the same run.
 */
const rounds = Number(/--rounds=(\d+)/.exec(process.argv.join(' '))?.[1] ?? 9);
const lab = await startLab({ name: 'bench', attached: true });
const env = { ...definedVariables(process.env), ...lab.env };
const cluster = benchCluster(env);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const images = cluster.pushImages('server', rounds * contenders(env).length * 2 + 1);
  const [others = ''] = cluster.pushImages('others', 1);
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? contenders(env) : contenders(env).toReversed();
    for (const contender of order) {
      console.error(`round ${round + 1} of ${rounds}: ${contender.name}`);
      samples.push(...(await threeDeploys(contender, round, { images, others })));
    }
  }
  console.log(formatTable(samples));
} finally {
  rmSync(folder, { recursive: true, force: true });
  await lab.stop();
}

type Pushed = { readonly images: readonly string[]; readonly others: string };

async function threeDeploys(
  contender: Contender,
  round: number,
  { images, others }: Pushed,
): Promise<readonly Sample[]> {
  const slot = contenders(env).findIndex(({ name }) => name === contender.name) + round * contenders(env).length;
  const [first = '', other = ''] = [images[slot * 2], images[slot * 2 + 1]];
  const namespace = `bench-${slot}`;
  const workspace = join(folder, namespace);
  writeManifests(join(workspace, 'k8s'), { server: images.at(-1) ?? '', others });
  const deploy: Deploy = { namespace, workspace, manifests: 'k8s', image: first, otherImage: others, token: 'one' };
  cluster.makeNamespace(namespace);
  const measured: Sample[] = [];
  for (const [scenario, changed] of [
    ['first deploy', deploy],
    ['new image', { ...deploy, image: other }],
    ['nothing changed', { ...deploy, image: other }],
  ] as const) {
    const before = cluster.revisions(namespace);
    await sleep(phaseMilliseconds(round, measured.length));
    const result: Measured = await contender.deploy(changed);
    measured.push({ contender: contender.name, scenario, ...result, revisions: cluster.revisions(namespace) - before });
  }
  cluster.deleteNamespace(namespace);
  return measured;
}

/**
 * The kubelet looks at its containers once a second, so a rollout takes a second more or less by the moment in which it begins. The moments
 * are spread over the second evenly (by the golden ratio), the same for every contender.
 */
function phaseMilliseconds(round: number, scenario: number): number {
  return (((round * 3 + scenario) * 0.618034) % 1) * 1000;
}

function definedVariables(variables: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
