import { DeployError } from '../errors.ts';
import { isJsonObject, objectsAt, textAt, type JsonObject } from '../values/json.ts';
import type { KubeApi } from './api.ts';
import { lossOf, type Ending } from './collection-endings.ts';
import { trimmed } from './collection-lines.ts';
import { endingOfStatus } from './collection-status.ts';
import type { CollectionWish, Reachability } from './collection.ts';

const PAGE_SIZE = 500;

const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';

/** All there is at one moment, and the version to watch from. */
export type Listed = {
  readonly kind: 'listed';
  readonly objects: readonly JsonObject[];
  readonly version: string;
  /** The server's clock, in milliseconds since the epoch; 0 when it did not tell. */
  readonly serverTimeMilliseconds: number;
};

/** A list that no cache answers (no resourceVersion: "most recent" by the API conventions), page by page. */
export async function listAll(wish: CollectionWish, api: KubeApi): Promise<Listed | Ending> {
  const objects: JsonObject[] = [];
  let page = '';
  for (;;) {
    const path = collectionPath(wish, { limit: String(PAGE_SIZE), ...(page === '' ? {} : { continue: page }) });
    const headers = wish.isMetadataOnly === true ? { accept: METADATA_ONLY } : {};
    const answer = await answerOrEnding(async () => api.request({ method: 'GET', path, headers }));
    if ('kind' in answer) {
      return answer;
    }
    if (answer.status !== 200) {
      return endingOfStatus(answer);
    }
    if (!isJsonObject(answer.body) || !Array.isArray(answer.body['items'])) {
      return { kind: 'failed', message: `${wish.path} is answered with something that is no list` };
    }
    objects.push(...itemsOf(answer.body));
    page = textAt(answer.body, 'metadata', 'continue') ?? '';
    if (page === '') {
      const version = textAt(answer.body, 'metadata', 'resourceVersion') ?? '';
      return { kind: 'listed', objects, version, serverTimeMilliseconds: answer.serverTimeMilliseconds ?? 0 };
    }
  }
}

/** What was answered, or that nothing was. A cancellation, and a mistake of ours, is thrown. */
export async function answerOrEnding<Answer>(ask: () => Promise<Answer>): Promise<Answer | Ending> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof DeployError && error.code !== 'cancelled') {
      return { kind: 'failed', message: error.message };
    }
    throw error;
  }
}

/** The URL path of what is wished, with what else is asked for. */
export function collectionPath(
  { path, labelSelector, fieldSelector }: CollectionWish,
  more: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams({
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...more,
  });
  return `${path}?${query.toString()}`;
}

/** Tells whether the server can be talked to, as far as an outcome says anything about that. */
export function tellOutcome(outcome: Listed | Ending, reachability: Reachability): void {
  const loss = outcome.kind === 'listed' ? undefined : lossOf(outcome);
  if (outcome.kind === 'listed') {
    reachability.heard();
  } else if (loss !== undefined) {
    reachability.lost(loss);
  }
}

/** Items of a built-in kind are listed without `kind` and `apiVersion`, which a watch has. */
function itemsOf(list: JsonObject): readonly JsonObject[] {
  const kind = textAt(list, 'kind')?.replace(/List$/, '');
  const named = kind === undefined ? {} : { apiVersion: list['apiVersion'], kind };
  return objectsAt(list, 'items').map((item) => ({ ...named, ...trimmed(item) }));
}
