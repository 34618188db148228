import type { WorkloadOutcome } from '../rollout/outcome.ts';
import { formatWorkload } from '../values/workload.ts';
import type { Facts, PhaseFact } from './facts.ts';

/** The phase in which the rollouts are seen through: their milestones count from its beginning. */
export const ROLLOUT_PHASE = 'Roll out';

/** GitHub draws no diagram of more than 50,000 letters (Mermaid's maxTextSize), and nobody reads one of hundreds of bars. */
const WORKLOADS_SHOWN = 15;
const BARS_SHOWN = 10;
const LONGEST_LABEL = 60;

/** Beginnings that would make a label a statement of the language (Mermaid, gantt.jison). */
const KEYWORD =
  /^(title|section|gantt|dateFormat|axisFormat|tickInterval|includes|excludes|todayMarker|inclusiveEndDates|topAxis|weekday|weekend|click|call|href|accTitle|accDescr|\d{4}-\d\d-\d\d)/i;

type Bar = { readonly label: string; readonly tag: Tag; readonly from: number; readonly to: number };
type Tag = 'done' | 'active' | 'crit';

/** The lines of a Mermaid gantt diagram of the phases and the rollouts in seconds from the start; undefined when nothing took time yet. */
export function timelineOf({ phases, workloads }: Facts): readonly string[] | undefined {
  if (phases.length === 0) {
    return undefined;
  }
  const offset = phases.findLast(({ title }) => title === ROLLOUT_PHASE)?.startSeconds ?? 0;
  const outcomes = workloads.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome]));
  const worstFirst = outcomes.toSorted((one, other) => Number(isGood(one)) - Number(isGood(other)));
  return [
    'gantt',
    '  dateFormat x',
    '  axisFormat %s s',
    '  todayMarker off',
    ...section('Phases', phases.map(phaseBar)),
    ...worstFirst
      .slice(0, WORKLOADS_SHOWN)
      .flatMap((outcome) => section(formatWorkload(outcome.workload), workloadBars(outcome, offset))),
  ];
}

function section(title: string, bars: readonly Bar[]): readonly string[] {
  return bars.length === 0 ? [] : [`  section ${safe(title)}`, ...bars.map(barLine)];
}

/** A bar of no length would not be drawn; time may have been set back while a phase ran. */
function barLine({ label, tag, from, to }: Bar): string {
  const start = Math.max(0, Math.round(from * 1000));
  return `  ${safe(label)} :${tag}, ${start}, ${Math.max(start + 1, Math.round(to * 1000))}`;
}

function phaseBar({ title, startSeconds, seconds, isFailed }: PhaseFact): Bar {
  return { label: title, tag: isFailed ? 'crit' : 'done', from: startSeconds, to: startSeconds + seconds };
}

/** Each state lasts until the next one; the last one until the end, and it is what the rollout ended with. */
function workloadBars(outcome: WorkloadOutcome, offset: number): readonly Bar[] {
  const { timeline, seconds } = outcome;
  const bars = timeline.map(({ text, atSeconds }, index): Bar => {
    const next = timeline[index + 1];
    const tag = next === undefined ? (isGood(outcome) ? 'done' : 'crit') : 'active';
    return { label: text, tag, from: offset + atSeconds, to: offset + (next?.atSeconds ?? seconds) };
  });
  const hidden = bars.length - BARS_SHOWN;
  return hidden <= 0 ? bars : [...bars.slice(0, BARS_SHOWN / 2), ...bars.slice(-BARS_SHOWN / 2)];
}

function isGood({ result }: WorkloadOutcome): boolean {
  return result === 'succeeded';
}

/** Letters, digits and little else: what is left cannot end a label, begin a comment, or be another statement. */
function safe(label: string): string {
  const plain = label
    .replaceAll(/[;:](?=\s)/g, ',')
    .replaceAll(/[^\p{L}\p{N} ._/(),+=-]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST_LABEL)
    .trim();
  return plain === '' ? '…' : KEYWORD.test(plain) ? `… ${plain}` : plain;
}
