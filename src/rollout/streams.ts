import type { CollectionWish } from '../kube/collection.ts';
import type { Subject, SubjectRule } from '../values/subject.ts';
import { collectionOf } from './read.ts';

/** What is followed in one namespace: constant, whatever the number of workloads. */
export const MOST_STREAMS_OF_NAMESPACE = 6;

/** A selector is part of a URL; above this all pods of the namespace travel instead. */
const LONGEST_SELECTOR = 16_000;

const RELIST_SECONDS = 20;

export type StreamKind = 'subjects' | 'pods' | 'events';

/** `name` stays the same while the wish changes: the label by which pods are chosen. */
export type Stream = { readonly kind: StreamKind; readonly name: string; readonly wish: CollectionWish };

/** The kinds that are watched; a Pod or a custom resource is asked for every few seconds. */
const WATCHED: readonly SubjectRule[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'];

export function isWatched({ rule }: Subject): boolean {
  return WATCHED.includes(rule);
}

/** A stream for each kind of subject, and one for the warnings of the namespace. */
export function fixedStreams(namespace: string, subjects: readonly Subject[]): readonly Stream[] {
  const kinds = [...Map.groupBy(subjects.filter(isWatched), collectionOf)].map(([path, group]): Stream => {
    const [only, ...others] = group;
    const isAlone = only !== undefined && others.length === 0;
    return {
      kind: 'subjects',
      name: path,
      wish: { path, fieldSelector: isAlone ? `metadata.name=${only.name}` : undefined, relistSeconds: RELIST_SECONDS },
    };
  });
  const events: Stream = {
    kind: 'events',
    name: 'events',
    wish: { path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`, fieldSelector: 'type=Warning' },
  };
  return [...kinds, events];
}

/**
 * Streams of the pods that carry one of the labels (label → its values). Where one stream for each label would be too many, or a selector
 * too long, all pods of the namespace are one stream.
 */
export function podStreams(
  namespace: string,
  labels: ReadonlyMap<string, ReadonlySet<string>>,
  otherStreamCount: number,
): readonly Stream[] {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const chosen = [...labels].map(([label, values]) => ({
    label,
    labelSelector: `${label} in (${[...values].toSorted().join(',')})`,
  }));
  const fits =
    chosen.length <= MOST_STREAMS_OF_NAMESPACE - otherStreamCount &&
    chosen.every(({ labelSelector }) => labelSelector.length <= LONGEST_SELECTOR);
  return fits
    ? chosen.map(({ label, labelSelector }): Stream => ({ kind: 'pods', name: label, wish: { path, labelSelector } }))
    : [{ kind: 'pods', name: 'all pods', wish: { path } }];
}
