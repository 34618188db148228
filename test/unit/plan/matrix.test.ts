import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnvironments } from '../../../src/inputs/environments.ts';
import { matrixOf } from '../../../src/plan/matrix.ts';
import { objectsAt, valueAt } from '../../../src/values/json.ts';

const DEFAULTS = { timeout: 600, soak: undefined, onFailure: 'keep' } as const;

function rowsOf(list: readonly object[], order: 'parallel' | 'sequence', defaults: object = {}): readonly object[] {
  return objectsAt(
    JSON.parse(matrixOf(readEnvironments(JSON.stringify(list)), order, { ...DEFAULTS, ...defaults })),
    'include',
  );
}

test('a matrix has an entry for each environment, with every field as text and the minutes of its job', () => {
  const [row] = rowsOf([{ name: 'prod', manifests: ['a', 'b'], timeout: '15m' }], 'parallel');
  assert.deepEqual(row, {
    name: 'prod',
    namespace: '',
    'create-namespace': '',
    manifests: 'a\nb',
    vars: '',
    'helm-values': '',
    'helm-release': '',
    'kube-context': '',
    'expect-cluster': '',
    'environment-url': '',
    'smoke-test': '',
    timeout: '15m',
    soak: '',
    'on-failure': '',
    restart: '',
    prune: '',
    'runs-on': '',
    'require-verified': '',
    'timeout-minutes': 25,
  });
});

for (const [says, entry, defaults, minutes] of [
  ['the timeout of all, and ten minutes', {}, {}, 20],
  ['its own timeout', { timeout: '90s' }, {}, 12],
  ['its own timeout in seconds', { timeout: 61 }, {}, 12],
  ['a soak beside it', { soak: '5m' }, {}, 25],
  ['the soak of all', {}, { soak: 30 }, 21],
  ['as long again for a rollback', { 'on-failure': 'rollback' }, {}, 30],
  ['the rollback of all', {}, { onFailure: 'rollback-or-delete' }, 30],
  ['its own keep', { 'on-failure': 'keep' }, { onFailure: 'rollback' }, 20],
] as const) {
  test(`a job has minutes for ${says}`, () => {
    const [row] = rowsOf([{ name: 'prod', ...entry }], 'parallel', defaults);
    assert.equal(valueAt(row, 'timeout-minutes'), minutes);
  });
}

test('in a sequence each environment takes what was verified in the one before, unless it says otherwise', () => {
  const list = [{ name: 'dev' }, { name: 'staging' }, { name: 'prod', 'require-verified': 'dev' }, { name: 'edge' }];
  const gates = (order: 'parallel' | 'sequence') => rowsOf(list, order).map((row) => valueAt(row, 'require-verified'));
  assert.deepEqual(gates('sequence'), ['', 'dev', 'dev', 'prod']);
  assert.deepEqual(gates('parallel'), ['', '', 'dev', '']);
});

test('hostile names are text in JSON, and nothing else', () => {
  const name = 'a"b\\c${{ secrets.X }}$(id)`id`\u202e🚀';
  const [row] = rowsOf([{ name }], 'parallel');
  assert.equal(valueAt(row, 'name'), name);
  assert.doesNotMatch(matrixOf(readEnvironments(JSON.stringify([{ name }])), 'parallel', DEFAULTS), /[\r\n]/);
});
