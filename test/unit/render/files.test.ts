import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findManifestFiles } from '../../../src/render/files.ts';
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
      '../shared/ns.yaml',
    ].map((name) => [new URL(name, `file://${WORKSPACE}/`).pathname, '']),
  ),
);

const FINDS: readonly (readonly [says: string, entries: readonly string[], files: readonly string[]])[] = [
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
];

for (const [says, manifests, expected] of FINDS) {
  test(`manifests: ${says}`, async () => {
    const { found, findings } = await findManifestFiles({ workspace: WORKSPACE, manifests, vars: [] }, FILES);
    assert.deepEqual(
      found.map(({ file }) => file),
      expected,
    );
    assert.deepEqual(findings, []);
  });
}

test('manifests: every entry that finds nothing is named, at once', async () => {
  const manifests = ['k8s/sever.yaml', 'k8s/server.yaml', 'docs', 'deploy/*.yaml'];
  const { findings } = await findManifestFiles({ workspace: WORKSPACE, manifests, vars: [] }, FILES);
  assert.deepEqual(
    findings.map(({ code, problem }) => `${code}: ${problem.message}`),
    [
      'manifest-not-found: "k8s/sever.yaml" of the input manifests does not exist',
      'manifest-not-found: the folder "docs" of the input manifests has no *.yaml, *.yml or *.json',
      'manifest-not-found: "deploy/*.yaml" of the input manifests matches no file',
    ],
  );
});
