import { subjectRuleOf } from '../kube/subject-rule.ts';
import type { Target } from '../kube/target.ts';
import { isWaitedFor } from '../kube/wait-annotations.ts';
import { workloadCollection } from './workload-places.ts';
import type { SubjectRule } from '../values/subject.ts';
import { isRolloutKind } from '../values/workload.ts';
import { needsFor, type Need } from './need.ts';

/** A rollout that is waited for, of whatever name. */
export type Awaited = { readonly rule: SubjectRule; readonly namespace: string };

/** What the objects of a set make wait for. */
export function awaitedIn(targets: readonly Target[]): readonly Awaited[] {
  return targets.flatMap(({ object, namespace }) => {
    const rule = subjectRuleOf(object);
    return rule === undefined || namespace === undefined || !isWaitedFor(object) ? [] : [{ rule, namespace }];
  });
}

/** What is read to see rollouts through and to say why one is not done: all of it helpful (Rights, in the documentation of rollouts). */
export function needsOfRollouts(awaited: readonly Awaited[]): readonly Need[] {
  return awaited.flatMap(({ rule, namespace }) => [
    ...needsOfKind(rule, namespace),
    ...(rule === 'custom' ? [] : needsOfPods(namespace)),
  ]);
}

function needsOfKind(rule: SubjectRule, namespace: string): readonly Need[] {
  if (rule === 'Job') {
    return needsFor(['list', 'watch'], {
      group: 'batch',
      resource: 'jobs',
      namespace,
      because: 'without it they are asked for every two seconds',
      use: 'helpful',
    });
  }
  if (!isRolloutKind(rule)) {
    return [];
  }
  const own = needsFor(['list', 'watch'], {
    ...workloadCollection(rule, namespace),
    because: 'without it they are asked for every two seconds, and kubectl rollout status cannot confirm them',
    use: 'helpful',
  });
  return [
    ...own,
    ...(rule === 'Deployment' ? needsOfReplicaSets(namespace) : []),
    ...(rule === 'DaemonSet' ? [] : needsOfAutoscalers(namespace)),
  ];
}

function needsOfReplicaSets(namespace: string): readonly Need[] {
  const because = 'without it the newest revision is taken from the condition of the Deployment';
  return needsFor(['list'], { group: 'apps', resource: 'replicasets', namespace, because, use: 'helpful' });
}

function needsOfAutoscalers(namespace: string): readonly Need[] {
  const because = 'without it replicas of the manifests are applied although an autoscaler decides on them';
  return needsFor(['list'], {
    group: 'autoscaling',
    resource: 'horizontalpodautoscalers',
    namespace,
    because,
    use: 'helpful',
  });
}

function needsOfPods(namespace: string): readonly Need[] {
  const place = { group: '', namespace, use: 'helpful' } as const;
  return [
    ...needsFor(['list', 'watch'], {
      ...place,
      resource: 'pods',
      because: 'without it what is wrong with a pod is found when a deadline has passed, and no digests are compared',
    }),
    ...needsFor(['get'], {
      ...place,
      resource: 'pods',
      because: 'without it a pod is not read again before a failure',
    }),
    ...needsFor(['get'], {
      ...place,
      resource: 'pods',
      subresource: 'log',
      because: 'without it no log lines are shown, and a container that waits is not told from one that crashes',
    }),
    ...needsFor(['list', 'watch'], {
      ...place,
      resource: 'events',
      because: 'without it what only events tell, of volumes, networks and autoscalers, is left to a deadline',
    }),
  ];
}
