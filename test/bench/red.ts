import { parseArgs } from 'node:util';
import { borrowLab } from '../support/e2e-lab.ts';
import { BROKEN_WORKLOADS, type BrokenWorkload } from '../support/broken-workloads.ts';
import { secondOf } from '../support/runner.ts';
import { makePlace } from './deploying.ts';
import { markdownTable, today, writeSection } from './document.ts';
import { KUBECTL_SECONDS, secondsOfKubectl } from './red-kubectl.ts';

/**
 * `npm run bench:red [-- --only=<text in the name> --timeout=10m]`: deploys each broken workload with the bundle, one after the other, and
 * measures the seconds from the phase Apply to the end of the process. Beside it what kubectl says of the same manifests. Writes the
 * section "Seconds to red" of docs/benchmarks.md when all were measured. The exit code is 1 when one was late, or had another reason.
 */
const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, timeout: { type: 'string', default: '10m' } },
});

type Red = {
  readonly broken: BrokenWorkload;
  /** Undefined when nothing was applied. */
  readonly seconds: number | undefined;
  readonly exitCode: number;
  readonly reason: string;
  readonly kubectl: string;
};

const { lab, giveBack } = await borrowLab();
const registries = { open: lab.env['REGISTRY'] ?? '', refusing: lab.env['REFUSING_REGISTRY'] };
const chosen = BROKEN_WORKLOADS.filter(({ name }) => name.includes(values.only));

async function measure(broken: BrokenWorkload, index: number): Promise<Omit<Red, 'kubectl'>> {
  const place = await makePlace(lab, `red-${process.pid}-${index}`, {
    ...broken.namespace,
    manifest: broken.manifest(registries),
  });
  try {
    const step = await place.deploy({ inputs: { timeout: values.timeout, 'must-exist': 'none' }, longestSeconds: 700 });
    const applied = secondOf(step, '::group::Apply');
    const seconds = applied === undefined ? undefined : step.seconds - applied;
    const reason = step.outputs['reason'] ?? '';
    console.error(`${broken.name}: ${seconds?.toFixed(1) ?? '-'} s, exit code ${step.exitCode}, ${reason}`);
    if (isWrong({ broken, seconds, reason, exitCode: step.exitCode })) {
      console.error(step.log);
    }
    return { broken, seconds, exitCode: step.exitCode, reason };
  } finally {
    await place.close();
  }
}

function isWrong({ broken, seconds = Infinity, reason, exitCode }: Omit<Red, 'kubectl'>): boolean {
  return seconds > broken.targetSeconds || reason !== broken.reason || exitCode === 0;
}

function sectionOf(reds: readonly Red[]): string {
  const rows = reds.map(({ broken, seconds, exitCode, reason, kubectl }) => [
    broken.name,
    broken.targetSeconds,
    seconds?.toFixed(1) ?? 'not applied',
    exitCode,
    `\`${reason}\``,
    kubectl,
  ]);
  const head = ['broken deploy', 'target', 'seconds', 'exit code', '`reason`', 'kubectl rollout status'];
  return `## Seconds to red

From the beginning of the phase Apply to the end of the process, ${today()}, one run each. "kubectl rollout status" is \`kubectl apply\` and
\`kubectl rollout status --timeout=${KUBECTL_SECONDS}s\` of the same manifest in a namespace of its own, all of them at the same time.

${markdownTable(head, rows)}
`;
}

try {
  // kubectl only waits, so all of its runs take as long as one. They are over before ours begin and disturb none.
  const kubectl = await secondsOfKubectl(lab, chosen, registries);
  const reds: Red[] = [];
  for (const [index, broken] of chosen.entries()) {
    reds.push({ ...(await measure(broken, index)), kubectl: kubectl[index] ?? '' });
  }
  const text = sectionOf(reds);
  console.log(text);
  if (values.only === '') {
    writeSection('red', text);
  }
  process.exitCode = reds.some(isWrong) ? 1 : 0;
} finally {
  await giveBack();
}
