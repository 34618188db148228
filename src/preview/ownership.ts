import { DeployError } from '../errors.ts';
import { previewLabel } from '../plan/preview-namespace.ts';
import type { PreviewPlan } from '../plan/preview-slices.ts';
import type { JsonObject } from '../values/json.ts';
import { isLeaving, PREVIEW_LABELS, previewOf, type Preview } from './marks.ts';

/** `free`: there is none of that name. `terminating`: it was ours, and is being deleted. */
export type Ownership = 'free' | 'ours' | 'foreign' | 'terminating';

type Owner = Pick<PreviewPlan, 'app' | 'pullRequest' | 'namespace' | 'repository' | 'repositoryId'>;

/** Whose the namespace is that a preview would have: only one that says so itself, by its labels, is ours. */
export function ownershipOf(live: JsonObject | undefined, owner: Owner): Ownership {
  if (live === undefined) {
    return 'free';
  }
  if (whyForeign(previewOf(live), owner) !== undefined) {
    return 'foreign';
  }
  return isLeaving(live) ? 'terminating' : 'ours';
}

/** What is to be said of a namespace that is foreign: it is not touched. */
export function failureOfForeign(live: JsonObject, owner: Owner): DeployError {
  const preview = previewOf(live);
  const why = whyForeign(preview, owner) ?? 'it is somebody else’s';
  const isMarked = preview !== undefined;
  return new DeployError('preview-foreign', `The namespace ${owner.namespace} is not touched: ${why}`, {
    hint: isMarked
      ? 'Give this one another name with the input app, or remove the other one.'
      : `Give the preview another name with the input app. If the namespace is meant for it: ${labelCommand(owner)}`,
  });
}

function whyForeign(preview: Preview | undefined, owner: Owner): string | undefined {
  if (preview === undefined) {
    return `it is there and is no preview: it has no label ${PREVIEW_LABELS.preview}`;
  }
  const { app, repositoryId, repository, pullRequest } = preview;
  if (repositoryId !== owner.repositoryId) {
    return `it is a preview of ${repository ?? 'a repository'} (id ${repositoryId ?? 'unknown'}), and this is ${owner.repository} (id ${owner.repositoryId})`;
  }
  if (app !== previewLabel(owner.app)) {
    return `it is the preview of the app ${app}, and this is ${owner.app}`;
  }
  return pullRequest === owner.pullRequest
    ? undefined
    : `it is the preview of ${pullRequest === undefined ? 'no pull request by its label' : `pull request ${pullRequest}`}, and this is pull request ${owner.pullRequest}`;
}

function labelCommand(owner: Owner): string {
  return [
    `kubectl label namespace ${owner.namespace}`,
    `${PREVIEW_LABELS.preview}=${previewLabel(owner.app)}`,
    `${PREVIEW_LABELS.repositoryId}=${owner.repositoryId}`,
    `${PREVIEW_LABELS.pullRequest}=${owner.pullRequest}`,
  ].join(' ');
}
