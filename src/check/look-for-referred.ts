import { failureOfAnswer, type KubeApi } from '../kube/api.ts';
import { findMaker } from '../kube/secret-makers.ts';
import { isJsonObject, type JsonObject } from '../values/json.ts';
import { describeReferred, pathOfReferred, type Referred } from './reference-places.ts';

/** Labels and owners without values: the names of the keys of a Secret are in its `managedFields`. */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json';

/** What the cluster says of an object that is referred to. */
export type Look =
  | { readonly kind: 'there'; readonly object: JsonObject }
  | { readonly kind: 'missing' }
  /** Another object of the cluster makes it, and may still add what is missing. */
  | { readonly kind: 'made' }
  | { readonly kind: 'refused' };

/** Asks for one object; of a Secret that is missing, or of which one `wantsMore`, also who makes it. Throws what an API server that cannot answer throws. */
export async function lookFor(
  referred: Referred,
  wantsMore: (object: JsonObject) => boolean,
  api: KubeApi,
): Promise<Look> {
  const path = pathOfReferred(referred);
  const answer = await api.request({ method: 'GET', path, headers: { accept: METADATA_ONLY } });
  if (answer.status === 403) {
    return { kind: 'refused' };
  }
  if (answer.status >= 300 && answer.status !== 404) {
    throw failureOfAnswer(answer, `read ${describeReferred(referred)}`);
  }
  const object = answer.status !== 404 && isJsonObject(answer.body) ? answer.body : undefined;
  const isEnough = object !== undefined && !wantsMore(object);
  const maker = isEnough ? undefined : await findMaker(referred, referred.namespace ?? '', api);
  if (maker !== undefined) {
    return { kind: 'made' };
  }
  return object === undefined ? { kind: 'missing' } : { kind: 'there', object };
}
