import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anchorsOf, blocksOf, linksOf } from '../support/markdown.ts';
import { permissionProblems } from '../support/permissions.ts';
import { problemsOfJson, problemsOfObject, problemsOfShell, problemsOfYaml } from '../support/snippet-problems.ts';

/** The mistakes that snippets.test.ts is there for: each of them has to be found. */

const STEP = `- uses: org/k8s-deploy@v1
  with:
    images: ghcr.io/org/app
    manifests: k8s
    kubeconfig: \${{ secrets.KUBECONFIG }}`;

const workflow = (steps: string, top = 'permissions: {}'): string => `name: deploy
on: push
${top}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
${steps.replaceAll(/^/gm, '      ')}
`;

const caller = (rest: string): string => `on: push
permissions: {}
jobs:
  deploy:
    uses: org/k8s-deploy/.github/workflows/deploy.yml@v1
${rest.replaceAll(/^/gm, '    ')}
`;
const PERMISSIONS = 'permissions: { contents: read, packages: write, deployments: write }';
const ENVIRONMENTS = `environments: '[{"name": "dev"}]'`;
const CALL = `${PERMISSIONS}\nwith: { ${ENVIRONMENTS} }`;

test('a step, a workflow and a caller without a mistake have no problems', async () => {
  for (const text of [STEP, workflow(STEP), caller(CALL)]) {
    assert.deepEqual(await problemsOfYaml(text), []);
  }
});

const MISTAKES: readonly (readonly [what: string, yaml: string, problem: RegExp])[] = [
  ['YAML that is none', 'jobs: [', /./],
  ['an input that does not exist', STEP.replace('manifests', 'manifest'), /manifest: there is no such input/],
  ['a value that is none', `${STEP}\n    timeout: 5 minutes`, /timeout: "5 minutes" is not a duration/],
  ['inputs that lack something', workflow(STEP.replace(/ *kubeconfig.*/, '')), /kubeconfig: is missing or empty/],
  ['inputs that contradict one another', workflow(`${STEP}\n    context: .`), /images: cannot be given together/],
  ['a value that is wrong beside an expression', `${STEP}\n    sha: v\${{ github.sha }}`, /is not a full commit SHA/],
  ['a key that no step has', workflow(STEP.replace('with:', 'wth:')), /Unexpected value 'wth'/],
  ['an expression that is none', STEP.replace('secrets.KUBECONFIG', 'secrets.('), /Unexpected/],
  ['a context that is not there', workflow(STEP).replace('ubuntu-latest', '${{ steps.a.outputs.b }}'), /Unrecognized/],
  ['an expression in a script', '- run: echo ${{ github.head_ref }}', /has an expression in it/],
  ['a script that does not parse', '- run: if true; then echo', /syntax error/],
  ['another version of the action', STEP.replace('@v1', '@v2'), /is another version than v1/],
  ['an action that is not pinned', workflow(`- uses: azure/login@v3\n${STEP}`), /azure\/login@v3: is not pinned/],
  ['permissions by default', workflow(STEP, 'env: { A: b }'), /permissions: is not \{\} at the top/],
  [
    'an input that the reusable workflow has not',
    caller(CALL.replace('environments', 'environment')),
    /environment is not defined/,
  ],
  ['an input that it needs', caller(PERMISSIONS), /environments is required/],
  ['a secret that it has not', caller(`${CALL}\nsecrets: { kubeconfg: a }`), /kubeconfg is not defined/],
  ['a permission that is missing', caller(CALL.replace(', deployments: write', '')), /needs deployments: write/],
  ['a permission that is too low', caller(CALL.replace('packages: write', 'packages: read')), /needs packages: write/],
  [
    'a permission that nobody asks for',
    caller(CALL.replace('contents: read', 'contents: write')),
    /no more than contents: read/,
  ],
  [
    'an environment without a name',
    caller(CALL.replace('"name"', '"nam"')),
    /required property 'name'|additional properties/,
  ],
  ['a reusable workflow that is not there', caller(CALL).replace('deploy.yml', 'deplyo.yml'), /Unable to find/],
  ['an environment that is there twice', caller(CALL.replace('}]', '}, {"name": "dev"}]')), /has this name, too/],
  ['an object without a name', 'apiVersion: v1\nkind: Secret\nmetadata: {}', /has no metadata.name/],
  ['something else', 'colour: green', /is nothing that a workflow or a cluster has/],
];

for (const [what, yaml, problem] of MISTAKES) {
  test(`found: ${what}`, async () => {
    assert.match((await problemsOfYaml(yaml)).join('\n'), problem);
  });
}

test('found: JSON that is none, environments with a field too many, a manifest without a kind, a script that does not end', () => {
  assert.match(problemsOfJson('{').join(), /JSON/);
  assert.match(problemsOfJson('[{ "name": "dev", "colour": "green" }]').join(), /additional properties|colour/);
  assert.deepEqual(problemsOfObject({ apiVersion: 'v1', metadata: { name: 'a' } }), ['has no kind']);
  assert.match(problemsOfShell('echo "').join(), /unexpected EOF/);
});

test('permissions: what no job asks for is too much, also where the workflow says it for all jobs', () => {
  const called = { permissions: { contents: 'read' }, jobs: { a: {}, b: { permissions: { packages: 'write' } } } };
  assert.deepEqual(permissionProblems({ contents: 'read', packages: 'write' }, called), []);
  assert.deepEqual(permissionProblems({ packages: 'write', issues: 'read' }, called), [
    'permissions: the called workflow needs no more than issues: none',
    'permissions: the called workflow needs contents: read',
  ]);
});

const MARKDOWN = [
  '# Two deploys, at once',
  '## `image-unmatched`',
  '## Two deploys at once',
  'A [link](other.md#here), `[code](not/a/link)` and ![a picture](images/a.png).',
  '- In a list:',
  '  ```yaml',
  '  # Not a heading',
  '  a: [b](c)',
  '  ```',
].join('\n');

test('a document: its headings as anchors, its links without those in code, its blocks without their indent', () => {
  assert.deepEqual([...anchorsOf(MARKDOWN)], ['two-deploys-at-once', 'image-unmatched', 'two-deploys-at-once-1']);
  assert.deepEqual(linksOf(MARKDOWN), ['other.md#here', 'images/a.png']);
  assert.deepEqual(blocksOf(MARKDOWN), [{ language: 'yaml', line: 7, text: '# Not a heading\na: [b](c)\n' }]);
});
