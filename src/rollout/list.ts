import { failureOfAnswer, type KubeApi } from '../kube/api.ts';
import { objectsAt, textAt, type JsonObject } from '../values/json.ts';

const PAGE_SIZE = 500;

/** Labels, annotations and owners, without spec and status. */
export const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';

export type Listed = {
  readonly objects: readonly JsonObject[];
  /** The server's clock, in milliseconds since the epoch; 0 when it did not tell. */
  readonly serverTimeMilliseconds: number;
};

/** A whole list, in pages, from the store and not from a cache. Throws `access-denied`, `credentials-rejected` or `cluster-unreachable`. */
export async function listObjects(
  api: KubeApi,
  path: string,
  query: Readonly<Record<string, string>> = {},
  accept = 'application/json',
): Promise<Listed> {
  const objects: JsonObject[] = [];
  let page = '';
  for (;;) {
    const parameters = new URLSearchParams({
      ...query,
      limit: String(PAGE_SIZE),
      ...(page === '' ? {} : { continue: page }),
    });
    const answer = await api.request({ method: 'GET', path: `${path}?${parameters.toString()}`, headers: { accept } });
    if (answer.status >= 300) {
      throw failureOfAnswer(answer, `list ${path}`);
    }
    objects.push(...objectsAt(answer.body, 'items'));
    page = textAt(answer.body, 'metadata', 'continue') ?? '';
    if (page === '') {
      return { objects, serverTimeMilliseconds: answer.serverTimeMilliseconds ?? 0 };
    }
  }
}
