import type { ContainerEvidence, PodGroup } from '../rollout/diagnosis/diagnosis.ts';
import { describeProbe } from '../rollout/diagnosis/probes.ts';
import { formatWorkload } from '../values/workload.ts';
import type { WorkloadFact } from './facts.ts';
import { harmless } from './harmless.ts';

const NAMES_SHOWN = 5;

/** What the pods of a workload that did not roll out say. */
export function evidenceLines({ outcome }: WorkloadFact): readonly string[] {
  if (outcome === undefined || outcome.result === 'succeeded' || outcome.result === 'unfinished') {
    return [];
  }
  return [
    `${formatWorkload(outcome.workload)}: ${outcome.result}, ${outcome.state}`,
    ...(outcome.diagnosis?.groups ?? []).flatMap(groupLines),
  ].map(harmless);
}

function groupLines(group: PodGroup): readonly string[] {
  const [first, ...others] = group.pods;
  return [
    first === undefined ? '  no pod was made' : `  pod ${first} on ${group.node ?? 'no node'}: ${group.phase}`,
    ...(others.length === 0 ? [] : [`    the same: ${someOf(others)}`]),
    ...(group.condition === undefined ? [] : [`    condition: ${group.condition}`]),
    ...group.containers.flatMap(containerLines),
    ...group.events.map((event) => `    event ${event}`),
    ...(group.eventsMissing === undefined ? [] : [`    no events: ${group.eventsMissing}`]),
  ];
}

function containerLines(container: ContainerEvidence): readonly string[] {
  const { exitCode, exitMeaning, message, probe, log, logMissing, restarts } = container;
  const kind = container.isInit ? 'init container' : 'container';
  const meaning = exitMeaning === undefined ? '' : ` (${exitMeaning})`;
  const facts = [
    container.word,
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}${meaning}`]),
    `${restarts} restart${restarts === 1 ? '' : 's'}`,
  ];
  return [
    `    ${kind} ${container.container}: ${facts.join(', ')}`,
    `      image ${container.image}`,
    ...(message === undefined ? [] : [`      ${message}`]),
    ...(probe === undefined ? [] : [`      ${describeProbe(probe)}`]),
    ...log.map((line) => `      | ${harmless(line)}`),
    ...(logMissing === undefined ? [] : [`      no log: ${logMissing}`]),
  ];
}

function someOf(names: readonly string[]): string {
  const rest = names.length - NAMES_SHOWN;
  return `${names.slice(0, NAMES_SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
