import type { CostSample } from './cost-contenders.ts';
import { markdownTable } from './document.ts';

/** One sample for each size and contender: counts of the counted runs, everything else of the others; medians, and maxima of what has a limit. */
export function mediansOf(samples: readonly CostSample[]): readonly CostSample[] {
  const groups = Map.groupBy(samples, ({ workloads, contender }) => `${workloads} ${contender}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const counted = group.filter(({ isCounted }) => isCounted);
    const timed = group.filter(({ isCounted }) => !isCounted);
    const median = (read: (sample: CostSample) => number, of = timed): number => middleOf(of.map(read));
    const highest = (read: (sample: CostSample) => number, of = timed): number => Math.max(...of.map(read));
    return first === undefined
      ? []
      : [
          {
            isCounted: false,
            workloads: first.workloads,
            contender: first.contender,
            requests: median(({ requests }) => requests, counted),
            watches: median(({ watches }) => watches, counted),
            kinds: first.kinds,
            streams: highest(({ streams }) => streams, counted),
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
