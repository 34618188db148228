import { Agent, get } from 'node:https';
import { createInterface } from 'node:readline';
import { numberAt, objectsAt, textAt, type JsonObject } from '../../src/values/json.ts';
import type { Upstream } from '../support/fault-proxy.ts';

/** Looks at the Deployments of a namespace on its own, beside whoever is measured. */
export type AvailabilityWatch = {
  /** When the last of them was seen done with the wanted image, on the clock of `performance.now()`. */
  readonly lastDone: Promise<number>;
  stop(): void;
};

/** Watches until `count` Deployments have the image in their template and are done by the rule of `kubectl rollout status`. */
export async function watchAvailability(
  upstream: Upstream,
  namespace: string,
  wanted: { readonly image: string; readonly count: number },
): Promise<AvailabilityWatch> {
  const agent = new Agent({ ca: upstream.ca, cert: upstream.certificate, key: upstream.key });
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const list = await new Promise<unknown>((resolve, reject) => {
    get(new URL(`${path}?limit=1`, upstream.origin), { agent }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.on('end', () => resolve(JSON.parse(body)));
    }).on('error', reject);
  });
  const version = textAt(list, 'metadata', 'resourceVersion') ?? '';
  const stop = new AbortController();
  const done = new Set<string>();
  const lastDone = new Promise<number>((resolve, reject) => {
    const watch = get(
      new URL(`${path}?watch=true&resourceVersion=${version}`, upstream.origin),
      { agent, signal: stop.signal },
      (answer) => {
        const lines = createInterface(answer).on('error', reject);
        lines.on('line', (line) => {
          const event: unknown = JSON.parse(line);
          const [object] = objectsAt({ list: [Object(event).object] }, 'list');
          if (object !== undefined && isDone(object, wanted.image)) {
            done.add(textAt(object, 'metadata', 'name') ?? '');
            if (done.size === wanted.count) {
              resolve(performance.now());
            }
          }
        });
      },
    );
    watch.on('error', reject);
  });
  // Nobody waits for it when the deploy failed.
  lastDone.catch(() => undefined);
  return {
    lastDone,
    stop: () => {
      stop.abort();
      agent.destroy();
    },
  };
}

function isDone(deployment: JsonObject, image: string): boolean {
  const [container] = objectsAt(deployment, 'spec', 'template', 'spec', 'containers');
  const count = (...path: readonly string[]): number => numberAt(deployment, ...path) ?? 0;
  const updated = count('status', 'updatedReplicas');
  return (
    textAt(container, 'image') === image &&
    count('status', 'observedGeneration') >= count('metadata', 'generation') &&
    updated >= count('spec', 'replicas') &&
    count('status', 'replicas') <= updated &&
    count('status', 'availableReplicas') >= updated
  );
}
