import { APPLY_CONTENDERS, YARDSTICK, type ApplyContender, type ApplyCost } from './apply-contenders.ts';
import { markdownTable } from './document.ts';
import { median } from './median.ts';

export type ApplySample = ApplyCost & { readonly scenario: string; readonly contender: ApplyContender };

/** Medians for each scenario and contender (of memory the maximum), and how they are to plain `kubectl diff` and `kubectl apply` of the same run. */
export function applyTable(samples: readonly ApplySample[]): string {
  const scenarios = [...new Set(samples.map(({ scenario }) => scenario))];
  const rows = scenarios.flatMap((scenario) => {
    const of = (contender: ApplyContender): readonly ApplySample[] =>
      samples.filter((sample) => sample.scenario === scenario && sample.contender === contender);
    const yardstick = median(of(YARDSTICK).map(({ appliedSeconds }) => appliedSeconds));
    return APPLY_CONTENDERS.map((contender) => {
      const own = of(contender);
      const applied = median(own.map(({ appliedSeconds }) => appliedSeconds));
      return [
        scenario,
        contender,
        applied.toFixed(2),
        `${(applied / yardstick).toFixed(2)}×`,
        median(own.map(({ seconds }) => seconds)).toFixed(2),
        median(own.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2),
        Math.round(Math.max(...own.map(({ peakMegabytes }) => peakMegabytes))),
      ];
    });
  });
  return markdownTable(['what changed', 'by', 's to applied', 'ratio', 'seconds', 'CPU s', 'MB'], rows);
}
