import { previewComment } from '../../../src/report/comment-preview.ts';
import { planComment } from '../../../src/report/comment-plan.ts';
import { deployComment } from '../../../src/report/comment.ts';
import type { Facts } from '../../../src/report/facts.ts';
import { concludePlan, concludeRollouts, type Outcome } from '../../../src/report/outcome.ts';
import { previewSection } from '../../../src/report/preview.ts';
import { rollUpSections } from '../../../src/report/roll-up-sections.ts';
import { concludeCollected } from '../../../src/report/roll-up.ts';
import { summaryOf } from '../../../src/report/summary.ts';
import {
  badRollout,
  containerEvidence,
  factsOf,
  objectFact,
  outcomeOf,
  phaseFact,
  podGroup,
  rolloutOf,
  SHA,
  workloadFact,
} from '../../support/outcomes.ts';
import { diffOf, imageOf, planOf, workload } from './plan-facts.ts';

const ABOUT = { runUrl: 'https://github.com/org/app/actions/runs/1', sha: SHA, updatedAtMilliseconds: 0 };

const aboutOf = (text: string) => ({ ...ABOUT, app: text, environment: text, namespace: text, url: text });

const previewOf = (text: string) => ({
  namespace: text,
  app: text,
  pullRequest: 7,
  url: text,
  expiresAt: '2026-11-29T00:00:00.000Z',
  state: 'deployed' as const,
});

/** A failed deploy in which every name and message is the text. */
export function failureOf(text: string, more: Partial<Facts> = {}): Outcome {
  const object = { kind: 'Deployment', namespace: text, name: text };
  const evidence = containerEvidence([text], { container: text, image: text, message: text, word: text });
  const group = podGroup([], {
    pods: [text, text],
    node: text,
    condition: text,
    containers: [evidence],
    events: [text],
  });
  const outcome = {
    ...badRollout('x', 'failed', text, { groups: [group], hint: text }),
    workload: object,
    state: text,
  };
  const images = [{ container: text, before: text, after: text }];
  const workloads = [
    workloadFact('x', { workload: object, because: text, images, outcome }),
    workloadFact('x', { workload: object, outcome: rolloutOf('x', { workload: object, state: text, notes: [text] }) }),
    workloadFact('x', { workload: object, outcome }),
  ];
  return concludeRollouts(
    factsOf({
      sha: text,
      tools: [text],
      workloads,
      objects: [objectFact('ConfigMap', text, { namespace: text, fields: [text, text] })],
      phases: [phaseFact('Apply', 0, 1), phaseFact(text, 1, 1)],
      untold: [{ title: text, why: text, markdown: undefined }],
      preview: previewOf(text),
      ...more,
    }),
  );
}

export function planOutcome(text: string): Outcome {
  const plan = planOf({
    diffs: [diffOf('change', text, 'old', `${text}\n${text}`), diffOf('create', text, '', text)],
    images: [imageOf(text, text, text)],
    restarts: [{ workload: workload(text), reason: text }],
  });
  return concludePlan(factsOf({ plan }), false);
}

function rollUpOutcome(text: string): Outcome {
  const deploy = {
    app: text,
    environment: text,
    namespace: text,
    url: text,
    attempt: 1,
    runUrl: text,
    reason: text,
    verdict: text,
    sha: text,
    digests: [text, text],
    seconds: 1,
    result: 'failed' as const,
  };
  const entries = [
    { environment: text, deploy },
    { environment: text, deploy: undefined },
    { environment: text, deploy: { ...deploy, result: 'succeeded' as const } },
  ];
  const collected = { entries, problems: [{ message: text, file: text }], isExpected: true };
  return { ...outcomeOf({ collected, workloads: [], objects: [] }), ...concludeCollected(collected) };
}

function pageOf(outcome: Outcome): string {
  const { collected, preview, untold } = outcome.facts;
  const sections = [
    ...(collected === undefined ? [] : rollUpSections(collected)),
    ...(preview === undefined ? [] : [previewSection(preview)]),
  ];
  return summaryOf(outcome, { sections, untold });
}

/** Every page that the action writes, with a text in all places that others fill. */
export const PAGES: Readonly<Record<string, (text: string) => string>> = {
  'the summary of a deploy': (text) => pageOf(failureOf(text)),
  'the summary of a plan': (text) => pageOf(planOutcome(text)),
  'the summary of many deploys': (text) => pageOf(rollUpOutcome(text)),
  'a summary with a comment that could not be written': (text) =>
    pageOf(
      outcomeOf({ untold: [{ title: text, why: text, markdown: deployComment(failureOf(text), aboutOf(text)) }] }),
    ),
  'the comment about a deploy': (text) => deployComment(failureOf(text), aboutOf(text)),
  'the comment about a plan': (text) => planComment(planOutcome(text), aboutOf(text)),
  'the comment about a preview': (text) => previewComment(failureOf(text), previewOf(text), aboutOf(text)),
};
