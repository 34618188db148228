import { isDeepStrictEqual } from 'node:util';
import { isKubeObject, type KubeObject } from '../../src/kube/object.ts';
import { podTemplateOf } from '../../src/kube/pod-template.ts';
import type { HttpAnswer } from '../../src/ports.ts';
import { isJsonObject, numberAt, objectsAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';

/** How the new pods of an image behave; an image that nothing is said about rolls out. */
export type Behaviour = { readonly kind: 'crashes'; readonly log: string } | { readonly kind: 'hangs' };

const KINDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  v1: { Namespace: 'namespaces', ConfigMap: 'configmaps', Secret: 'secrets', Service: 'services', Pod: 'pods' },
  'apps/v1': { Deployment: 'deployments' },
};
const REVISION = 'deployment.kubernetes.io/revision';

/** A cluster in memory: see fake-cluster.md for what it promises. */
export class FakeCluster {
  /** "METHOD path", in order. */
  readonly requests: string[] = [];
  /** While true nothing is answered. */
  isAway = false;
  readonly #objects = new Map<string, KubeObject>();
  readonly #refusals = new Map<string, JsonObject>();
  readonly #behaviours = new Map<string, Behaviour>();
  readonly #logs = new Map<string, string>();
  #version = 0;

  /** Requests about a path that ends like this are refused with this Status. */
  refuse(pathEnd: string, status: JsonObject): void {
    this.#refusals.set(pathEnd, status);
  }

  behave(imagePart: string, behaviour: Behaviour): void {
    this.#behaviours.set(imagePart, behaviour);
  }

  object(path: string): KubeObject | undefined {
    return this.#objects.get(path);
  }

  /** Everything that is stored, without what changes by itself. */
  snapshot(): ReadonlyMap<string, KubeObject> {
    return new Map(this.#objects);
  }

  async answer(method: string, pathAndQuery: string, body = ''): Promise<HttpAnswer> {
    const { pathname, searchParams } = new URL(pathAndQuery, 'http://cluster');
    this.requests.push(`${method} ${pathname}`);
    if (this.isAway) {
      throw new Error('connect ECONNREFUSED 10.0.0.1:6443');
    }
    const refusal = [...this.#refusals].find(([end]) => pathname.endsWith(end))?.[1];
    if (refusal !== undefined) {
      return json(refusal, numberAt(refusal, 'code'));
    }
    if (pathname.endsWith('/log')) {
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: this.#logs.get(pathname) ?? '' };
    }
    return method === 'PATCH'
      ? this.#applyAnswer(pathname, JSON.parse(body), searchParams.get('dryRun') === null)
      : this.#readAnswer(pathname, searchParams.get('labelSelector') ?? '');
  }

  /** Server-side apply by k8s-deploy; the object as it is, or would be, stored. */
  apply(path: string, wanted: KubeObject, isStored: boolean): KubeObject {
    const owner = { manager: 'k8s-deploy', operation: 'Apply', apiVersion: wanted.apiVersion };
    const next = merged(merged(this.#objects.get(path), wanted), { metadata: { managedFields: [owner] } });
    return isStored ? this.store(path, next) : asObject(next);
  }

  /** Stores what somebody changed: versions, generation and, for a Deployment, the revision follow as on a real server. */
  store(path: string, next: JsonObject): KubeObject {
    const live = this.#objects.get(path);
    if (live !== undefined && isDeepStrictEqual({ ...live }, next)) {
      return live;
    }
    const isNewSpec = !isDeepStrictEqual(live?.['spec'], next['spec']);
    const isNewRevision = !isDeepStrictEqual(valueAt(live, 'spec', 'template'), valueAt(next, 'spec', 'template'));
    const revision = String(Number(textAt(live, 'metadata', 'annotations', REVISION) ?? 0) + 1);
    this.#version += 1;
    const stored = merged(next, {
      metadata: {
        uid: textAt(live, 'metadata', 'uid') ?? `uid-${this.#version}`,
        resourceVersion: String(this.#version),
        generation: (numberAt(live, 'metadata', 'generation') ?? 0) + (isNewSpec ? 1 : 0),
        ...(isNewRevision ? { annotations: { [REVISION]: revision } } : {}),
      },
    });
    this.#objects.set(path, asObject(stored));
    return asObject(stored);
  }

  /** Time passes for one Deployment: its newest pods come up, crash or hang. */
  settle(path: string): Behaviour['kind'] | 'rolls out' {
    const object = this.#objects.get(path);
    if (object === undefined) {
      throw new Error(`there is no ${path}`);
    }
    const images = objectsAt(podTemplateOf(object), 'spec', 'containers').map(
      (container) => textAt(container, 'image') ?? '',
    );
    const behaviour = [...this.#behaviours].find(([part]) => images.some((image) => image.includes(part)))?.[1];
    const replicas = numberAt(object, 'spec', 'replicas') ?? 1;
    const observedGeneration = numberAt(object, 'metadata', 'generation');
    const seen = { observedGeneration, replicas, updatedReplicas: replicas };
    const crashes = behaviour?.kind === 'crashes';
    const conditions = crashes ? [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] : [];
    const status =
      behaviour === undefined
        ? { ...seen, availableReplicas: replicas }
        : { ...seen, availableReplicas: 0, conditions };
    this.#objects.set(path, { ...object, status });
    this.#objects.delete(podPath(object));
    if (crashes) {
      this.#crash(object, behaviour.log);
    }
    return behaviour?.kind ?? 'rolls out';
  }

  #applyAnswer(path: string, body: unknown, isStored: boolean): HttpAnswer {
    const wanted = asObject(body);
    const { namespace } = wanted.metadata;
    const isMissing =
      namespace !== undefined && namespace !== 'default' && !this.#objects.has(`/api/v1/namespaces/${namespace}`);
    return isMissing ? notFound(`namespaces "${namespace}" not found`) : json(this.apply(path, wanted, isStored));
  }

  #readAnswer(path: string, selector: string): HttpAnswer {
    const [, apiVersion = ''] = /^\/apis?\/((?:apps\/)?v1)$/.exec(path) ?? [];
    if (path === '/version') {
      return json({ gitVersion: 'v1.34.4' });
    }
    if (apiVersion !== '') {
      const resources = Object.entries(KINDS[apiVersion] ?? {}).map(([kind, name]) => ({
        kind,
        name,
        namespaced: kind !== 'Namespace',
      }));
      return json({ kind: 'APIResourceList', resources });
    }
    const object = this.#objects.get(path);
    if (object !== undefined) {
      return json(object);
    }
    const isList = /\/(pods|replicasets|events)$/.test(path);
    return isList ? json({ items: this.#itemsIn(path, selector) }) : notFound(`${path} not found`);
  }

  #crash(object: KubeObject, log: string): void {
    const labels = valueAt(object, 'spec', 'selector', 'matchLabels');
    const name = textAt(objectsAt(podTemplateOf(object), 'spec', 'containers')[0], 'name');
    const state = { waiting: { reason: 'CrashLoopBackOff' } };
    const lastState = { terminated: { exitCode: 1, reason: 'Error' } };
    this.#objects.set(podPath(object), {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `${object.metadata.name}-x`, labels },
      spec: { nodeName: 'node-1' },
      status: { phase: 'Running', containerStatuses: [{ name, ready: false, restartCount: 2, state, lastState }] },
    });
    this.#logs.set(`${podPath(object)}/log`, log);
  }

  #itemsIn(path: string, selector: string): readonly KubeObject[] {
    const wanted = selector.split(',').map((pair) => pair.split('='));
    return [...this.#objects]
      .filter(([place]) => place.startsWith(`${path}/`))
      .map(([, object]) => object)
      .filter(({ metadata }) => wanted.every(([key = '', value]) => textAt(metadata, 'labels', key) === value));
  }
}

/** `over` wins; maps are merged, lists are replaced. */
export function merged(base: unknown, over: unknown): JsonObject {
  const result: Record<string, unknown> = isJsonObject(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(isJsonObject(over) ? over : {})) {
    result[key] = isJsonObject(value) ? merged(result[key], value) : value;
  }
  return result;
}

function asObject(value: unknown): KubeObject {
  if (!isKubeObject(value)) {
    throw new Error(`${JSON.stringify(value)} is no Kubernetes object`);
  }
  return value;
}

function podPath({ metadata }: KubeObject): string {
  return `/api/v1/namespaces/${metadata.namespace ?? ''}/pods/${metadata.name}-x`;
}

function json(body: JsonObject, status = 200): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function notFound(message: string): HttpAnswer {
  return json({ kind: 'Status', status: 'Failure', reason: 'NotFound', message, code: 404 }, 404);
}

/** The path of an object of a manifest. */
export function pathOf(object: KubeObject): string {
  const plural = KINDS[object.apiVersion]?.[object.kind] ?? 'unknown';
  const root = object.apiVersion === 'v1' ? '/api/v1' : `/apis/${object.apiVersion}`;
  const { namespace } = object.metadata;
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${root}${place}/${plural}/${object.metadata.name}`;
}
