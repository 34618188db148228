import type { Manifest } from '../kube/manifest.ts';
import type { KubeObject } from '../kube/object.ts';
import { previewLabel } from '../plan/preview-namespace.ts';
import type { PreviewPlan } from '../plan/preview-slices.ts';
import { guardsOf } from './guards.ts';
import { PREVIEW_ANNOTATIONS, PREVIEW_LABELS, timeStamp } from './marks.ts';

/** When a preview that is deployed now expires, to the second: "2026-11-29T00:00:00.000Z". */
export function expiryOf({ ttlSeconds }: Pick<PreviewPlan, 'ttlSeconds'>, nowMilliseconds: number): string {
  return new Date((Math.floor(nowMilliseconds / 1000) + ttlSeconds) * 1000).toISOString();
}

/** The namespace of a preview and its guards, as if they stood among the manifests. Each deploy makes it live on from `nowMilliseconds`. */
export function previewManifests(plan: PreviewPlan, nowMilliseconds: number): readonly Manifest[] {
  return [namespaceOf(plan, nowMilliseconds), ...guardsOf(plan.guards, plan.namespace)].map(manifestOf);
}

function namespaceOf(plan: PreviewPlan, nowMilliseconds: number): KubeObject {
  const expiresAt = expiryOf(plan, nowMilliseconds);
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: plan.namespace,
      labels: {
        [PREVIEW_LABELS.preview]: previewLabel(plan.app),
        [PREVIEW_LABELS.repositoryId]: plan.repositoryId,
        [PREVIEW_LABELS.pullRequest]: String(plan.pullRequest),
        [PREVIEW_LABELS.expires]: timeStamp(Date.parse(expiresAt)),
      },
      annotations: {
        [PREVIEW_ANNOTATIONS.repository]: plan.repository,
        [PREVIEW_ANNOTATIONS.expiresAt]: expiresAt,
      },
    },
  };
}

function manifestOf(object: KubeObject): Manifest {
  const manifest: Manifest = {
    file: 'preview',
    object,
    lineOf: () => undefined,
    edited: () => manifest,
    toText: () => `${JSON.stringify(object)}\n`,
  };
  return manifest;
}
