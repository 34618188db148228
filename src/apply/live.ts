import type { Finding } from '../errors.ts';
import { failureOfAnswer, type KubeApi } from '../kube/api.ts';
import type { Target } from '../kube/target.ts';
import { isJsonObject, type JsonObject } from '../values/json.ts';
import { inParallel } from '../kube/parallel.ts';
import { explainRefusal } from './refusals.ts';

/** As many as keep an API server busy without filling the queue that its priority and fairness give to one user. */
export const PARALLEL_REQUESTS = 16;

/** What is to be applied, and what the cluster has in its place. */
export type LiveTarget = { readonly target: Target; readonly live: JsonObject | undefined };

export type LiveTargets = { readonly found: readonly LiveTarget[]; readonly findings: readonly Finding[] };

/** Reads the objects as they are. One that may not be read is a finding; a server that is in trouble is a failure. */
export async function readLive(targets: readonly Target[], api: KubeApi): Promise<LiveTargets> {
  const read = await inParallel(targets, PARALLEL_REQUESTS, async (target) => readOne(target, api));
  return {
    found: read.filter((one): one is LiveTarget => 'target' in one),
    findings: read.flatMap((one) => ('target' in one ? [] : one.findings)),
  };
}

async function readOne(target: Target, api: KubeApi): Promise<LiveTarget | { readonly findings: readonly Finding[] }> {
  const answer = await api.request({ method: 'GET', path: target.path });
  if (answer.status === 404) {
    return { target, live: undefined };
  }
  if (answer.status < 300 && isJsonObject(answer.body)) {
    return { target, live: answer.body };
  }
  if (answer.status === 401 || answer.status === 403) {
    return { findings: explainRefusal(answer, target) };
  }
  throw failureOfAnswer(answer, `read ${target.path}`);
}
