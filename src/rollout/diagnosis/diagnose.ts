import { objectsAt, textAt, type JsonObject } from '../../values/json.ts';
import type { Finding } from '../verdict.ts';
import type { RolloutView } from '../view.ts';
import { caseOf, caseWithoutPod, groupCases, type Case } from './cases.ts';
import { isReady } from '../pod-state.ts';
import { hasRestarted } from './containers.ts';
import { decide, type Conclusion } from './decide.ts';
import type { Diagnosis } from './diagnosis.ts';
import { collect } from './evidence.ts';
import { explain } from './explain.ts';
import type { LogReader } from './logs.ts';
import { suspect } from './suspicion.ts';

const GROUP_LIMIT = 5;

type Group = readonly [Case, ...Case[]];

/** Says why a rollout did not come to its end. What may not be read costs detail and never the diagnosis; throws only when cancelled. */
export async function diagnose(view: RolloutView, conclusion: Conclusion, reader: LogReader): Promise<Diagnosis> {
  const { subject, uid } = view.pinned;
  const groups = groupsOf(view, conclusion);
  const seen = await Promise.all(
    groups.map(async (group) => collect(group, { namespace: subject.namespace, subjectUid: uid }, reader)),
  );
  const { reason, blame, found } = decide(view, conclusion, seen);
  return {
    reason: found,
    ...explain(reason, blame),
    container: blame.container?.container ?? conclusion.finding?.place.container,
    groups: seen.map(({ group }) => group),
  };
}

/** The pods that are not well by their causes: the blamed one first, then by how much they tell. */
function groupsOf(view: RolloutView, { reason, finding }: Conclusion): readonly Group[] {
  // Who came up and did not stay may be well again by now.
  const isSuspicious = (pod: JsonObject): boolean =>
    isBlamed(pod, finding) ||
    (reason === 'unstable' &&
      view.pods.includes(pod) &&
      objectsAt(pod, 'status', 'containerStatuses').some(hasRestarted));
  const cases = unwellPods(view, isSuspicious).map((pod) =>
    caseOf(
      pod,
      view.events,
      (container) =>
        (isBlamed(pod, finding) && container['name'] === finding?.place.container) ||
        (reason === 'unstable' && hasRestarted(container)),
    ),
  );
  const unmade = caseWithoutPod(view);
  return groupCases(unmade === undefined ? cases : [...cases, unmade])
    .filter((group): group is [Case, ...Case[]] => group.length > 0)
    .map((group) => blamedFirst(group, finding))
    .toSorted((one, other) => weightOf(one, finding) - weightOf(other, finding))
    .slice(0, GROUP_LIMIT);
}

/** Pods that are not ready, and those that are suspicious also when they are old ones or ready at the moment. */
function unwellPods(view: RolloutView, isSuspicious: (pod: JsonObject) => boolean): readonly JsonObject[] {
  const { object, pinned } = view;
  const newest = view.pods.length === 0 && pinned.subject.rule === 'Pod' && object !== undefined ? [object] : view.pods;
  return [...newest, ...view.olderPods].filter(
    (pod) =>
      isSuspicious(pod) || (newest.includes(pod) && !isReady(pod) && textAt(pod, 'status', 'phase') !== 'Succeeded'),
  );
}

function isBlamed(pod: JsonObject | undefined, finding: Finding | undefined): boolean {
  const blamed = finding?.place.podUid;
  return blamed !== undefined && textAt(pod, 'metadata', 'uid') === blamed;
}

function blamedFirst([first, ...others]: Group, finding: Finding | undefined): Group {
  const blamed = others.find(({ pod }) => isBlamed(pod, finding));
  return blamed === undefined ? [first, ...others] : [blamed, first, ...others.filter((one) => one !== blamed)];
}

function weightOf([first]: Group, finding: Finding | undefined): number {
  return isBlamed(first.pod, finding) ? -1 : (suspect(first)?.weight ?? Infinity);
}
