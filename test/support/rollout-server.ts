import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { numberAt, textAt, type JsonObject } from '../../src/values/json.ts';

/** An API server of apps/v1 objects that never change: enough for `kubectl rollout status`. */
export type RolloutServer = { readonly url: string; close(): Promise<void> };

const NAMESPACE = 'default';
const RESOURCES = [
  { name: 'deployments', singularName: 'deployment', kind: 'Deployment' },
  { name: 'statefulsets', singularName: 'statefulset', kind: 'StatefulSet' },
  { name: 'daemonsets', singularName: 'daemonset', kind: 'DaemonSet' },
] as const;
const VERSION = { groupVersion: 'apps/v1', version: 'v1' };
const DOCUMENTS: Readonly<Record<string, JsonObject>> = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [] },
  '/apis': {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [{ name: 'apps', versions: [VERSION], preferredVersion: VERSION }],
  },
  '/apis/apps/v1': {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: 'apps/v1',
    resources: RESOURCES.map((one) => ({ ...one, namespaced: true, verbs: ['get', 'list', 'watch'] })),
  },
};

/** Serves the objects, which have their kind and a name, on a port of this machine. */
export async function serveRollouts(objects: readonly JsonObject[]): Promise<RolloutServer> {
  const known = new Map(objects.map((object) => [pathOf(object), object]));
  const server = createServer((request, response) => answer(known, request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${numberAt(server.address(), 'port')}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function answer(known: ReadonlyMap<string, JsonObject>, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://server');
  const name = /^metadata\.name=(.+)$/.exec(searchParams.get('fieldSelector') ?? '')?.[1];
  const document = DOCUMENTS[pathname] ?? known.get(pathname);
  if (document !== undefined) {
    return send(response, 200, document);
  }
  const object = known.get(`${pathname}/${name ?? ''}`);
  if (object === undefined) {
    return send(response, 404, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 });
  }
  if (searchParams.get('watch') !== null) {
    const isList = searchParams.get('sendInitialEvents') === 'true';
    return watch(response, isList ? [{ type: 'ADDED', object }, endOfList(object)] : []);
  }
  send(response, 200, { kind: 'List', apiVersion: 'apps/v1', metadata: { resourceVersion: '1' }, items: [object] });
}

/** Nothing ever happens: kubectl hangs up when it has seen enough. */
function watch(response: ServerResponse, events: readonly JsonObject[]): void {
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  events.forEach((event) => response.write(`${JSON.stringify(event)}\n`));
}

/** A kubectl of 1.35 or later lists by a watch, and waits for this. */
function endOfList({ apiVersion, kind }: JsonObject): JsonObject {
  const metadata = { resourceVersion: '1', annotations: { 'k8s.io/initial-events-end': 'true' } };
  return { type: 'BOOKMARK', object: { apiVersion, kind, metadata } };
}

function send(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function pathOf(object: JsonObject): string {
  const plural = RESOURCES.find(({ kind }) => kind === object['kind'])?.name ?? '';
  return `/apis/apps/v1/namespaces/${NAMESPACE}/${plural}/${textAt(object, 'metadata', 'name') ?? ''}`;
}
