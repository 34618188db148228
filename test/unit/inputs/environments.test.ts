import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { DeployError } from '../../../src/errors.ts';
import { ENVIRONMENT_FIELDS } from '../../../src/inputs/environment-fields.ts';
import { readEnvironments } from '../../../src/inputs/environments.ts';
import { valueAt } from '../../../src/values/json.ts';

const schema: unknown = JSON.parse(
  await readFile(new URL('../../../schemas/environments.schema.json', import.meta.url), 'utf8'),
);
const isBySchema = new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: false }).compile(Object(schema));

function problemsOf(value: unknown): readonly string[] {
  try {
    readEnvironments(typeof value === 'string' ? value : JSON.stringify(value));
    return [];
  } catch (error) {
    assert.ok(error instanceof DeployError && error.code === 'input-invalid', String(error));
    return error.problems.map(({ message }) => message);
  }
}

const UID = '0f0e1d2c-3b4a-5968-8776-a5b4c3d2e1f0';

/** Values of one field of an entry that has a name. */
const GOOD: readonly (readonly [field: string, value: unknown])[] = [
  ['name', 'prod'],
  ['name', 'Prod EU / blue 🚀 "x" `y` $(z)'],
  ['name', 'p'.repeat(255)],
  ['namespace', 'shop-prod'],
  ['create-namespace', true],
  ['create-namespace', 'false'],
  ['manifests', ['k8s/base', 'k8s/prod']],
  ['manifests', 'k8s/base\n# a comment\nk8s/prod\n'],
  ['manifests', []],
  ['vars', ['A', 'B=two words']],
  ['vars', 'A\nB=2'],
  ['helm-values', ['values.prod.yaml']],
  ['helm-release', 'shop'],
  ['kube-context', 'arn:aws:eks:eu-central-1:1:cluster/x'],
  ['expect-cluster', 'https://cluster.example.com:6443'],
  ['expect-cluster', `sha256:${'0'.repeat(64)}`],
  ['expect-cluster', UID],
  ['environment-url', 'https://shop.example.com/'],
  ['smoke-test', ['service/server:8080/health', 'https://shop.example.com/ status=200', 'run scripts/smoke.sh']],
  ['smoke-test', 'svc/server:http'],
  ['timeout', '15m'],
  ['timeout', '1h30m'],
  ['timeout', 300],
  ['soak', '30'],
  ['on-failure', 'rollback'],
  ['restart', 'auto'],
  ['restart', ['deployment/server']],
  ['prune', 'true'],
  ['runs-on', 'ubuntu-24.04'],
  ['runs-on', ['self-hosted', 'arm64']],
  ['require-verified', 'staging'],
];

const BAD: readonly (readonly [field: string, value: unknown, message: RegExp])[] = [
  ['name', '', /name: it is empty/],
  ['name', ' prod', /name: it has blanks around it/],
  ['name', 'a\nb', /letters that control something/],
  ['name', 'p'.repeat(256), /up to 255 letters/],
  ['name', 7, /name: it is a number, not text/],
  ['name', null, /name: it is null, not text/],
  ['namespace', 'Shop', /"Shop" is not a namespace/],
  ['namespace', '', /namespace: it is empty; leave it out/],
  ['create-namespace', 'yes', /"yes" is neither true nor false/],
  ['create-namespace', 1, /it is a number, not text/],
  ['manifests', ['a', 7], /manifests: item 2 is a number, not text/],
  ['manifests', ['a', ''], /manifests: item 2 is not one line/],
  ['manifests', ['a\nb'], /item 1 is not one line/],
  ['manifests', ['# a'], /item 1 is not one line/],
  ['manifests', { path: 'a' }, /it is an object, not a list of texts, or text/],
  ['vars', ['1A=x'], /"1A=…" is not the name of an environment variable/],
  ['helm-release', 'Shop', /"Shop" is not a name of 1 to 53/],
  ['kube-context', ['a'], /it is a list, not text/],
  ['expect-cluster', 'cluster.example.com', /neither the https:\/\/ URL/],
  ['environment-url', 'shop.example.com', /is not a URL/],
  ['environment-url', 'ftp://shop.example.com', /is not a URL/],
  ['smoke-test', ['curl x'], /"curl" is not a smoke test/],
  ['timeout', 'soon', /timeout: "soon" is not a duration/],
  ['timeout', '0m', /no time at all/],
  ['timeout', 0, /no time at all/],
  ['timeout', -5, /is not a duration/],
  ['timeout', 1.5, /it is a number, not text/],
  ['soak', true, /it is a boolean, not text/],
  ['on-failure', 'undo', /"undo" is none of keep, rollback, rollback-or-delete/],
  ['prune', null, /it is null/],
  ['runs-on', [], /neither the name of a runner nor a list of labels/],
  ['runs-on', ['a', 1], /neither the name of a runner nor a list of labels/],
  ['require-verified', 'a\nb', /one line of up to 255 letters/],
  ['manifest', 'k8s', /manifest: did you mean manifests\?/],
  ['toString', 'x', /toString: there is no such field/],
];

/** What only the parser can know: a schema cannot compare entries, and does not read lines. */
const BAD_FOR_PARSER: readonly (readonly [value: unknown, message: RegExp])[] = [
  [[{ name: 'prod' }, { name: 'Prod' }], /entry 2 \(Prod\): entry 1 has this name, too/],
  [[{ name: 'prod', restart: ['deployment/server', 'pod/x'] }], /"pod\/x" is not a workload/],
  [[{ name: 'prod', vars: 'A\n1B' }], /"1B" is not the name/],
  [[{ name: 'prod', 'smoke-test': 'curl x' }], /"curl" is not a smoke test/],
  [[{ name: 'prod', 'expect-cluster': 'sha256:12' }], /64 hexadecimal digits/],
];

const BAD_LISTS: readonly (readonly [value: unknown, message: RegExp])[] = [
  [[], /the list is empty/],
  [{ name: 'prod' }, /it is an object, not a list/],
  [['prod'], /entry 1 is a string, not an object/],
  [[null], /entry 1 is null, not an object/],
  [[{}], /entry 1 has no name/],
  [Array.from({ length: 257 }, (_, index) => ({ name: `e${index}` })), /up to 256 entries, this list has 257/],
];

for (const [field, value] of GOOD) {
  test(`an environment may have ${field}: ${JSON.stringify(value).slice(0, 60)}`, () => {
    const list = [{ name: 'x', [field]: value }];
    assert.deepEqual(problemsOf(list), []);
    assert.ok(isBySchema(list), JSON.stringify(isBySchema.errors));
  });
}

for (const [field, value, message] of BAD) {
  test(`an environment cannot have ${field}: ${JSON.stringify(value).slice(0, 60)}`, () => {
    const list = [{ name: 'x', [field]: value }];
    const problems = problemsOf(list);
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] ?? '', message);
    assert.match(problems[0] ?? '', /^environments: entry 1/);
    assert.ok(!isBySchema(list), 'the schema takes it');
  });
}

for (const [value, message] of BAD_LISTS) {
  test(`no list of environments: ${JSON.stringify(value).slice(0, 40)}`, () => {
    assert.match(problemsOf(value).join('\n'), message);
    assert.ok(!isBySchema(value), 'the schema takes it');
  });
}

for (const [value, message] of BAD_FOR_PARSER) {
  test(`found when it is read: ${JSON.stringify(value)}`, () => assert.match(problemsOf(value).join('\n'), message));
}

test('all problems are told together, each with its entry and field', () => {
  assert.deepEqual(
    problemsOf([{ name: 'staging', timeout: 'soon', manifest: 'k8s' }, { namespace: 'X' }, { name: 'STAGING' }]),
    [
      'environments: entry 1 (staging): manifest: did you mean manifests?',
      'environments: entry 1 (staging): timeout: "soon" is not a duration like 90s, 5m, 1h30m or 7d',
      'environments: entry 2 has no name',
      'environments: entry 2: namespace: "X" is not a namespace: 1 to 63 of a-z, 0-9 and -, starting and ending with a letter or digit',
      'environments: entry 3 (STAGING): entry 1 has this name, too',
    ],
  );
});

test('text that is no JSON is told by its place, and never repeated: it may have secrets in it', () => {
  const [message = ''] = problemsOf('[{"name": "prod", "vars": ["TOKEN=s3cret"]}\n');
  assert.match(message, /^environments: this is no JSON/);
  assert.doesNotMatch(message, /s3cret/);
});

test('fields are the texts of inputs, empty where nothing is given', () => {
  const [entry] = readEnvironments(
    JSON.stringify([
      { name: 'prod', manifests: ['a', 'b'], prune: true, timeout: 300, 'runs-on': ['self-hosted', 'x'], vars: 'A\nB' },
    ]),
  );
  assert.deepEqual(
    Object.entries(entry ?? {}).filter(([, text]) => text !== ''),
    [
      ['name', 'prod'],
      ['manifests', 'a\nb'],
      ['vars', 'A\nB'],
      ['timeout', '300'],
      ['prune', 'true'],
      ['runs-on', '["self-hosted","x"]'],
    ],
  );
});

test('the schema has every field, with a description for editors', () => {
  const properties = Object(valueAt(schema, '$defs', 'environment', 'properties'));
  assert.deepEqual(Object.keys(properties).toSorted(), [...ENVIRONMENT_FIELDS].toSorted());
  for (const field of ENVIRONMENT_FIELDS) {
    assert.match(String(valueAt(properties, field, 'description')), /^[A-Z].+\.$/s, field);
  }
});
