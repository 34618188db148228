import { BUILD_CONTENDERS, NO_CACHE, SAME_FLAGS, type BuildContender, type BuildCost } from './build-contenders.ts';
import { markdownTable } from './document.ts';
import { median } from './median.ts';

export type BuildSample = BuildCost & { readonly scenario: string; readonly contender: BuildContender };

/** Medians for each scenario and contender, and how they are to plain builds of the same rounds. */
export function buildTable(samples: readonly BuildSample[]): string {
  const scenarios = [...new Set(samples.map(({ scenario }) => scenario))];
  const rows = scenarios.flatMap((scenario) => {
    const middle = (contender: BuildContender, read: (sample: BuildSample) => number): number =>
      median(samples.filter((sample) => sample.scenario === scenario && sample.contender === contender).map(read));
    const same = middle(SAME_FLAGS, ({ seconds }) => seconds);
    const uncached = middle(NO_CACHE, ({ seconds }) => seconds);
    return BUILD_CONTENDERS.map((contender) => {
      const seconds = middle(contender, (sample) => sample.seconds);
      const build = middle(contender, ({ buildSeconds }) => buildSeconds);
      return [
        scenario,
        contender,
        seconds.toFixed(2),
        ratio(seconds / same),
        ratio(seconds / uncached),
        contender === 'k8s-deploy' ? build.toFixed(2) : '',
        contender === 'k8s-deploy' ? ratio(build / same) : '',
      ];
    });
  });
  return markdownTable(
    ['what is built', 'by', 'seconds', 'to the same flags', 'to no cache', 'phase Build s', 'to the same flags'],
    rows,
  );
}

function ratio(value: number): string {
  return `${value.toFixed(2)}×`;
}
