import { DeployError } from '../errors.ts';
import { getObject, type KubeApi } from '../kube/api.ts';
import type { Ports } from '../ports.ts';
import { textAt, type JsonObject } from '../values/json.ts';
import { remainingObjects } from './remaining-objects.ts';
import { whatRemains } from './remains.ts';

const PAUSE_SECONDS = 2;

type GonePorts = Pick<Ports, 'clock' | 'assertNotCancelled'>;

/** Undefined when it is gone. A namespace of the same name that was made anew is another one. */
export async function readSame(
  { namespace, uid }: { readonly namespace: string; readonly uid: string },
  api: KubeApi,
): Promise<JsonObject | undefined> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const live = await getObject(api, path, `read the namespace ${namespace}`);
  return textAt(live, 'metadata', 'uid') === uid ? live : undefined;
}

/** What is known of a namespace that was waited for in vain: it is there, or nobody could look any more. `why` is a clause. */
export type NotGone = { readonly kind: 'stuck' | 'unseen'; readonly why: string };

/**
 * Waits until a namespace that is being deleted is gone, at most until `untilMilliseconds` of the clock's `elapsed`. Undefined when it is. An API server that does not answer for a while is waited for too. Throws `cancelled` only.
 */
export async function waitUntilGone(
  which: { readonly namespace: string; readonly uid: string },
  untilMilliseconds: number,
  api: KubeApi,
  ports: GonePorts,
): Promise<NotGone | undefined> {
  for (;;) {
    ports.assertNotCancelled();
    const { live, trouble, isFinal } = await lookOnce(which, api);
    const leftMilliseconds = untilMilliseconds - ports.clock.elapsed();
    if (isFinal || leftMilliseconds <= 0) {
      return live === undefined
        ? seenOrNot(trouble)
        : { kind: 'stuck', why: describeRest(live, await remainingObjects(live, api)) };
    }
    await ports.clock.sleep(Math.min(PAUSE_SECONDS * 1000, leftMilliseconds));
  }
}

type Look = {
  readonly live: JsonObject | undefined;
  readonly trouble: string | undefined;
  /** Another look would see the same. */
  readonly isFinal: boolean;
};

async function lookOnce(which: { readonly namespace: string; readonly uid: string }, api: KubeApi): Promise<Look> {
  try {
    const live = await readSame(which, api);
    return { live, trouble: undefined, isFinal: live === undefined };
  } catch (error) {
    if (!(error instanceof DeployError) || error.code === 'cancelled') {
      throw error;
    }
    // Whoever may read the namespace by a Role in it loses that Role before the namespace is gone.
    return { live: undefined, trouble: error.message, isFinal: error.code === 'access-denied' };
  }
}

function seenOrNot(trouble: string | undefined): NotGone | undefined {
  return trouble === undefined ? undefined : { kind: 'unseen', why: trouble };
}

function describeRest(live: JsonObject, objects: readonly string[]): string {
  return [whatRemains(live), ...(objects.length === 0 ? [] : [objects.join(', ')])].join('; ');
}
