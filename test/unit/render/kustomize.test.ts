import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../../../src/ports.ts';
import { refusalOf, renderWith, type Answer, type Rendering, type Vars } from './rendering.ts';

/** A base and an overlay with a prefix, a patch, an image and generators. */
const SOURCES = {
  'k8s/base/kustomization.yaml': `resources: [server.yaml, services.yaml]
configMapGenerator:
  - name: other
    literals: [a=b]
  - name: settings
    literals: [a=b]
`,
  'k8s/base/server.yaml': `# the server
apiVersion: apps/v1
kind: Deployment
metadata:
  name: server
spec:
  replicas: \${REPLICAS}
  strategy:
    type: "\${STRATEGY}"
  template:
    spec:
      containers:
        - name: server # main
          image: ghcr.io/org/server:dev
          env:
            - name: PORT
              value: "\${PORT}"
`,
  'k8s/base/services.yaml': `apiVersion: v1
kind: Service
metadata: {name: server}
---
apiVersion: v1
kind: Service
metadata: {name: server-admin}
`,
  'k8s/prod/kustomization.yaml': `namePrefix: prod-
resources: [../base]
patches: [{path: patch.yaml}]
`,
};

const annotated = (...lines: readonly string[]): string =>
  ['  annotations:', '    config.kubernetes.io/origin: |', ...lines.map((line) => `      ${line}`)].join('\n');

/** What `kubectl kustomize` of kubectl 1.34.4 printed for the wrapper. */
const PRINTED = `apiVersion: v1
data:
  a: b
kind: ConfigMap
metadata:
${annotated(
  'configuredIn: ../../../checkout/app/k8s/base/kustomization.yaml',
  'configuredBy:',
  '  apiVersion: builtin',
  '  kind: ConfigMapGenerator',
)}
  name: prod-settings-4h2mbtbbt6
---
apiVersion: v1
kind: Service
metadata:
${annotated('path: ../../../checkout/app/k8s/base/services.yaml')}
    example.com/kept: "yes"
  name: prod-server-admin
---
apiVersion: apps/v1
kind: Deployment
metadata:
${annotated('path: ../../../checkout/app/k8s/base/server.yaml')}
  name: prod-server
spec:
  replicas: \${REPLICAS}
  strategy:
    type: \${STRATEGY}
  template:
    spec:
      containers:
      - image: proxy:1
        name: proxy
      - env:
        - name: NEW
          value: \${PORT}
        - name: PORT
          value: \${PORT}
        image: ghcr.io/org/server:dev
        name: server
`;

const VARS: Vars = { REPLICAS: '3', STRATEGY: '1', PORT: '8080' };
const PROD: Rendering = {
  sources: SOURCES,
  vars: VARS,
  plan: { manifests: ['k8s/prod'] },
  answer: () => ({ stdout: PRINTED }),
};
const WRAPPER_FOLDER = '/private/render/manifests-0';

const contents = async (rendering: Rendering): Promise<readonly string[]> =>
  (await renderWith(rendering)).rendered.manifests.map((manifest) => manifest.toText());

test('kustomize: what it prints is deployed, without the annotation that only we asked for', async () => {
  const [config = '', service = '', deployment = ''] = await contents(PROD);
  assert.equal(config, 'apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: prod-settings-4h2mbtbbt6\n');
  assert.match(service, /metadata:\n {2}annotations:\n {4}example\.com\/kept: "yes"\n {2}name: prod-server-admin\n$/);
  assert.match(deployment, /metadata:\n {2}name: prod-server\n/);
});

test('kustomize: variables are filled in; text stays text though kustomize took its quotes', async () => {
  const { rendered } = await renderWith(PROD);
  assert.deepEqual(rendered.manifests[2]?.object['spec'], {
    replicas: 3,
    strategy: { type: '1' },
    template: {
      spec: {
        containers: [
          { image: 'proxy:1', name: 'proxy' },
          {
            env: [
              { name: 'NEW', value: '8080' },
              { name: 'PORT', value: '8080' },
            ],
            image: 'ghcr.io/org/server:dev',
            name: 'server',
          },
        ],
      },
    },
  });
  assert.deepEqual(rendered.unusedVars, []);
});

const container = ['spec', 'template', 'spec', 'containers', 1];
const PLACES: readonly (readonly [says: string, object: number, path: readonly (string | number)[], place: string])[] =
  [
    ['a generated ConfigMap is at its generator', 0, ['metadata', 'name'], 'k8s/base/kustomization.yaml:5'],
    ['one of two objects with similar names is known by its own', 1, [], 'k8s/base/services.yaml:5'],
    ['an object with a prefix is found', 2, ['metadata', 'name'], 'k8s/base/server.yaml:5'],
    ['a field is where it is written', 2, ['spec', 'replicas'], 'k8s/base/server.yaml:7'],
    ['a container is found by its name', 2, [...container, 'image'], 'k8s/base/server.yaml:14'],
    ['so is what is in it', 2, [...container, 'env', 1, 'value'], 'k8s/base/server.yaml:17'],
    ['what a patch brought is at the object', 2, [...container, 'env', 0, 'value'], 'k8s/base/server.yaml:2'],
    ['what was edited stays where it was', 2, ['spec', 'strategy', 'type'], 'k8s/base/server.yaml:9'],
  ];

for (const [says, order, path, place] of PLACES) {
  test(`kustomize: ${says}`, async () => {
    const printed = {
      ...PROD,
      answer: () => ({ stdout: PRINTED.replace('name: prod-server-admin', 'name: server-admin') }),
    };
    const manifest = (await renderWith(printed)).rendered.manifests[order];
    const edited = manifest?.edited([{ path: ['metadata', 'namespace'], value: 'shop' }]);
    assert.equal(`${edited?.file}:${edited?.lineOf(path)}`, place);
  });
}

test('kustomize: a name that may be that of two objects has no line', async () => {
  const manifest = (await renderWith(PROD)).rendered.manifests[1];
  assert.deepEqual([manifest?.file, manifest?.lineOf([])], ['k8s/base/services.yaml', undefined]);
});

test('kustomize: what is wrong in the rendered text is told where it was written', async () => {
  const vars = { ...VARS, PORT: '' };
  assert.deepEqual((await refusalOf(async () => renderWith({ ...PROD, vars }))).lines, [
    'k8s/base/server.yaml:2: the variable PORT is empty',
    'k8s/base/server.yaml:17: the variable PORT is empty',
  ]);
});

const ELSEWHERE: readonly (readonly [says: string, origin: readonly string[]])[] = [
  [
    'of a repository that kustomize fetched',
    ['path: ../../../checkout/app/k8s/base/services.yaml', 'repo: https://example.com/org/app'],
  ],
  ['that is not here', ['path: ../../../gone/server.yaml']],
];

for (const [says, origin] of ELSEWHERE) {
  test(`kustomize: an object from a file ${says} is told at the kustomization`, async () => {
    const stdout = `apiVersion: v1\nkind: Service\nmetadata:\n${annotated(...origin)}\n  name: a\n`;
    const [manifest] = (await renderWith({ ...PROD, answer: () => ({ stdout }), vars: {} })).rendered.manifests;
    assert.deepEqual([manifest?.file, manifest?.lineOf([])], ['k8s/prod/kustomization.yaml', undefined]);
    assert.doesNotMatch(manifest?.toText() ?? '', /annotations/);
  });
}

test('kustomize: it is run through a kustomization of ours, which asks for the origins', async () => {
  const { commands, happenings, textOf } = await renderWith(PROD);
  const command = {
    tool: '/tools/kubectl',
    args: ['kustomize', WRAPPER_FOLDER],
    env: { KUBERC: 'off' },
    timeoutSeconds: 120,
  };
  assert.deepEqual(commands, [command]);
  assert.deepEqual(happenings, [{ kind: 'running', command }]);
  assert.deepEqual(JSON.parse(await textOf(`${WRAPPER_FOLDER}/kustomization.yaml`)), {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['../../../checkout/app/k8s/prod'],
    buildMetadata: ['originAnnotations'],
  });
});

test('kustomize: what counts in the outermost kustomization only is in ours too', async () => {
  const sources = {
    'k8s/Kustomization': 'sortOptions: {order: fifo}\nbuildMetadata: [managedByLabel]\nresources: [a.yaml]\n',
  };
  const { textOf } = await renderWith({ sources, plan: { preDeploy: ['k8s'] }, answer: () => ({}) });
  const { sortOptions, buildMetadata } = JSON.parse(await textOf('/private/render/pre-deploy-0/kustomization.yaml'));
  assert.deepEqual([sortOptions, buildMetadata], [{ order: 'fifo' }, ['managedByLabel', 'originAnnotations']]);
});

for (const option of ['originAnnotations', 'transformerAnnotations']) {
  test(`kustomize: annotations that the user asked for stay as they are: ${option}`, async () => {
    const sources = { ...SOURCES, 'k8s/prod/kustomization.yaml': `buildMetadata: [${option}]\nresources: [../base]\n` };
    const stdout = `apiVersion: v1\nkind: Service\nmetadata:\n${annotated('path: ../base/services.yaml')}\n  name: server\n`;
    const { commands, rendered } = await renderWith({ ...PROD, sources, vars: {}, answer: () => ({ stdout }) });
    assert.deepEqual(
      commands.map(({ args }) => args),
      [['kustomize', '/checkout/app/k8s/prod']],
    );
    const [manifest] = rendered.manifests;
    assert.deepEqual([manifest?.toText(), manifest?.file, manifest?.lineOf([])], [stdout, 'k8s/base/services.yaml', 1]);
  });
}

/** Fails with the error; the wrapper is refused in other words. */
const failing =
  (stderr: string) =>
  (command: Command): Answer => ({
    exitCode: 1,
    stderr: command.args.includes(WRAPPER_FOLDER) ? 'error: about the wrapper\n' : `# Warning: old\n${stderr}\n`,
  });

const BASE = '/checkout/app/k8s/base';
/** As kubectl 1.34.4 said it. */
const ERRORS: readonly (readonly [says: string, stderr: string, line: string])[] = [
  [
    'a resource that is not there',
    `error: accumulating resources: accumulation err='accumulating resources from '../base': evalsymlink failure on '${BASE}/gone' : lstat ${BASE}/gone: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '${BASE}/gone' : lstat ${BASE}/gone: no such file or directory`,
    "k8s/prod/kustomization.yaml:2: kubectl kustomize does not render k8s/prod: accumulating resources from '../base': evalsymlink failure on 'k8s/base/gone' : lstat k8s/base/gone: no such file or directory",
  ],
  [
    'a file of the base that is no YAML',
    `error: accumulating resources: accumulation err='accumulating resources from '../base': '${BASE}' must resolve to a file': recursed accumulation of path '${BASE}': accumulating resources: accumulating resources from 'server.yaml': MalformedYAMLError: yaml: line 4: did not find expected key in File: server.yaml`,
    "k8s/base/server.yaml:4: kubectl kustomize does not render k8s/prod: accumulating resources from 'server.yaml': MalformedYAMLError: yaml: line 4: did not find expected key in File: server.yaml",
  ],
  [
    'a kustomization that is no YAML',
    'error: invalid Kustomization: yaml: line 3: mapping values are not allowed in this context',
    'k8s/prod/kustomization.yaml:3: kubectl kustomize does not render k8s/prod: invalid Kustomization: yaml: line 3: mapping values are not allowed in this context',
  ],
  [
    'a field that kustomize does not know',
    `error: accumulating resources: accumulation err='accumulating resources from '../base': '${BASE}' must resolve to a file': couldn't make target for path '${BASE}': invalid Kustomization: json: unknown field "literals"`,
    'k8s/base/kustomization.yaml:4: kubectl kustomize does not render k8s/prod: invalid Kustomization: json: unknown field "literals"',
  ],
  [
    'a patch without an object',
    'error: no resource matches strategic merge patch "ConfigMap.v1.[noGrp]/zzz.[noNs]": no matches for Id ConfigMap.v1.[noGrp]/zzz.[noNs]',
    'k8s/prod/kustomization.yaml: kubectl kustomize does not render k8s/prod: no resource matches strategic merge patch "ConfigMap.v1.[noGrp]/zzz.[noNs]": no matches for Id ConfigMap.v1.[noGrp]/zzz.[noNs]',
  ],
  ['nothing at all', '', 'k8s/prod/kustomization.yaml: kubectl kustomize does not render k8s/prod: # Warning: old'],
];

for (const [says, stderr, line] of ERRORS) {
  test(`kustomize: its error is told at its place: ${says}`, async () => {
    const refusal = await refusalOf(async () => renderWith({ ...PROD, answer: failing(stderr) }));
    assert.deepEqual([refusal.code, refusal.lines], ['render-failed', [line]]);
  });
}

test('kustomize: a chart in a kustomization is pointed to the list', async () => {
  const answer = failing(
    'error: trouble configuring builtin HelmChartInflationGenerator with config: `\nname: x\n`: must specify --enable-helm',
  );
  const refusal = await refusalOf(async () => renderWith({ ...PROD, answer }));
  assert.match(refusal.hints[0] ?? '', /name the chart itself in the input manifests/);
});

test('kustomize: one that does not end is told, and not started again', async () => {
  const started: Command[] = [];
  const answer = (command: Command): Answer => {
    started.push(command);
    return { timedOut: true, exitCode: 143 };
  };
  const refusal = await refusalOf(async () => renderWith({ ...PROD, answer }));
  assert.equal(started.length, 1);
  assert.match(
    refusal.lines[0] ?? '',
    /kubectl kustomize does not render k8s\/prod: it did not end within 120 seconds$/,
  );
});

const unwrapped = ({ args }: Command): Answer =>
  args.includes(WRAPPER_FOLDER)
    ? { exitCode: 1, stderr: 'error: no\n' }
    : { stdout: 'apiVersion: v1\nkind: Service\nmetadata:\n  name: server\n' };

test('kustomize: should only our own kustomization fail, the objects are there without their lines', async () => {
  const [manifest] = (await renderWith({ ...PROD, vars: {}, answer: unwrapped })).rendered.manifests;
  assert.deepEqual([manifest?.file, manifest?.lineOf([])], ['k8s/prod/kustomization.yaml', undefined]);
});

test('kustomize: the errors of all entries are told together', async () => {
  const sources = { ...SOURCES, 'k8s/a.yaml': 'kind: [' };
  const plan = { manifests: ['k8s/prod', 'k8s/base'], preDeploy: ['k8s/a.yaml', 'gone'] };
  const refusal = await refusalOf(async () => renderWith({ sources, plan, answer: failing('error: no') }));
  assert.deepEqual(
    refusal.lines.map((line) => line.slice(0, 40)),
    [
      '"gone" of the input pre-deploy does not ',
      'k8s/prod/kustomization.yaml: kubectl kus',
      'k8s/base/kustomization.yaml: kubectl kus',
      'k8s/a.yaml:1: flow sequence in block col',
    ],
  );
});
