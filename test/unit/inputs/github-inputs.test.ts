import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInputs, type GivenInputs } from '../../../src/inputs/read.ts';
import { failureOfWork } from '../../support/failures.ts';

const DEPLOY = { manifests: 'k8s/*.yaml', kubeconfig: 'kubeconfig.yaml' };
const CLUSTER = { kubeconfig: 'kubeconfig.yaml' };
const TOKEN = { 'github-token': 'ghs_token' };

const FINE: readonly (readonly [what: string, given: GivenInputs])[] = [
  ['destroy', { command: 'destroy', ...CLUSTER, preview: 'true' }],
  ['destroy of a number, as a try', { command: 'destroy', ...CLUSTER, preview: '7', 'dry-run': 'true', timeout: '1m' }],
  ['sweep', { command: 'sweep', ...CLUSTER, ...TOKEN }],
  ['sweep of one app in a known cluster', { command: 'sweep', ...CLUSTER, ...TOKEN, app: 'shop', 'kube-context': 'a' }],
  ['matrix', { command: 'matrix', environments: '[{"name":"prod"}]' }],
  ['matrix in order', { command: 'matrix', environments: '[]', order: 'sequence', timeout: '5m' }],
  ['collect', { command: 'collect', results: 'reports', environments: '[]' }],
  ['a preview', { ...DEPLOY, preview: 'true', ttl: '1d', 'preview-quota': 'pods=3' }],
  ['the plan of a preview', { ...DEPLOY, preview: '3', command: 'plan' }],
  ['a deployment', { ...DEPLOY, ...TOKEN, deployment: 'on', environment: 'prod' }],
  ['the deployment of a preview', { ...DEPLOY, ...TOKEN, deployment: 'on', preview: 'true' }],
  ['a comment', { ...DEPLOY, ...TOKEN, comment: 'on' }],
];

for (const [what, given] of FINE) {
  test(`${what}: enough, and not too much`, () => {
    assert.doesNotThrow(() => readInputs(given));
  });
}

const BROKEN: readonly (readonly [what: string, given: GivenInputs, problems: readonly string[]])[] = [
  ['destroy without a preview', { command: 'destroy', ...CLUSTER }, ['preview: is needed for command: destroy']],
  ['destroy without a cluster', { command: 'destroy', preview: '7' }, ['kubeconfig: is missing or empty']],
  [
    'destroy with what a deploy has',
    { command: 'destroy', preview: '7', ...DEPLOY, namespace: 'shop' },
    ['manifests: means nothing to command: destroy', 'namespace: means nothing to command: destroy'],
  ],
  ['sweep that cannot ask', { command: 'sweep', ...CLUSTER }, ['github-token: is needed for command: sweep']],
  ['matrix of nothing', { command: 'matrix' }, ['environments: is needed for command: matrix']],
  [
    'matrix with a cluster',
    { command: 'matrix', environments: '[]', ...CLUSTER },
    ['kubeconfig: means nothing to command: matrix'],
  ],
  ['collect of nothing', { command: 'collect' }, ['results: is needed for command: collect']],
  [
    'a preview that has a namespace',
    { ...DEPLOY, preview: 'true', namespace: 'shop', 'create-namespace': 'true' },
    ['namespace: a preview has a namespace of its own', 'create-namespace: a preview has a namespace of its own'],
  ],
  [
    'a preview of nothing',
    { image: 'ghcr.io/org/app', context: '.', preview: 'true' },
    ['preview: nothing is deployed'],
  ],
  [
    'guards without a preview',
    { ...DEPLOY, ttl: '1d', 'preview-quota': 'pods=1' },
    ['ttl: there is no preview', 'preview-quota: there is no preview'],
  ],
  [
    'who may enter what is open',
    { ...DEPLOY, preview: 'true', 'preview-allow-from': 'ingress-nginx' },
    ['preview-allow-from: every namespace reaches an open preview'],
  ],
  [
    'what is for other commands',
    { ...DEPLOY, 'dry-run': 'true', results: 'reports' },
    ['dry-run: means nothing to command: deploy', 'results: means nothing to command: deploy'],
  ],
  [
    'a deployment of no environment',
    { ...DEPLOY, ...TOKEN, deployment: 'on' },
    ['deployment: there is no environment'],
  ],
  [
    'a deployment and a comment without a token',
    { ...DEPLOY, deployment: 'on', environment: 'prod', comment: 'on' },
    ['deployment: there is no token to tell GitHub with', 'comment: there is no token to tell GitHub with'],
  ],
  [
    'an address that is none',
    { ...DEPLOY, 'environment-url': 'shop.example' },
    ['environment-url: "shop.example" is not a URL like https://shop.example.com'],
  ],
  [
    'an address that runs a script',
    { ...DEPLOY, 'environment-url': 'javascript:alert(1)' },
    ['environment-url: "javascript:alert(1)" is not a URL like https://shop.example.com'],
  ],
  [
    'a preview of zero',
    { ...DEPLOY, preview: '0' },
    ['preview: "0" is neither true nor false nor the number of a pull request'],
  ],
  [
    'a quota without an amount',
    { ...DEPLOY, preview: 'true', 'preview-quota': 'pods' },
    ['preview-quota: "pods" is not resource=amount like requests.cpu=2'],
  ],
];

for (const [what, given, problems] of BROKEN) {
  test(`${what} is refused`, async () => {
    const { lines } = await failureOfWork(() => readInputs(given));
    for (const problem of problems) {
      assert.ok(lines.includes(problem), `${problem}\n${lines.join('\n')}`);
    }
    assert.equal(lines.length, problems.length);
  });
}
