import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findEntries } from '../../../src/render/entries.ts';
import { neededRenderers } from '../../../src/render/run.ts';
import { renderPlanOf } from '../../support/manifests.ts';
import { memoryFiles } from '../../support/memory-files.ts';

const WORKSPACE = '/checkout/app';
const FILES = memoryFiles(
  Object.fromEntries(
    [
      'k8s/server.yaml',
      'k8s/agent.yml',
      'k8s/list.json',
      'k8s/README.md',
      'k8s/prod/ingress.yaml',
      'k8s/.hidden.yaml',
      'k8s/job.yaml.tpl',
      'docs/guide.md',
      'apps/base/kustomization.yml',
      'apps/base/server.yaml',
      'apps/prod/Kustomization',
      'apps/prod/patch.yaml',
      'charts/shop/Chart.yaml',
      'charts/shop/values.yaml',
      'charts/shop/templates/server.yaml',
      'charts/shop/charts/redis-1.0.0.tgz',
      'charts/shop/charts/sub/Chart.yaml',
      'charts/shop-1.2.3.tgz',
      'both/kustomization.yaml',
      'both/Chart.yaml',
      'charts/shopkeeper.yaml',
      '../shared/ns.yaml',
    ].map((name) => [new URL(name, `file://${WORKSPACE}/`).pathname, '']),
  ),
);

const FINDS: readonly (readonly [says: string, entries: readonly string[], found: readonly string[]])[] = [
  ['a file is itself', ['k8s/server.yaml'], ['k8s/server.yaml']],
  ['a folder is its own yaml, yml and json', ['k8s'], ['k8s/agent.yml', 'k8s/list.json', 'k8s/server.yaml']],
  ['a folder may end in a slash', ['k8s/prod/'], ['k8s/prod/ingress.yaml']],
  ['* stays within a folder', ['k8s/*.yaml'], ['k8s/server.yaml']],
  ['** goes into folders', ['k8s/**/*.yaml'], ['k8s/prod/ingress.yaml', 'k8s/server.yaml']],
  ['a bare * leaves the README alone', ['k8s/*'], ['k8s/agent.yml', 'k8s/list.json', 'k8s/server.yaml']],
  ['an ending that is asked for is taken', ['k8s/*.tpl'], ['k8s/job.yaml.tpl']],
  ['braces are alternatives', ['k8s/{server,list}.*'], ['k8s/list.json', 'k8s/server.yaml']],
  [
    'the order of the entries counts, and each file is taken once',
    ['k8s/prod', 'k8s/server.yaml', 'k8s/**'],
    ['k8s/prod/ingress.yaml', 'k8s/server.yaml', 'k8s/agent.yml', 'k8s/list.json'],
  ],
  ['a file beside the workspace', ['../shared/ns.yaml'], ['../shared/ns.yaml']],
  ['an absolute path', ['/checkout/app/k8s/server.yaml'], ['k8s/server.yaml']],
  ['a folder with a kustomization is that', ['apps/base'], ['kustomization apps/base/kustomization.yml']],
  ['it has any of three names', ['apps/prod/'], ['kustomization apps/prod/Kustomization']],
  ['the file stands for its folder', ['apps/base/kustomization.yml'], ['kustomization apps/base/kustomization.yml']],
  [
    'a glob finds it once, and the other files beside it',
    ['apps/**', 'apps/base'],
    [
      'kustomization apps/base/kustomization.yml',
      'apps/base/server.yaml',
      'kustomization apps/prod/Kustomization',
      'apps/prod/patch.yaml',
    ],
  ],
  ['a folder with a Chart.yaml is a chart', ['charts/shop'], ['chart charts/shop/Chart.yaml']],
  ['a Chart.yaml stands for its folder', ['charts/shop/Chart.yaml'], ['chart charts/shop/Chart.yaml']],
  [
    'what is in a chart belongs to it',
    ['charts/**/*.{yaml,tgz}'],
    ['packaged-chart charts/shop-1.2.3.tgz', 'chart charts/shop/Chart.yaml', 'charts/shopkeeper.yaml'],
  ],
  ['a *.tgz is a packaged chart', ['charts/shop-1.2.3.tgz'], ['packaged-chart charts/shop-1.2.3.tgz']],
  ['a kustomization comes before a chart', ['both'], ['kustomization both/kustomization.yaml']],
];

for (const [says, entries, expected] of FINDS) {
  test(`manifests: ${says}`, async () => {
    const { found, findings } = await findEntries({ input: 'manifests', workspace: WORKSPACE, entries }, FILES);
    assert.deepEqual(
      found.map(({ kind, file }) => (kind === 'file' ? file : `${kind} ${file}`)),
      expected,
    );
    assert.deepEqual(findings, []);
  });
}

test('manifests: every entry that finds nothing is named, at once', async () => {
  const entries = ['k8s/sever.yaml', 'k8s/server.yaml', 'docs', 'deploy/*.yaml', 'HTTPS://example.com/app.yaml'];
  const { findings } = await findEntries({ input: 'pre-deploy', workspace: WORKSPACE, entries }, FILES);
  assert.deepEqual(
    findings.map(({ code, problem }) => `${code}: ${problem.message}`),
    [
      'manifest-not-found: "k8s/sever.yaml" of the input pre-deploy does not exist',
      'manifest-not-found: the folder "docs" of the input pre-deploy has no *.yaml, *.yml or *.json',
      'manifest-not-found: "deploy/*.yaml" of the input pre-deploy matches no file',
      'input-invalid: "HTTPS://example.com/app.yaml" of the input pre-deploy is a URL, and nothing is downloaded here',
    ],
  );
  assert.match(findings.at(-1)?.problem.hint ?? '', /Download it in an earlier step, compare its sha256/);
});

const NEEDS: readonly (readonly [entries: readonly string[], kustomize: boolean, helm: boolean])[] = [
  [['k8s', 'gone'], false, false],
  [['apps/base'], true, false],
  [['charts/shop'], false, true],
  [['charts/*.tgz'], false, true],
];

for (const [entries, kustomize, helm] of NEEDS) {
  test(`tools: for ${entries.join(' and ')} kustomize ${kustomize ? 'is' : 'is not'} needed, helm ${helm ? 'is' : 'is not'}`, async () => {
    assert.deepEqual(await neededRenderers(renderPlanOf({ manifests: entries }), FILES), { kustomize, helm });
    assert.deepEqual(await neededRenderers(renderPlanOf({ preDeploy: entries }), FILES), { kustomize, helm });
  });
}
