import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import { textAt, type JsonObject } from '../values/json.ts';
import { listObjects } from './list.ts';
import { listNewestPods } from './newest-pods.ts';
import type { Tracker } from './tracker.ts';
import { isLeaving } from './pod-state.ts';
import { eventsAbout } from './view-of.ts';
import type { RolloutView } from './view.ts';

/**
 * The view with pods and events, for whoever asks why: a rollout that had failed before anything was followed has none of them. What may
 * not be read stays away.
 */
export async function completeView(view: RolloutView, tracker: Tracker, api: KubeApi): Promise<RolloutView> {
  if (view.pods.length > 0 || view.object === undefined) {
    return view;
  }
  const { namespace } = view.pinned.subject;
  const pods = (await unlessRefused(async () => (await listNewestPods(namespace, [tracker], api)).get(tracker))) ?? [];
  const here = pods.filter((pod) => !isLeaving(pod));
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
  const listed = await unlessRefused(async () => listObjects({ path, fieldSelector: 'type=Warning' }, api));
  const byUid = Map.groupBy(listed?.objects ?? [], (event) => textAt(event, 'involvedObject', 'uid') ?? '');
  const events: readonly JsonObject[] = eventsAbout(tracker, here, (uid) => byUid.get(uid) ?? []);
  return { ...view, pods: here, events: view.events.length > 0 ? view.events : events };
}

async function unlessRefused<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DeployError && error.code !== 'cancelled') {
      return undefined;
    }
    throw error;
  }
}
