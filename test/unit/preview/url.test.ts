import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError } from '../../../src/errors.ts';
import { createDiscovery } from '../../../src/kube/discovery.ts';
import { findUrl } from '../../../src/preview/url.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { fakePorts } from '../../support/fake-ports.ts';

const GATEWAYS = '/apis/gateway.networking.k8s.io/v1';
const DISCOVERY = {
  '/api/v1': { resources: [{ name: 'services', kind: 'Service', namespaced: true }] },
  '/apis/networking.k8s.io/v1': { resources: [{ name: 'ingresses', kind: 'Ingress', namespaced: true }] },
  [GATEWAYS]: {
    resources: [
      { name: 'httproutes', kind: 'HTTPRoute', namespaced: true },
      { name: 'gateways', kind: 'Gateway', namespaced: true },
    ],
  },
};
const FORBIDDEN = { kind: 'Status', code: 403, message: 'no' };

type World = {
  readonly ingresses?: readonly JsonObject[] | JsonObject;
  readonly routes?: readonly JsonObject[] | JsonObject;
  readonly services?: readonly JsonObject[] | JsonObject;
  /** By "namespace/name". */
  readonly gateways?: Readonly<Record<string, JsonObject>>;
  readonly more?: Readonly<Record<string, unknown>>;
};

function urlOf(world: World) {
  const listOf = (items: World['ingresses']): unknown =>
    Array.isArray(items) || items === undefined ? { items: items ?? [] } : items;
  const gateways = Object.entries(world.gateways ?? {}).map(([name, object]) => [
    `${GATEWAYS}/namespaces/${name.replace('/', '/gateways/')}`,
    object,
  ]);
  const api = fakeApi({
    ...DISCOVERY,
    '/apis/networking.k8s.io/v1/namespaces/shop-pr-7/ingresses': listOf(world.ingresses),
    [`${GATEWAYS}/namespaces/shop-pr-7/httproutes`]: listOf(world.routes),
    '/api/v1/namespaces/shop-pr-7/services': listOf(world.services),
    ...Object.fromEntries(gateways),
    ...world.more,
  });
  const ports = fakePorts({});
  return { api, ports, find: async () => findUrl('shop-pr-7', api, createDiscovery(api), ports) };
}

const paths = (...all: readonly string[]): JsonObject => ({ paths: all.map((path) => ({ path })) });
const rule = (host: string | undefined, ...all: readonly string[]): JsonObject =>
  all.length === 0 ? { host } : { host, http: paths(...all) };
const ingress = (
  name: string,
  rules: readonly JsonObject[],
  more: JsonObject = {},
  status: JsonObject = {},
): JsonObject => ({
  metadata: { name },
  spec: { rules, ...more },
  status,
});
const balanced = (entry: JsonObject): JsonObject => ({ loadBalancer: { ingress: [entry] } });
const service = (
  ports: readonly JsonObject[],
  status: JsonObject = balanced({ ip: '192.0.2.7' }),
  name = 'web',
): JsonObject => ({
  metadata: { name },
  spec: { type: 'LoadBalancer', ports },
  status,
});
const route = (
  hostnames: readonly string[],
  parentRefs: readonly JsonObject[],
  rules: readonly JsonObject[] = [],
): JsonObject => ({
  metadata: { name: 'web', namespace: 'shop-pr-7' },
  spec: { hostnames, parentRefs, rules },
});
const gateway = (listeners: readonly JsonObject[], address?: string): JsonObject => ({
  metadata: { name: 'public' },
  spec: { listeners },
  status: address === undefined ? {} : { addresses: [{ type: 'IPAddress', value: address }] },
});
const HTTP = { name: 'web', protocol: 'HTTP', port: 80 };
const HTTPS = { name: 'secure', protocol: 'HTTPS', port: 443 };
const PARENT = { name: 'public', namespace: 'edge' };
const through = (
  listeners: readonly JsonObject[],
  hostnames: readonly string[],
  parent: JsonObject = {},
  address?: string,
): World => ({
  routes: [route(hostnames, [{ ...PARENT, ...parent }])],
  gateways: { 'edge/public': gateway(listeners, address) },
});

const CASES: readonly (readonly [string, World, string | undefined])[] = [
  ['nothing', {}, undefined],
  ['an Ingress', { ingresses: [ingress('a', [rule('shop.example.com', '/')])] }, 'http://shop.example.com/'],
  ['an Ingress without paths', { ingresses: [ingress('a', [rule('shop.example.com')])] }, 'http://shop.example.com/'],
  [
    'an Ingress with TLS for its host',
    { ingresses: [ingress('a', [rule('shop.example.com', '/app')], { tls: [{ hosts: ['shop.example.com'] }] })] },
    'https://shop.example.com/app',
  ],
  [
    'an Ingress with TLS for a wildcard of one label',
    { ingresses: [ingress('a', [rule('shop.example.com')], { tls: [{ hosts: ['*.example.com'] }] })] },
    'https://shop.example.com/',
  ],
  [
    'an Ingress with TLS for other hosts',
    { ingresses: [ingress('a', [rule('a.b.example.com')], { tls: [{ hosts: ['*.example.com', 'b.example.com'] }] })] },
    'http://a.b.example.com/',
  ],
  [
    'an Ingress with TLS for whatever',
    { ingresses: [ingress('a', [rule('x.io')], { tls: [{ secretName: 's' }] })] },
    'https://x.io/',
  ],
  ['a wildcard host', { ingresses: [ingress('a', [rule('*.example.com', '/')])] }, undefined],
  ['a path that is a pattern', { ingresses: [ingress('a', [rule('x.io', '/api(/|$)(.*)')])] }, 'http://x.io/api'],
  ['a path that is only a pattern', { ingresses: [ingress('a', [rule('x.io', '(.*)')])] }, 'http://x.io/'],
  [
    'several rules: https first, then what is nearest to the root',
    {
      ingresses: [
        ingress('a', [rule('plain.io', '/')]),
        ingress('b', [rule('x.io', '/api', '/'), rule('y.io', '/')], { tls: [{ hosts: ['x.io', 'y.io'] }] }),
      ],
    },
    'https://x.io/',
  ],
  [
    'several Ingresses: by name, in whatever order they are listed',
    { ingresses: [ingress('b', [rule('b.io')]), ingress('a', [rule('a.io')])] },
    'http://a.io/',
  ],
  [
    'no host, and a load balancer',
    { ingresses: [ingress('a', [rule(undefined, '/x')], {}, balanced({ hostname: 'lb.io' }))] },
    'http://lb.io/x',
  ],
  [
    'a default backend alone',
    { ingresses: [ingress('a', [], { defaultBackend: {} }, balanced({ ip: '2001:db8::7' }))] },
    'http://[2001:db8::7]/',
  ],
  ['no host and no load balancer of an old Ingress', { ingresses: [ingress('a', [rule(undefined, '/x')])] }, undefined],

  ['a route through https', through([HTTP, HTTPS], ['shop.example.com']), 'https://shop.example.com/'],
  ['a route through http', through([HTTP], ['shop.example.com']), 'http://shop.example.com/'],
  ['a route to one listener', through([HTTP, HTTPS], ['x.io'], { sectionName: 'web' }), 'http://x.io/'],
  ['a route to one port', through([{ ...HTTP, port: 8080 }, HTTPS], ['x.io'], { port: 8080 }), 'http://x.io:8080/'],
  ['a listener on another port', through([{ ...HTTPS, port: 8443 }], ['x.io']), 'https://x.io:8443/'],
  [
    'a listener of other hosts',
    through(
      [
        { ...HTTPS, hostname: 'y.io' },
        { ...HTTP, hostname: '*.io' },
      ],
      ['x.io'],
    ),
    'http://x.io/',
  ],
  ['a wildcard route', through([HTTPS], ['*.example.com']), undefined],
  ['a route without hosts to a listener with one', through([{ ...HTTPS, hostname: 'x.io' }], []), 'https://x.io/'],
  ['a route without hosts to a Gateway with an address', through([HTTP], [], {}, '192.0.2.9'), 'http://192.0.2.9/'],
  [
    'a route without hosts to a listener with a wildcard',
    through([{ ...HTTP, hostname: '*.io' }], [], {}, '192.0.2.9'),
    'http://192.0.2.9/',
  ],
  ['a listener that speaks no http', through([{ name: 't', protocol: 'TLS', port: 443 }], ['x.io']), undefined],
  [
    'a Gateway that may not be read',
    { routes: [route(['x.io'], [PARENT])], gateways: { 'edge/public': FORBIDDEN } },
    'https://x.io/',
  ],
  ['a route of a mesh', { routes: [route(['x.io'], [{ kind: 'Service', group: '', name: 'web' }])] }, undefined],
  [
    'the paths of a route',
    {
      routes: [
        route(
          ['x.io'],
          [PARENT],
          [{ matches: [{ path: { type: 'PathPrefix', value: '/shop/all' } }, { path: { value: '/shop' } }] }],
        ),
      ],
      gateways: { 'edge/public': gateway([HTTP]) },
    },
    'http://x.io/shop',
  ],

  ['a load balancer', { services: [service([{ port: 80 }])] }, 'http://192.0.2.7/'],
  [
    'a load balancer by name, with https',
    { services: [service([{ port: 80 }, { port: 443 }], balanced({ hostname: 'lb.io' }))] },
    'https://lb.io/',
  ],
  ['a load balancer on another port', { services: [service([{ port: 8080 }])] }, 'http://192.0.2.7:8080/'],
  [
    'a load balancer that says https',
    { services: [service([{ port: 8443, name: 'https' }])] },
    'https://192.0.2.7:8443/',
  ],
  ['a load balancer of UDP', { services: [service([{ port: 53, protocol: 'UDP' }])] }, undefined],
  [
    'a Service of another type',
    { services: [{ metadata: { name: 'a' }, spec: { type: 'ClusterIP', ports: [{ port: 80 }] } }] },
    undefined,
  ],

  [
    'everything: the Ingress',
    {
      ...through([HTTPS], ['route.io']),
      ingresses: [ingress('a', [rule('ingress.io')])],
      services: [service([{ port: 443 }])],
    },
    'http://ingress.io/',
  ],
  [
    'route and load balancer: the route',
    { ...through([HTTP], ['route.io']), services: [service([{ port: 443 }])] },
    'http://route.io/',
  ],
  [
    'kinds that may not be listed',
    { ingresses: FORBIDDEN, routes: FORBIDDEN, services: [service([{ port: 80 }])] },
    'http://192.0.2.7/',
  ],
  [
    'a server that knows no routes and does not let its kinds be seen',
    { more: { [GATEWAYS]: undefined, '/apis/networking.k8s.io/v1': FORBIDDEN }, services: [service([{ port: 80 }])] },
    'http://192.0.2.7/',
  ],
  [
    'a host that is none',
    { ingresses: [ingress('a', [rule('a b', '/')]), ingress('b', [rule('x.io')])] },
    'http://x.io/',
  ],
];

for (const [name, world, expected] of CASES) {
  test(`${name}: ${expected ?? 'no address'}`, async () => {
    const { find, ports } = urlOf(world);
    assert.equal(await find(), expected);
    assert.equal(ports.clock.elapsed(), 0);
  });
}

test('a load balancer that is being made is waited for, and no longer than a minute', async () => {
  const fresh = {
    metadata: { name: 'web', creationTimestamp: '1970-01-01T00:00:00Z' },
    spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
  };
  const never = urlOf({ services: [fresh] });
  assert.equal(await never.find(), undefined);
  assert.equal(never.ports.clock.elapsed(), 60_000);

  const { api, ports } = urlOf({});
  const late = {
    ...api,
    request: async (request: Parameters<typeof api.request>[0]) => {
      const items = [ports.clock.elapsed() < 9000 ? fresh : { ...fresh, status: balanced({ ip: '192.0.2.7' }) }];
      return request.path.endsWith('/services') ? { status: 200, body: { items }, text: '' } : api.request(request);
    },
  };
  assert.equal(await findUrl('shop-pr-7', late, createDiscovery(late), ports), 'http://192.0.2.7/');
  assert.equal(ports.clock.elapsed(), 9000);

  const besides = urlOf({ services: [fresh], ingresses: [ingress('a', [rule('x.io')])] });
  assert.equal(await besides.find(), 'http://x.io/');
  assert.equal(besides.ports.clock.elapsed(), 0);
});

test('a Gateway that is being made is waited for too', async () => {
  const made = { metadata: { name: 'public', creationTimestamp: '1970-01-01T00:00:00Z' }, spec: { listeners: [HTTP] } };
  const { find, ports } = urlOf({ routes: [route([], [PARENT])], gateways: { 'edge/public': made } });
  assert.equal(await find(), undefined);
  assert.equal(ports.clock.elapsed(), 60_000);
});

test('an API server that is away is told', async () => {
  const away = new DeployError('cluster-unreachable', 'The API server does not answer');
  await assert.rejects(urlOf({ more: { '/api/v1/namespaces/shop-pr-7/services': away } }).find(), away);
});
