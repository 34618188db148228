import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { actionYaml, inputsTable, outputsTable, signalsTable } from '../../scripts/action-docs.ts';
import { FAILURE_CODES } from '../../src/errors.ts';
import { INPUTS } from '../../src/inputs/spec.ts';
import { OUTPUTS } from '../../src/report/outputs.ts';
import { valueAt } from '../../src/values/json.ts';
import { rolesOfExample } from '../support/example-role.ts';
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
