import type { Question } from '../knowledge.ts';
import type { RolloutView } from '../view.ts';
import { conditionOf } from '../rules/progress.ts';
import { uidOf } from './pod.ts';
import type { Sighting } from './sighting.ts';

/** What would help to judge these signals; each question once. */
export function questionsOf(sightings: readonly Sighting[], view: RolloutView): readonly Question[] {
  const questions = sightings.flatMap((sighting) => [...aboutEvidence(sighting), ...aboutStart(sighting, view)]);
  return [...new Map(questions.map((question) => [JSON.stringify(question), question])).values()];
}

function aboutEvidence({ row, finding, about }: Sighting): readonly Question[] {
  const { podUid = '', podName = '', container } = finding.place;
  switch (row.evidence ?? 'nothing') {
    case 'registry':
      return about.image === undefined ? [] : [{ kind: 'image', reference: about.image }];
    case 'pull-secret':
      return (about.pullSecrets ?? []).map((name) => ({
        kind: 'config',
        object: { kind: 'Secret', name },
        key: undefined,
      }));
    case 'config':
      return about.config === undefined
        ? []
        : [
            { kind: 'config', ...about.config },
            { kind: 'maker', object: about.config.object },
          ];
    case 'autoscaler':
      return [{ kind: 'pod-events', podUid, podName }, { kind: 'leaving-pods' }];
    case 'quota':
      return [{ kind: 'leaving-pods' }];
    case 'dependency':
      return container === undefined ? [] : [{ kind: 'last-words', podUid, podName, container }];
    case 'image-grace':
    case 'freshness':
    case 'nothing':
      return [];
  }
}

/** Where the pod cannot say that it got past its volumes and its network (before Kubernetes 1.29), its events do. */
function aboutStart({ row, finding }: Sighting, { pods }: RolloutView): readonly Question[] {
  const { podUid = '', podName = '' } = finding.place;
  const pod = pods.find((pod) => uidOf(pod) === podUid);
  const isMute = pod !== undefined && conditionOf(pod, 'PodReadyToStartContainers') === undefined;
  return isMute && (row.family === 'volume' || row.family === 'network')
    ? [{ kind: 'pod-events', podUid, podName }]
    : [];
}
