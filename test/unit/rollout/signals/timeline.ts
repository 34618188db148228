import { assess } from '../../../../src/rollout/signals/assess.ts';
import type { Patience } from '../../../../src/rollout/assess.ts';
import {
  configKey,
  NO_KNOWLEDGE,
  type ConfigName,
  type Existence,
  type Knowledge,
} from '../../../../src/rollout/knowledge.ts';
import type { Pinned } from '../../../../src/rollout/pinned.ts';
import { NO_MEMORY } from '../../../../src/rollout/signals/memory.ts';
import type { Verdict } from '../../../../src/rollout/verdict.ts';
import type { RolloutView } from '../../../../src/rollout/view.ts';
import type { JsonObject } from '../../../../src/values/json.ts';
import { textAt } from '../../../../src/values/json.ts';
import type { SubjectRule } from '../../../../src/values/subject.ts';
import { deployment, IMAGE } from './objects.ts';

/** What is there at one moment of a timeline. */
export type Scene = {
  readonly object: JsonObject | undefined;
  readonly pods: readonly JsonObject[];
  readonly olderPods: readonly JsonObject[];
  readonly events: readonly JsonObject[];
  readonly knowledge: Knowledge;
};

/** From this second on the named parts are so. */
export type Step = readonly [seconds: number, change: Partial<Scene>];

/** One look of the engine: it looks every second, and when something changed. */
export type Look = { readonly seconds: number; readonly scene: Scene };

export const PATIENCE: Patience = {
  failFast: true,
  maxRestarts: 2,
  imageGraceSeconds: undefined,
  scheduleGraceSeconds: undefined,
};

export const SERVER_TIME = Date.parse('2026-01-01T00:00:00Z');

export function looksOf(steps: readonly Step[], untilSeconds: number): readonly Look[] {
  const ticks = Array.from({ length: Math.floor(untilSeconds) + 1 }, (_, second) => second);
  const times = [...new Set([...ticks, ...steps.map(([seconds]) => seconds)])].toSorted((one, other) => one - other);
  const first: Scene = { object: deployment(), pods: [], olderPods: [], events: [], knowledge: NO_KNOWLEDGE };
  return times.map((seconds) => ({
    seconds,
    scene: steps
      .filter(([at]) => at <= seconds)
      .toSorted(([one], [other]) => one - other)
      .reduce((scene, [, change]) => ({ ...scene, ...change }), first),
  }));
}

export type Ending = { readonly seconds: number; readonly verdict: Verdict };

export type Course = { readonly patience?: Partial<Patience>; readonly pinned?: Partial<Pinned> };

/** Looks until there is a verdict; the last look's where there is none. */
export function watch(looks: readonly Look[], { patience, pinned }: Course = {}): Ending {
  let memory = NO_MEMORY;
  let ending: Ending = { seconds: 0, verdict: { kind: 'progressing', text: 'not looked at', suspect: undefined } };
  for (const { seconds, scene } of looks) {
    const view = viewOf(scene, pinned);
    const assessment = assess(view, scene.knowledge, memory, seconds, { ...PATIENCE, ...patience });
    memory = assessment.memory;
    ending = { seconds, verdict: assessment.verdict };
    if (assessment.verdict.kind !== 'progressing') {
      return ending;
    }
  }
  return ending;
}

export function viewOf(scene: Scene, pinned: Partial<Pinned> = {}): RolloutView {
  const rule = ruleOf(scene.object);
  return {
    pinned: {
      subject: { kind: rule, namespace: 'shop', name: 'server', rule, path: '' },
      uid: 'uid-server',
      generation: 2,
      isChanged: true,
      images: new Map([['server', IMAGE]]),
      serverTimeMilliseconds: SERVER_TIME,
      ...pinned,
    },
    object: scene.object,
    pods: scene.pods,
    olderPods: scene.olderPods,
    events: scene.events,
  };
}

function ruleOf(object: JsonObject | undefined): SubjectRule {
  const kind = textAt(object, 'kind');
  return kind === 'StatefulSet' || kind === 'DaemonSet' || kind === 'Job' || kind === 'Pod'
    ? kind
    : kind === undefined || kind === 'Deployment'
      ? 'Deployment'
      : 'custom';
}

export function knowing(part: Partial<Knowledge>): { readonly knowledge: Knowledge } {
  return { knowledge: { ...NO_KNOWLEDGE, leavingPods: 0, ...part } };
}

export function secret(
  existence: Existence,
  name = 'db',
  key?: string,
  more: Partial<Knowledge> = {},
): { readonly knowledge: Knowledge } {
  const object: ConfigName = { kind: 'Secret', name };
  return knowing({ configs: new Map([[configKey(object, key), existence]]), ...more });
}

/** "failed config-missing at 21", "done at 31", "progressing": what a table compares. */
export function told({ verdict, seconds }: Ending): string {
  switch (verdict.kind) {
    case 'failed':
      return `failed ${verdict.reason}${verdict.finding === undefined ? '' : ` (${verdict.finding.row})`} at ${seconds}`;
    case 'done':
    case 'superseded':
      return `${verdict.kind} at ${seconds}`;
    case 'progressing':
      return 'progressing';
  }
}
