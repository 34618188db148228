import type { FailureCode } from '../../errors.ts';
import type { RolloutReason } from '../../reasons.ts';
import { objectsAt, textAt, type JsonObject } from '../../values/json.ts';
import type { Finding, Place } from '../verdict.ts';
import type { RolloutView } from '../view.ts';
import type { Blame } from './blame.ts';
import type { ContainerEvidence } from './diagnosis.ts';
import type { Seen } from './evidence.ts';
import { isExplained, type Explained } from './explain.ts';
import { suspect, type Suspicion } from './suspicion.ts';

/** What the rollout came to, as far as it is known before anybody is asked. */
export type Conclusion = {
  readonly reason: FailureCode;
  readonly text: string;
  readonly finding?: Finding | undefined;
};

/** Conclusions that say that it went wrong, and leave it to the pods to say why. */
const LEFT_TO_PODS: ReadonlySet<FailureCode> = new Set([
  'rollout-timed-out',
  'rollout-failed',
  'progress-deadline-exceeded',
  'pod-failed',
  'job-failed',
  'unstable',
]);

/** What is blamed. `found` is missing where nothing more was found than the conclusion had, or nothing that is wrong for good. */
export type Decision = {
  readonly reason: Explained;
  readonly blame: Blame;
  readonly found: RolloutReason | undefined;
};

/** A finding about a pod is believed; where there is none, the most telling state of the pods, else the conclusion's own words. */
export function decide(view: RolloutView, conclusion: Conclusion, seen: readonly Seen[]): Decision {
  const { reason, text, finding } = conclusion;
  const suspected = LEFT_TO_PODS.has(reason) && finding?.place.podUid === undefined ? mostTelling(seen) : undefined;
  if (suspected !== undefined) {
    const { at, suspicion } = suspected;
    const isReason = suspicion.reason !== 'not-ready' && suspicion.reason !== 'not-started';
    return {
      reason: suspicion.reason,
      blame: blameOf(view, text, suspicion, at, { container: suspicion.container }),
      found: isReason ? suspicion.reason : undefined,
    };
  }
  if (finding !== undefined) {
    const { place } = finding;
    const own = seen.find(({ first }) => textAt(first.pod, 'metadata', 'uid') === place.podUid);
    // The pod of the finding may have been replaced: another one of the same revision then stands for it.
    const at = place.podUid === undefined ? undefined : (own ?? seen[0]);
    return { reason: finding.reason, blame: blameOf(view, text, finding, at, place), found: finding.reason };
  }
  const blame = blameOf(view, text, { word: reason, text, observations: 1 }, undefined, {});
  return { reason: isExplained(reason) ? reason : 'rollout-failed', blame, found: undefined };
}

function mostTelling(seen: readonly Seen[]): { readonly at: Seen; readonly suspicion: Suspicion } | undefined {
  const suspicions = seen.flatMap((at) => {
    const suspicion = suspect(at.first);
    return suspicion === undefined ? [] : [{ at, suspicion }];
  });
  return suspicions.toSorted((one, other) => one.suspicion.weight - other.suspicion.weight)[0];
}

function blameOf(
  view: RolloutView,
  verdict: string,
  { word, text, observations }: Pick<Finding, 'word' | 'text' | 'observations'>,
  at: Seen | undefined,
  place: Place,
): Blame {
  const container =
    at?.group.containers.find((one) => one.container === place.container) ?? unseenContainer(view.object, place);
  return {
    workload: view.pinned.subject,
    verdict,
    word,
    text,
    observations,
    container,
    lastWords: container === undefined ? undefined : at?.lastWords.get(container.container),
    pod: at?.first.pod,
    node: at?.group.node ?? place.node,
    podCount: at?.group.pods.length ?? 0,
  };
}

/** What the template says about a container of which no pod is left. */
function unseenContainer(object: JsonObject | undefined, place: Place): ContainerEvidence | undefined {
  if (place.container === undefined) {
    return undefined;
  }
  const spec = ['initContainers', 'containers']
    .flatMap((list) => objectsAt(object, 'spec', 'template', 'spec', list))
    .find((one) => one['name'] === place.container);
  return {
    container: place.container,
    isInit: place.isInit ?? false,
    image: textAt(spec, 'image') ?? '',
    word: '',
    message: undefined,
    exitCode: undefined,
    exitMeaning: undefined,
    restarts: 0,
    probe: undefined,
    log: [],
    logMissing: undefined,
  };
}
