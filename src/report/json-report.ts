import { formatImageReference } from '../values/image.ts';
import { buildEntries } from './builds.ts';
import type { Facts, WorkloadFact } from './facts.ts';
import type { Outcome } from './outcome.ts';
import { isChanged } from './output-values.ts';
import { previewEntry } from './preview.ts';
import { removalEntries } from './removals.ts';
import { gateEntries } from './gates.ts';
import { planEntry } from './plan-entry.ts';
import { rollbackEntry } from './rollback.ts';
import { smokeEntries } from './smoke-tests.ts';

/** Grows by one when a field is taken away or means something else; a field that is new does not count. */
export const SCHEMA_VERSION = 1;

/** Everything that is known at the end of a run, for programs. What is not known is `null`, lists may be empty; no key is ever left out. */
export function jsonReport(outcome: Outcome): string {
  const { result, reason, verdict, hint, facts, problems } = outcome;
  const report = {
    schemaVersion: SCHEMA_VERSION,
    result,
    reason,
    verdict,
    hint,
    changed: isChanged(outcome),
    sha: facts.sha,
    target: targetEntry(facts),
    seconds: secondsOf(facts),
    images: facts.images.map((image) => ({
      reference: formatImageReference(image),
      tag: image.tag,
      digest: image.digest,
      isBuilt: facts.isBuilt,
    })),
    builds: buildEntries(facts.builds),
    ...gateEntries(facts),
    tools: facts.tools,
    workloads: facts.workloads.map(workloadEntry),
    objects: facts.objects.map(({ kind, namespace, name, change, fields }) => ({
      kind,
      namespace,
      name,
      change,
      fields,
    })),
    phases: facts.phases.map(({ title, startSeconds, seconds, isFailed }) => ({
      title,
      startSeconds,
      seconds,
      isFailed,
    })),
    plan: facts.plan === undefined ? undefined : planEntry(facts.plan),
    smokeTests: smokeEntries(facts.smokeTests),
    rollback: rollbackEntry(facts.rollback),
    records: facts.records,
    preview: facts.preview && previewEntry(facts.preview),
    removals: removalEntries(facts.removals),
    problems: problems.map((problem) => ({
      message: problem.message,
      hint: problem.hint,
      reason: problem.reason,
      file: problem.file,
      line: problem.line,
    })),
  };
  return `${JSON.stringify(report, (_key, value: unknown) => (value === undefined ? null : value), 2)}\n`;
}

/** Where it went: what `command: collect` makes one table of. */
function targetEntry({ target, url }: Facts): object | undefined {
  return target && { ...target, url };
}

/** From the beginning of the first phase to the end of the last. */
function secondsOf({ phases }: Facts): number {
  return Math.max(0, ...phases.map(({ startSeconds, seconds }) => startSeconds + seconds));
}

function workloadEntry({ workload, change, because, images, outcome, place }: WorkloadFact): object {
  const { kind, namespace, name } = workload;
  const diagnosis = outcome?.diagnosis;
  return {
    kind,
    namespace,
    name,
    change,
    because,
    images: images.map(({ container, before, after }) => ({ container, before, after })),
    result: outcome?.result ?? 'not-started',
    state: outcome?.state,
    reason: outcome?.reason,
    cause: diagnosis?.cause,
    hint: diagnosis?.hint,
    container: diagnosis?.container,
    file: place?.file,
    line: place?.line,
    seconds: outcome?.seconds,
    notes: outcome?.notes ?? [],
    groups: diagnosis?.groups ?? [],
    timeline: outcome?.timeline ?? [],
  };
}
