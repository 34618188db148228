import { isDeepStrictEqual } from 'node:util';
import { isKubeObject, type KubeObject } from '../../src/kube/object.ts';
import { containersOf } from '../../src/kube/pod-template.ts';
import type { HttpAnswer, StreamedAnswer } from '../../src/http.ts';
import { isJsonObject, numberAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import { deploymentStatus, isOwnedBy, podsOf, replicaSetOf, replicasOf, type Behaviour } from './fake-controllers.ts';
import { FakeHistory } from './fake-history.ts';
import { selects } from './fake-selectors.ts';

const KINDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  v1: {
    Namespace: 'namespaces',
    ConfigMap: 'configmaps',
    Secret: 'secrets',
    Service: 'services',
    Pod: 'pods',
    Event: 'events',
  },
  'apps/v1': { Deployment: 'deployments', ReplicaSet: 'replicasets' },
};
const ALWAYS_THERE: Readonly<Record<string, JsonObject>> = {
  '/api/v1/namespaces/default': { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } },
};
const REVISION = 'deployment.kubernetes.io/revision';
const DATE = 'Thu, 01 Jan 2026 00:00:00 GMT';
const LOOKS_UNTIL_SETTLED = 2;

/** A cluster in memory: see fake-cluster.md for what it promises. */
export class FakeCluster {
  /** "METHOD path", in order; a watch is "WATCH path". */
  readonly requests: string[] = [];
  #isAway = false;
  readonly #history = new FakeHistory();
  /** Path of a Deployment → how often it was read since its pods had to change. */
  readonly #looks = new Map<string, number>();
  readonly #objects = new Map<string, KubeObject>();
  readonly #refusals = new Map<string, JsonObject>();
  readonly #behaviours = new Map<string, Behaviour>();
  readonly #logs = new Map<string, string>();
  #version = 0;

  /** While true nothing is answered; the watches that are open break. */
  get isAway(): boolean {
    return this.#isAway;
  }

  set isAway(isAway: boolean) {
    this.#isAway = isAway;
    if (isAway) {
      this.#history.breakWatches();
    }
  }

  /** Requests about a path that ends like this are refused with this Status. */
  refuse(pathEnd: string, status: JsonObject): void {
    this.#refusals.set(pathEnd, status);
  }

  behave(imagePart: string, behaviour: Behaviour): void {
    this.#behaviours.set(imagePart, behaviour);
  }

  /** What hung or crashed comes up now. */
  recover(imagePart: string, path: string): void {
    this.#behaviours.delete(imagePart);
    this.#looks.set(path, 0);
    this.settle(path);
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
    const refusal = this.#admit(method, pathname);
    if (refusal !== undefined) {
      return json(refusal, numberAt(refusal, 'code'));
    }
    if (pathname.endsWith('/log')) {
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: this.#logs.get(pathname) ?? '' };
    }
    if (method === 'POST') {
      return reviewAnswer(pathname);
    }
    return method === 'PATCH'
      ? this.#applyAnswer(pathname, JSON.parse(body), searchParams.get('dryRun') === null)
      : this.#readAnswer(pathname, searchParams);
  }

  /** A watch. Time passes for whoever watches: what is to change in the namespace has changed before the first line. */
  async stream(pathAndQuery: string, stop: AbortSignal): Promise<StreamedAnswer> {
    const { pathname, searchParams } = new URL(pathAndQuery, 'http://cluster');
    const refusal = this.#admit('WATCH', pathname);
    const headers = { 'content-type': 'application/json', date: DATE };
    if (refusal !== undefined) {
      return { status: numberAt(refusal, 'code') ?? 500, headers, lines: asLines([JSON.stringify(refusal)]) };
    }
    const version = Number(searchParams.get('resourceVersion') ?? 0);
    const lines = this.#history.linesAfter(version, pathname, searchParams, stop);
    this.#unsettledIn(namespaceOf(pathname)).forEach((path) => this.settle(path));
    return { status: 200, headers, lines };
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
    const stored = this.#put(
      path,
      merged(next, {
        metadata: {
          uid: textAt(live, 'metadata', 'uid') ?? `uid-${this.#version + 1}`,
          generation: (numberAt(live, 'metadata', 'generation') ?? 0) + (isNewSpec ? 1 : 0),
          ...(isNewRevision && next['kind'] === 'Deployment' ? { annotations: { [REVISION]: revision } } : {}),
        },
      }),
    );
    if (stored.kind === 'Deployment' && isNewSpec) {
      this.#looks.set(path, 0);
      const replicaSet = replicaSetOf(stored);
      this.store(pathOf(replicaSet), merged(this.#objects.get(pathOf(replicaSet)), replicaSet));
      if (this.#history.isWatched) {
        this.settle(path);
      }
    }
    return stored;
  }

  /** Deletes a namespace with everything in it, or, when something holds it, lets it stay as one that is being deleted. */
  leave(path: string): void {
    const namespace = this.#existing(path);
    [...this.#objects.keys()].filter((other) => other.startsWith(`${path}/`)).forEach((other) => this.remove(other));
    this.remove(path);
    if (textAt(namespace, 'metadata', 'annotations', 'held') !== undefined) {
      const leaving = { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, status: { phase: 'Terminating' } };
      this.#put(path, merged(namespace, leaving));
    }
  }

  /** Removes an object, as somebody who deletes it. */
  remove(path: string): void {
    const before = this.#objects.get(path);
    if (before !== undefined) {
      this.#version += 1;
      this.#objects.delete(path);
      this.#looks.delete(path);
      const last = merged(before, { metadata: { resourceVersion: String(this.#version) } });
      this.#history.add({ version: this.#version, path, before: asObject(last), after: undefined });
    }
  }

  /** Time passes for one Deployment: its newest pods come up, crash or hang; old ones stay until new ones are up. */
  settle(path: string): Behaviour['kind'] | 'rolls out' {
    const deployment = this.#existing(path);
    const behaviour = this.#behaviourOf(deployment);
    const kind = behaviour?.kind ?? 'rolls out';
    if (!this.#unsettledIn(undefined).includes(path)) {
      return kind;
    }
    this.#looks.delete(path);
    const replicaSet = this.#existing(pathOf(replicaSetOf(deployment)));
    const older = this.#owned('replicasets', deployment).filter(
      (set) => set.metadata.name !== replicaSet.metadata.name,
    );
    const oldPods = older.flatMap((set) => this.#owned('pods', set));
    const pods = podsOf(replicaSet, kind);
    this.#owned('pods', replicaSet)
      .filter((pod) => !pods.some((wanted) => wanted.metadata.name === pod.metadata.name))
      .forEach((pod) => this.remove(pathOf(pod)));
    for (const pod of pods) {
      this.store(pathOf(pod), merged(this.#objects.get(pathOf(pod)), pod));
      this.#logs.set(`${pathOf(pod)}/log`, behaviour?.kind === 'crashes' ? behaviour.log : '');
    }
    if (kind === 'rolls out') {
      oldPods.forEach((pod) => this.remove(pathOf(pod)));
      older.forEach((set) => this.store(pathOf(set), merged(set, { spec: { replicas: 0 } })));
    }
    const oldCount = kind === 'rolls out' ? 0 : oldPods.length;
    this.#put(path, { ...deployment, status: deploymentStatus(deployment, replicasOf(deployment), oldCount, kind) });
    return kind;
  }

  /** Time passes until a Deployment that does not come up is over its progress deadline. */
  passDeadline(path: string): void {
    const deployment = this.#existing(path);
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
    this.#put(path, merged(deployment, { status: { conditions } }));
  }

  /** The Status that a request is refused with, if it is. */
  #admit(method: string, path: string): JsonObject | undefined {
    this.requests.push(`${method} ${path}`);
    if (this.#isAway) {
      throw new Error('connect ECONNREFUSED 10.0.0.1:6443');
    }
    const refusal = [...this.#refusals].find(([end]) => path.endsWith(end))?.[1];
    return method === 'GET' && isStatusOfApply(refusal) ? undefined : refusal;
  }

  /** Stores it under a new version, and tells those who watch. */
  #put(path: string, object: JsonObject): KubeObject {
    const before = this.#objects.get(path);
    this.#version += 1;
    const after = asObject(merged(object, { metadata: { resourceVersion: String(this.#version) } }));
    this.#objects.set(path, after);
    this.#history.add({ version: this.#version, path, before, after });
    return after;
  }

  #existing(path: string): KubeObject {
    const object = this.#objects.get(path);
    if (object === undefined) {
      throw new Error(`there is no ${path}`);
    }
    return object;
  }

  #owned(plural: string, owner: KubeObject): readonly KubeObject[] {
    return [...this.#objects]
      .filter(([path, object]) => path.includes(`/${plural}/`) && isOwnedBy(object, owner))
      .map(([, object]) => object);
  }

  #behaviourOf(deployment: KubeObject): Behaviour | undefined {
    const images = containersOf(deployment).map(({ image }) => image ?? '');
    return [...this.#behaviours].find(([part]) => images.some((image) => image.includes(part)))?.[1];
  }

  /** Deployments whose pods are not yet what they have to be. */
  #unsettledIn(namespace: string | undefined): readonly string[] {
    return [...this.#looks.keys()].filter((path) => namespace === undefined || namespaceOf(path) === namespace);
  }

  /** Time passes between looks, too: who looks for the third time finds it settled. */
  #look(path: string): void {
    for (const unsettled of this.#unsettledIn(undefined)) {
      const looks = this.#looks.get(unsettled) ?? 0;
      if (unsettled.startsWith(path)) {
        this.#looks.set(unsettled, looks + 1);
        if (looks >= LOOKS_UNTIL_SETTLED) {
          this.settle(unsettled);
        }
      }
    }
  }

  #applyAnswer(path: string, body: unknown, isStored: boolean): HttpAnswer {
    const wanted = asObject(body);
    const { namespace } = wanted.metadata;
    const isMissing =
      namespace !== undefined && namespace !== 'default' && !this.#objects.has(`/api/v1/namespaces/${namespace}`);
    return isMissing ? notFound(`namespaces "${namespace}" not found`) : json(this.apply(path, wanted, isStored));
  }

  #readAnswer(path: string, query: URLSearchParams): HttpAnswer {
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
    this.#look(path);
    const object = this.#objects.get(path) ?? ALWAYS_THERE[path];
    return object === undefined ? this.#listAnswer(path, query) : json(object);
  }

  #listAnswer(path: string, query: URLSearchParams): HttpAnswer {
    const [, apiVersion = '', plural] = /^\/apis?\/((?:apps\/)?v1)\/.*?([a-z]+)$/.exec(path) ?? [];
    const kind = Object.entries(KINDS[apiVersion] ?? {}).find(([, name]) => name === plural)?.[0];
    if (kind === undefined) {
      return notFound(`${path} not found`);
    }
    const items = [...this.#objects]
      .filter(([place, object]) => place.startsWith(`${path}/`) && selects(query, object))
      .map(([, object]) => object);
    return json({ kind: `${kind}List`, apiVersion, metadata: { resourceVersion: String(this.#version) }, items });
  }
}

/** What is only ever said of an object that is sent. */
function isStatusOfApply(status: JsonObject | undefined): boolean {
  return /^Apply failed|^failed to create typed/.test(textAt(status, 'message') ?? '');
}

/** Whoever asks may do everything. */
function reviewAnswer(path: string): HttpAnswer {
  const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
  const status = path.endsWith('rulesreviews')
    ? { resourceRules: [everything], nonResourceRules: [], incomplete: false }
    : { allowed: true };
  return json({ status }, 201);
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

async function* asLines(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

function namespaceOf(path: string): string {
  return /\/namespaces\/([^/]+)\//.exec(`${path}/`)?.[1] ?? '';
}

function json(body: JsonObject, status = 200): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json', date: DATE }, body: JSON.stringify(body) };
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
