import type { RolloutKind } from './workload.ts';

/** By which rule it is decided that something is done. */
export type SubjectRule = RolloutKind | 'Job' | 'Pod' | 'custom';

/** Kind, namespace and name: enough to name an object to the user. */
export type NamedObject = { readonly kind: string; readonly namespace: string; readonly name: string };

/** One object whose success is waited for. */
export type Subject = NamedObject & {
  readonly rule: SubjectRule;
  /** URL path of the object: "/apis/apps/v1/namespaces/shop/deployments/server". */
  readonly path: string;
};
