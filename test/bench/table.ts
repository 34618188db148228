import type { Measured } from './contenders.ts';
import { median } from './median.ts';

export type Sample = Measured & { readonly contender: string; readonly scenario: string; readonly revisions: number };

const BASELINE = 'bash pipeline';

/** Medians per contender and scenario, and the ratio to the bash pipeline. */
export function formatTable(samples: readonly Sample[]): string {
  const scenarios = [...new Set(samples.map(({ scenario }) => scenario))];
  const names = [...new Set(samples.map(({ contender }) => contender))];
  const rows = scenarios.flatMap((scenario) =>
    names.map((contender) => {
      const own = samples.filter((sample) => sample.scenario === scenario && sample.contender === contender);
      const baseline = samples.filter((sample) => sample.scenario === scenario && sample.contender === BASELINE);
      const seconds = median(own.map((sample) => sample.seconds));
      const ratio = seconds / median(baseline.map((sample) => sample.seconds));
      return [
        scenario,
        contender,
        seconds.toFixed(2),
        `${ratio.toFixed(2)}×`,
        String(median(own.map((sample) => sample.revisions))),
        median(own.map((sample) => sample.firstLineMilliseconds)).toFixed(0),
        Math.max(...own.map((sample) => sample.peakMegabytes)).toFixed(0),
        String(own.length),
      ];
    }),
  );
  const header = ['scenario', 'contender', 'seconds', 'ratio', 'new revisions', 'first line ms', 'peak MB', 'runs'];
  const lines = [header, header.map(() => '---'), ...rows];
  const widths = header.map((_title, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
    .join('\n');
}
