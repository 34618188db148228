import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { run } from '../lab/command.ts';
import { openPreviewScene, type PreviewScene } from '../support/preview-scene.ts';
import { manifestText } from '../support/workload-text.ts';

/** Where a preview is found: what its namespace says is in the output, the comment and the deployment. */

let previews: PreviewScene;
before(async () => {
  previews = await openPreviewScene('address');
  const { scene, repository } = previews;
  for (const [index, [name, object]] of Object.entries(MANIFESTS).entries()) {
    repository.openPullRequest({ number: index + 1 });
    scene.write(`${name}/app.yaml`, manifestText(object));
  }
  await kubectl(['apply', '--server-side', '--force-conflicts', '--filename=-'], list(GATEWAY_CRDS));
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...CRD_NAMES]);
  await scene.cluster.kubectl(['create', '--filename=-'], { input: JSON.stringify(gateway(scene.cluster.namespace)) });
});
after(async () => {
  await kubectl(['delete', '--ignore-not-found', '--wait=false', ...CRD_NAMES]);
  await previews.scene.close();
});

const kubectl = async (args: readonly string[], input = ''): Promise<string> =>
  run(['kubectl', ...args], { env: previews.scene.lab.env, input });
const list = (items: readonly unknown[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

/** As much of the Gateway API as is looked at. */
const GATEWAY_CRDS = [
  ['Gateway', 'gateways'],
  ['HTTPRoute', 'httproutes'],
].map(([kind, plural]) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: `${plural}.gateway.networking.k8s.io`,
    annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/2997' },
  },
  spec: {
    group: 'gateway.networking.k8s.io',
    scope: 'Namespaced',
    names: { kind, plural, singular: kind?.toLowerCase() },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}));
const CRD_NAMES = GATEWAY_CRDS.map(({ metadata }) => `customresourcedefinition/${metadata.name}`);

/** Of somebody else, in a namespace of its own. */
const gateway = (namespace: string): unknown => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'shared', namespace },
  spec: {
    gatewayClassName: 'lab',
    listeners: [
      { name: 'plain', protocol: 'HTTP', port: 80 },
      { name: 'secure', protocol: 'HTTPS', port: 8443, hostname: '*.preview.example.com' },
    ],
  },
});

const backend = { service: { name: 'web', port: { number: 80 } } };
const path = (at: string): unknown => ({ path: at, pathType: 'Prefix', backend });
const MANIFESTS = {
  ingress: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: {
      tls: [{ hosts: ['pr-1.example.com'], secretName: 'tls' }],
      rules: [
        { host: 'plain.example.com', http: { paths: [path('/')] } },
        { host: 'pr-1.example.com', http: { paths: [path('/api'), path('/')] } },
      ],
    },
  },
  route: {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'web' },
    spec: {
      parentRefs: [{ name: 'shared', namespace: '${GATEWAY_NAMESPACE}' }],
      hostnames: ['pr-2.preview.example.com'],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/shop' } }] }],
    },
  },
  balancer: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 8080 }] },
  },
  nothing: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { mode: 'one' } },
} as const;

async function giveAddress(): Promise<void> {
  const ingress = [{ hostname: 'lb.example.com' }];
  const patch = JSON.stringify({ status: { loadBalancer: { ingress } } });
  await previews.preview(3).kubectl(['patch', 'service/web', '--subresource=status', `--patch=${patch}`]);
}

describe('a preview is found', () => {
  for (const [number, what, manifests, inputs, url] of [
    [1, 'by its Ingress: https before http, the shortest path', 'ingress', {}, 'https://pr-1.example.com/'],
    [
      2,
      'by its HTTPRoute, with the port of a Gateway elsewhere',
      'route',
      { vars: 'GATEWAY_NAMESPACE' },
      'https://pr-2.preview.example.com:8443/shop',
    ],
    [3, 'by its load balancer, as soon as that has an address', 'balancer', {}, 'http://lb.example.com:8080/'],
    [
      4,
      'where environment-url says',
      'nothing',
      { 'environment-url': 'https://shop.example.com/pr-4' },
      'https://shop.example.com/pr-4',
    ],
    [4, 'nowhere, when nothing says where', 'nothing', {}, ''],
  ] as const) {
    test(what, async () => {
      previews.preview(number);
      const deploy = await previews.deploy(number, {
        inputs: { manifests, ...inputs },
        env: { GATEWAY_NAMESPACE: previews.scene.cluster.namespace },
        ...(number === 3 ? { meanwhile: { atText: 'has no address yet: it is waited for', act: giveAddress } } : {}),
      });

      assert.deepEqual([deploy.exitCode, deploy.outputs['url']], [0, url], deploy.log);
      const told = previews
        .deployments(number)
        .map(({ statuses }) => statuses.find(({ state }) => state === 'success'));
      assert.ok(told.some((status) => status?.environmentUrl === url));
      const [comment = ''] = previews.repository.comments(number).map(({ body }) => body);
      assert.equal(/^(?:<|\[)https?:/m.test(comment), url !== '', comment);
      assert.ok(comment.includes(url), comment);
    });
  }
});

test('GitHub was asked for nothing that it does not have', () => {
  const { github } = previews.scene;
  assert.deepEqual([github.mistakes(), github.defects()], [[], []]);
});
