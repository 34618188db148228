import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { actionYaml, inputsTable, outputsTable, signalsTable } from '../../scripts/action-docs.ts';
import { FAILURE_CODES } from '../../src/errors.ts';
import { ENVIRONMENT_FIELDS } from '../../src/inputs/environment-fields.ts';
import { INPUTS } from '../../src/inputs/spec.ts';
import { OUTPUTS } from '../../src/report/outputs.ts';
import { valueAt } from '../../src/values/json.ts';
import { rolesOfExample } from '../support/example-role.ts';
import { linksOf } from '../support/markdown.ts';
import { ROOT, sourceFiles } from '../support/source-files.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Tables are compared by their cells: how wide prettier makes the columns does not matter. */
function tableBetween(text: string, name: string): readonly string[] {
  const [, after = ''] = text.split(`<!-- ${name}:start -->`);
  const [between = ''] = after.split(`<!-- ${name}:end -->`);
  return cellsOf(between);
}
const cellsOf = (table: string): readonly string[] =>
  table
    .trim()
    .split('\n')
    .map((row) => row.replaceAll(/\s+\|/g, ' |').replaceAll(/\|\s+/g, '| ').replaceAll(/-{3,}/g, '---'));

test('action.yml is what follows from the tables in src: node scripts/generate-docs.ts', () => {
  assert.deepEqual(parse(read('action.yml')), parse(actionYaml()));
  assert.equal(read('action.yml'), actionYaml());
});

for (const [path, name, table] of [
  ['README.md', 'inputs', inputsTable()],
  ['README.md', 'outputs', outputsTable()],
  ['docs/rollout.md', 'signals', signalsTable()],
] as const) {
  test(`the table of ${name} in ${path} is what follows from src: node scripts/generate-docs.ts`, () => {
    assert.deepEqual(tableBetween(read(path), name), cellsOf(table));
  });
}

test('action.yml has every input and output, and runs the bundles as main and post', () => {
  const action: unknown = parse(read('action.yml'));
  assert.deepEqual(
    Object.keys(Object(valueAt(action, 'inputs'))),
    Object.values(INPUTS).map(({ name }) => name),
  );
  assert.deepEqual(Object.keys(Object(valueAt(action, 'outputs'))), Object.keys(OUTPUTS));
  assert.deepEqual(valueAt(action, 'runs'), { using: 'node24', main: 'dist/index.js', post: 'dist/post.js' });
});

test('the Role in the README is what the check prints for examples/shop', () => {
  const [, role = ''] = /^```yaml\n(apiVersion: rbac[^]*?)^```$/m.exec(read('README.md')) ?? [];
  const [forNamespace = '', forObjects = ''] = rolesOfExample().split('---\n');

  assert.equal(role, forObjects);
  assert.match(forNamespace, /kind: ClusterRole[^]*resources: \[namespaces\]\n {4}verbs: \[get, create, patch\]\n$/);
});

const byName = (one: string, other: string): number => one.localeCompare(other);

test('every reason that a user can be given has its section in docs/failures.md, and no section is about another', () => {
  const sections = [...read('docs/failures.md').matchAll(/^## `?([a-z-]+)`?$/gm)].map(([, code]) => code ?? '');
  assert.deepEqual(sections.toSorted(byName), FAILURE_CODES.toSorted(byName));
});

test('every reason is given somewhere', () => {
  const used = sourceFiles()
    .filter(({ path }) => path !== 'errors.ts')
    .map(({ text }) => text)
    .join('\n');
  assert.deepEqual(
    FAILURE_CODES.filter((code) => !used.includes(`'${code}'`)),
    [],
  );
});

test('every source and test that the documents name is there', () => {
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync(join(ROOT, 'docs')).map((name) => join('docs', name)),
  ];
  const named = documents
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) => [...read(path).matchAll(/\b(?:src|test|scripts)\/[\w./-]+\.ts\b/g)].map(([name]) => name));
  assert.ok(named.length > 50);
  assert.deepEqual(
    named.filter((name) => !existsSync(join(ROOT, name))),
    [],
  );
});

/** The first column of the table under a heading, without the words that stand beside the names. */
function namesInTable(path: string, heading: string): readonly string[] {
  const [, section = ''] = read(path).split(`\n## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\| (`[^|]*)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
}

const keysOf = (value: unknown): readonly string[] => Object.keys(Object(value));
const called = (name: string): unknown => valueAt(parse(read(`.github/workflows/${name}.yml`)), 'on', 'workflow_call');

test('docs/environments.md has every field of the list of environments', () => {
  const [, section = ''] = read('docs/environments.md').split('\n## The list\n');
  const [list = ''] = section.split('\n## ');
  const named = new Set([...list.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name));
  assert.deepEqual(
    ENVIRONMENT_FIELDS.filter((field) => !named.has(field)),
    [],
  );
  assert.deepEqual(
    namesInTable('docs/environments.md', 'The list').filter((name) => !ENVIRONMENT_FIELDS.some((one) => one === name)),
    [],
  );
});

test('docs/environments.md has the inputs that only the workflow has; all others are inputs of the action', () => {
  const [beginning = ''] = read('docs/environments.md').split('\n## ');
  const named = [...beginning.matchAll(/^\| `([a-z-]+)` +\| +(?:`([^`]*)`)?/gm)].map(
    ([, name = '', fallback]) => [name, fallback] as const,
  );
  const inputs = valueAt(called('deploy'), 'inputs');
  const known: readonly string[] = Object.values(INPUTS).map(({ name }) => name);
  assert.deepEqual(
    keysOf(inputs).filter((name) => !known.includes(name) && !named.some(([one]) => one === name)),
    [],
  );
  for (const [name, fallback] of named) {
    const value = valueAt(inputs, name, 'default');
    assert.equal(value === undefined ? undefined : JSON.stringify(value).replaceAll('"', ''), fallback, name);
  }
});

test('docs/environments.md has the secrets of both reusable workflows', () => {
  const secrets = namesInTable('docs/environments.md', 'Secrets').toSorted(byName);
  for (const name of ['deploy', 'preview']) {
    assert.deepEqual(keysOf(valueAt(called(name), 'secrets')).toSorted(byName), secrets, `${name}.yml`);
  }
});

test('every document can be reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const path of reached) {
    linksOf(read(path))
      .map((target) => join(dirname(path), target.split('#')[0] ?? ''))
      .map((target) => (target.startsWith('examples') && !target.endsWith('.md') ? join(target, 'README.md') : target))
      .filter((target) => target.endsWith('.md') && existsSync(join(ROOT, target)))
      .forEach((target) => reached.add(target));
  }
  const documents = readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  const examples = readdirSync(join(ROOT, 'examples'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join('examples', name, 'README.md'));
  assert.deepEqual(
    [...documents, ...examples].filter((path) => !reached.has(path)),
    [],
  );
});

test('docs/environments.md has the inputs that deploy-oidc.yml has beside those of deploy.yml', () => {
  const [, section = ''] = read('docs/environments.md').split('\n## Without a secret\n');
  const own = keysOf(valueAt(called('deploy-oidc'), 'inputs')).filter(
    (name) => !keysOf(valueAt(called('deploy'), 'inputs')).includes(name),
  );
  assert.ok(own.length > 0);
  assert.deepEqual(
    own.filter((name) => !section.includes(`\`${name}`)),
    [],
  );
});
