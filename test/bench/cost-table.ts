import type { CostSample } from './cost-contenders.ts';
import { markdownTable } from './document.ts';

/** One sample for each size and contender: medians of the times, maxima of what must have a limit. */
export function mediansOf(samples: readonly CostSample[]): readonly CostSample[] {
  const groups = Map.groupBy(samples, ({ workloads, contender }) => `${workloads} ${contender}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const median = (read: (sample: CostSample) => number): number => middleOf(group.map(read));
    const highest = (read: (sample: CostSample) => number): number => Math.max(...group.map(read));
    return first === undefined
      ? []
      : [
          {
            workloads: first.workloads,
            contender: first.contender,
            requests: median(({ requests }) => requests),
            watches: median(({ watches }) => watches),
            kinds: first.kinds,
            streams: highest(({ streams }) => streams),
            cpuSeconds: median(({ cpuSeconds }) => cpuSeconds),
            nodeMegabytes: highest(({ nodeMegabytes }) => nodeMegabytes),
            kubectlMegabytes: highest(({ kubectlMegabytes }) => kubectlMegabytes),
            seconds: median(({ seconds }) => seconds),
            lagSeconds: median(({ lagSeconds }) => lagSeconds),
          },
        ];
  });
}

export function costTable(samples: readonly CostSample[]): string {
  const head = [
    'Deployments',
    'by',
    'requests',
    'watches',
    'streams at once',
    'CPU s',
    'MB',
    'MB of kubectl',
    'seconds',
    's to exit',
  ];
  const rows = samples.map((sample) => [
    sample.workloads,
    sample.contender,
    sample.requests,
    sample.watches,
    sample.streams,
    sample.cpuSeconds.toFixed(2),
    sample.nodeMegabytes === 0 ? '' : Math.round(sample.nodeMegabytes),
    Math.round(sample.kubectlMegabytes),
    sample.seconds.toFixed(2),
    sample.lagSeconds.toFixed(2),
  ]);
  return markdownTable(head, rows);
}

function middleOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
