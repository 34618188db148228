import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDuplicates } from '../../../src/render/duplicates.ts';
import { releaseName } from '../../../src/render/helm.ts';
import { refusalOf, renderWith, type Rendering } from './rendering.ts';

const TEMPLATE = `# the server
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.name" . }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - name: server
          image: {{ .Values.image | quote }}
          args: ["\${GREETING}"]
{{- range .Values.sidecars }}
        - name: {{ . }}
{{- end }}
---
{{- if true }}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "shop.name" . }}
{{- end }}
`;

const CRDS = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: a.example.com}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: b.example.com}
`;

/** The chart is called shop; its folder is not. */
const SOURCES = {
  'charts/My_App/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.2.3\n',
  'charts/My_App/values.yaml': 'replicas: 2\n',
  'charts/My_App/templates/_helpers.tpl': '{{- define "shop.name" -}}shop{{ end }}\n',
  'charts/My_App/templates/server.yaml': TEMPLATE,
  'charts/My_App/templates/pair.yaml': 'kind: {{ .Values.kind }}\n---\nkind: ConfigMap\n---\nkind: ConfigMap\n',
  'charts/My_App/crds/all.yaml': CRDS,
  'charts/shop-1.2.3.tgz': '',
  'values/prod.yaml': '',
};

const DEPLOYMENT = `# the server
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: server
          image: "ghcr.io/org/server:dev"
          args: ["\${GREETING}"]
        - name: proxy
`;

/** What helm 3.22 prints. */
const PRINTED = `---
# Source: shop/crds/all.yaml
${CRDS}
---
# Source: shop/charts/redis/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop-redis
data:
  text: |
    one

    ---
    two
---
# Source: shop/templates/pair.yaml
kind: ConfigMap
apiVersion: v1
metadata: {name: one}
---
# Source: shop/templates/server.yaml
apiVersion: v1
kind: Service
metadata:
  name: shop
---
# Source: shop/templates/server.yaml
${DEPLOYMENT}`;

const hook = (name: string, hooks: string, weight = ''): string => `---
# Source: shop/templates/hooks.yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
  annotations:
    "helm.sh/hook": ${hooks}
    "helm.sh/hook-weight": "${weight}"
`;

const CHART: Rendering = {
  sources: SOURCES,
  vars: { GREETING: 'hi' },
  plan: { manifests: ['charts/My_App'] },
  answer: () => ({ stdout: PRINTED }),
};

test('helm: a chart is rendered for the namespace and the version of the cluster', async () => {
  const plan = { manifests: ['charts/My_App', 'charts/*.tgz'], helmValues: ['values/prod.yaml', 'values/prod.yaml'] };
  const { commands, happenings } = await renderWith({ ...CHART, plan, answer: () => ({}) });
  const values = '--values=/checkout/app/values/prod.yaml';
  const flags = ['--namespace=shop', '--kube-version=v1.34.4', values, values, '--include-crds'];
  assert.deepEqual(
    commands.map(({ tool, args }) => [tool, ...args]),
    [
      ['/tools/helm', 'template', 'my-app', '/checkout/app/charts/My_App', ...flags],
      ['/tools/helm', 'template', 'shop', '/checkout/app/charts/shop-1.2.3.tgz', ...flags],
    ],
  );
  assert.deepEqual(
    happenings.map(({ kind }) => kind),
    ['running', 'running'],
  );
});

test('helm: the name of the release may be given, and the version of the cluster may be unknown', async () => {
  const plan = { preDeploy: ['charts/My_App'], helmRelease: 'live' };
  const { commands } = await renderWith({ ...CHART, plan, tools: { serverVersion: undefined }, answer: () => ({}) });
  assert.deepEqual(commands[0]?.args, [
    'template',
    'live',
    '/checkout/app/charts/My_App',
    '--namespace=shop',
    '--include-crds',
  ]);
});

const RELEASES: readonly (readonly [path: string, kind: 'chart' | 'packaged-chart', name: string])[] = [
  ['/a/My_App.v2', 'chart', 'my-app-v2'],
  ['/a/_shop_', 'chart', 'shop'],
  [`/a/${'long-'.repeat(12)}`, 'chart', 'long-long-long-long-long-long-long-long-long-long-lon'],
  ['/a/___', 'chart', 'release'],
  ['/a/shop-web-1.2.3-rc.1.tgz', 'packaged-chart', 'shop-web'],
  ['/a/shop-1', 'chart', 'shop-1'],
];

for (const [path, kind, name] of RELEASES) {
  test(`helm: the release of ${path} is ${name}`, () => assert.equal(releaseName({ kind, path, file: '' }), name));
}

const image = ['spec', 'template', 'spec', 'containers', 0, 'image'];
const PLACES: readonly (readonly [says: string, object: string, path: readonly (string | number)[], place: string])[] =
  [
    ['a file that is no template keeps its lines', 'b.example.com', ['metadata'], 'crds/all.yaml:7'],
    ['a key that stands once is found', 'Deployment/shop', image, 'templates/server.yaml:12'],
    [
      'one that stands twice is not guessed',
      'Deployment/shop',
      [...image.slice(0, -1), 'name'],
      'templates/server.yaml:10',
    ],
    ['what is not written is at the object', 'Deployment/shop', ['spec', 'paused'], 'templates/server.yaml:3'],
    ['an object is at its kind', 'Service/shop', [], 'templates/server.yaml:20'],
    ['an object of which there may be two has no line', 'ConfigMap/one', [], 'templates/pair.yaml:undefined'],
    ['what a packed chart in the chart has is at the chart', 'ConfigMap/shop-redis', [], 'Chart.yaml:undefined'],
  ];

for (const [says, object, path, place] of PLACES) {
  test(`helm: ${says}`, async () => {
    const { manifests } = (await renderWith(CHART)).rendered;
    const manifest = manifests.find(({ object: { kind, metadata } }) => `${kind}/${metadata.name}`.endsWith(object));
    assert.equal(`${manifest?.file}:${manifest?.lineOf(path)}`, `charts/My_App/${place}`);
  });
}

test('helm: of a packaged chart only the package is known', async () => {
  const { manifests } = (await renderWith({ ...CHART, plan: { manifests: ['charts/shop-1.2.3.tgz'] } })).rendered;
  assert.deepEqual(
    [...new Set(manifests.map(({ file, lineOf }) => `${file}:${lineOf([])}`))],
    ['charts/shop-1.2.3.tgz:undefined'],
  );
});

test('helm: what it prints is deployed in its order, with the variables filled in', async () => {
  const { manifests, unusedVars } = (await renderWith(CHART)).rendered;
  assert.deepEqual(
    manifests.map(({ object }) => object.metadata.name),
    ['a.example.com', 'b.example.com', 'shop-redis', 'one', 'shop', 'shop'],
  );
  assert.equal(manifests.at(-1)?.toText(), DEPLOYMENT.replace('["${GREETING}"]', '[ "hi" ]'));
  assert.deepEqual(manifests[2]?.object['data'], { text: 'one\n\n---\ntwo\n' });
  assert.deepEqual(unusedVars, []);
});

test('helm: what is wrong in the rendered text is told where it was written', async () => {
  const printed = PRINTED.replace('  replicas: 2', '  replicas: 2\n  paused: ${GREETING}\n  replicas: 3');
  const wrong = { ...CHART, vars: { GREETING: '' }, answer: () => ({ stdout: printed }) };
  assert.deepEqual((await refusalOf(async () => renderWith(wrong))).lines, [
    'charts/My_App/templates/server.yaml:3: the variable GREETING is empty',
    'charts/My_App/templates/server.yaml:13: the variable GREETING is empty',
    'charts/My_App/templates/server.yaml:3: the key "replicas" is already there',
  ]);
});

test('helm: text that is no YAML has no line', async () => {
  const wrong = { ...CHART, answer: () => ({ stdout: '---\n# Source: shop/templates/server.yaml\na: [\n' }) };
  const { code, lines } = await refusalOf(async () => renderWith(wrong));
  assert.equal(code, 'manifest-invalid');
  assert.match(lines[0] ?? '', /^charts\/My_App\/templates\/server\.yaml: flow sequence/);
});

test('helm: hooks that run before a deploy are run before it, by their weight; the others are told', async () => {
  const stdout =
    PRINTED +
    hook('late', 'pre-upgrade', '5') +
    hook('after', 'post-install,post-upgrade') +
    hook('middle', 'pre-install, pre-upgrade', 'x') +
    hook('smoke', 'test') +
    hook('early', 'post-delete,pre-install', '-5') +
    hook('gone', 'crd-install');
  const { rendered, happenings } = await renderWith({ ...CHART, answer: () => ({ stdout }) });
  assert.equal(rendered.manifests.length, 6);
  assert.deepEqual(
    rendered.preDeploy.map(({ object }) => object.metadata.name),
    ['early', 'middle', 'late'],
  );
  assert.deepEqual(happenings.slice(1), [
    { kind: 'note', text: 'charts/My_App/Chart.yaml: the tests of the chart are left out: Job/smoke (test)' },
    {
      kind: 'warning',
      text: 'charts/My_App/Chart.yaml: these hooks of the chart are not run: Job/after (post-install, post-upgrade), Job/gone (crd-install)',
    },
  ]);
});

test('helm: what pre-deploy names comes before the hooks of charts, and may be a chart itself', async () => {
  const sources = { ...SOURCES, 'k8s/job.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\n' };
  const plan = { manifests: ['charts/My_App'], preDeploy: ['k8s/job.yaml', 'charts/shop-1.2.3.tgz'] };
  const { rendered } = await renderWith({
    ...CHART,
    sources,
    plan,
    answer: ({ args }) => {
      const name = args[1] ?? '';
      const stdout = `---\n# Source: shop/x.yaml\napiVersion: v1\nkind: A\nmetadata: {name: ${name}}\n`;
      return { stdout: stdout + hook(`${name}-hook`, 'pre-install') };
    },
  });
  const names = (list: typeof rendered.manifests): readonly string[] => list.map(({ object }) => object.metadata.name);
  assert.deepEqual(names(rendered.manifests), ['my-app']);
  assert.deepEqual(names(rendered.preDeploy), ['shop-hook', 'migrate', 'shop', 'my-app-hook']);
});

test('an object that is in manifests and in pre-deploy is refused', async () => {
  const job = 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: early}\n';
  const sources = { ...SOURCES, 'k8s/a.yaml': job, 'k8s/b.yaml': `# again\n${job}` };
  const plan = { manifests: ['k8s/a.yaml', 'charts/shop-1.2.3.tgz'], preDeploy: ['k8s/b.yaml'] };
  const twice = { ...CHART, sources, plan, answer: () => ({ stdout: hook('early', 'pre-install') }) };
  assert.deepEqual((await refusalOf(async () => renderWith(twice))).lines, [
    'k8s/b.yaml:2: Job/early is already in k8s/a.yaml:1',
    'charts/shop-1.2.3.tgz: Job/early is already in k8s/a.yaml:1',
  ]);
  const { manifests } = (await renderWith({ ...CHART, plan: { manifests: ['charts/shop-1.2.3.tgz'] } })).rendered;
  assert.deepEqual(
    findDuplicates([...manifests, ...manifests.slice(0, 1)]).map(({ problem }) => problem.message),
    ['CustomResourceDefinition/a.example.com is already in charts/shop-1.2.3.tgz'],
  );
});

/** As helm 3.22 said it. */
const ERRORS: readonly (readonly [says: string, stderr: string, line: string])[] = [
  [
    'in a template',
    'Error: template: shop/templates/server.yaml:27:13: executing "shop/templates/server.yaml" at <.Values.x.y>: nil pointer evaluating interface {}.y\n\nUse --debug flag to render out invalid YAML',
    'templates/server.yaml:27: template: shop/templates/server.yaml:27:13: executing "shop/templates/server.yaml" at <.Values.x.y>: nil pointer evaluating interface {}.y',
  ],
  [
    'in what a template includes',
    'Error: template: shop/templates/server.yaml:5:11: executing "shop/templates/server.yaml" at <include "shop.name" .>: error calling include: template: shop/templates/_helpers.tpl:3:10: executing "shop.name" at <.Values.a.b>: nil pointer',
    'templates/_helpers.tpl:3: template: shop/templates/server.yaml:5:11: executing "shop/templates/server.yaml" at <include "shop.name" .>: error calling include: template: shop/templates/_helpers.tpl:3:10: executing "shop.name" at <.Values.a.b>: nil pointer',
  ],
  [
    'a value that the chart requires',
    'WARNING: old\nError: execution error at (shop/templates/server.yaml:1:6): image.tag is needed\n\nUse --debug flag to render out invalid YAML\n',
    'templates/server.yaml:1: execution error at (shop/templates/server.yaml:1:6): image.tag is needed',
  ],
  [
    'what a template became is no YAML',
    'Error: YAML parse error on shop/templates/server.yaml: error converting YAML to JSON: yaml: line 4: did not find expected key\n',
    'templates/server.yaml: YAML parse error on shop/templates/server.yaml: error converting YAML to JSON: yaml: line 4: did not find expected key',
  ],
  [
    'in the values of the chart',
    'Error: cannot load values.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context',
    'values.yaml:2: cannot load values.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context',
  ],
  [
    'values that are not as their schema says',
    "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nshop:\n- at '/image': got string, want integer\n- at '/replicas': got number, want string\n",
    "Chart.yaml: values don't meet the specifications of the schema(s) in the following chart(s): shop: - at '/image': got string, want integer - at '/replicas': got number, want string",
  ],
  ['nothing at all', '', 'Chart.yaml: helm template ended with exit code 1'],
];

for (const [says, stderr, line] of ERRORS) {
  test(`helm: its error is told at its place: ${says}`, async () => {
    const failing = { ...CHART, answer: () => ({ exitCode: 1, stderr }) };
    const { code, lines } = await refusalOf(async () => renderWith(failing));
    const text = `charts/My_App/${line.replace(': ', ': helm template does not render charts/My_App: ')}`;
    assert.deepEqual([code, lines], ['render-failed', [text]]);
  });
}

test('helm: an error in a values file is told there', async () => {
  const plan = { manifests: ['charts/shop-1.2.3.tgz'], helmValues: ['values/prod.yaml'] };
  const stderr =
    'Error: failed to parse /checkout/app/values/prod.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context';
  const { lines } = await refusalOf(async () =>
    renderWith({ ...CHART, plan, answer: () => ({ exitCode: 1, stderr }) }),
  );
  assert.deepEqual(lines, [
    'values/prod.yaml:2: helm template does not render charts/shop-1.2.3.tgz: failed to parse values/prod.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context',
  ]);
});

test('helm: an error in a packaged chart is told at the package', async () => {
  const plan = { manifests: ['charts/shop-1.2.3.tgz'] };
  const stderr = 'Error: template: shop/templates/server.yaml:27:13: no';
  const { lines } = await refusalOf(async () =>
    renderWith({ ...CHART, plan, answer: () => ({ exitCode: 1, stderr }) }),
  );
  assert.deepEqual(lines, [
    'charts/shop-1.2.3.tgz: helm template does not render charts/shop-1.2.3.tgz: template: shop/templates/server.yaml:27:13: no',
  ]);
});

const HINTS: readonly (readonly [stderr: string, hint: RegExp])[] = [
  ['Error: found in Chart.yaml, but missing in charts/ directory: redis', /helm dependency build/],
  ['Error: YAML parse error on shop/templates/server.yaml: yaml: line 4', /helm template --debug/],
];

for (const [stderr, hint] of HINTS) {
  test(`helm: a hint for ${stderr}`, async () => {
    const { hints } = await refusalOf(async () => renderWith({ ...CHART, answer: () => ({ exitCode: 1, stderr }) }));
    assert.match(hints[0] ?? '', hint);
  });
}

test('helm: values files that are not there are told, and no chart is rendered without them', async () => {
  const plan = { manifests: ['charts/My_App', 'gone'], helmValues: ['values/prod.yaml', 'values', 'values/gone.yaml'] };
  const { code, lines } = await refusalOf(async () => renderWith({ sources: SOURCES, plan }));
  assert.equal(code, 'manifest-not-found');
  assert.deepEqual(lines, [
    '"gone" of the input manifests does not exist',
    '"values" of the input helm-values is not a file',
    '"values/gone.yaml" of the input helm-values is not a file',
  ]);
});

test('helm: inputs for charts are refused where there is none', async () => {
  const plan = { manifests: ['charts/My_App/crds'], helmValues: ['gone.yaml'], helmRelease: 'shop' };
  const { code, lines } = await refusalOf(async () => renderWith({ sources: SOURCES, plan }));
  assert.equal(code, 'input-invalid');
  assert.deepEqual(lines, [
    'the input helm-values is given, and there is no Helm chart among the manifests',
    'the input helm-release is given, and there is no Helm chart among the manifests',
  ]);
});
