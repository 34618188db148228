import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFieldCondition, isMet, parseFieldCondition } from '../../../src/values/field-condition.ts';
import { parseJsonPath, valuesAt } from '../../../src/values/json-path.ts';

const OBJECT = {
  metadata: { annotations: { 'example.com/a': 'yes' } },
  status: {
    phase: 'Healthy',
    replicas: 3,
    isOpen: true,
    nothing: null,
    'exit-code': 0,
    ports: [80, 443],
    empty: [],
    loadBalancer: { ingress: [{ ip: '10.0.0.1' }] },
    conditions: [
      { type: 'Synced', status: 'True', weight: 1 },
      { type: 'Ready', status: 'False', weight: 2, last: { isReal: true } },
    ],
  },
};

for (const [path, expected] of [
  ['{.status.phase}', ['Healthy']],
  ['{$.status.phase}', ['Healthy']],
  ['{.status.exit-code}', [0]],
  ["{.status['phase']}", ['Healthy']],
  ['{["status"].phase}', ['Healthy']],
  [String.raw`{.metadata.annotations.example\.com/a}`, undefined],
  ["{.metadata.annotations['example.com/a']}", ['yes']],
  [String.raw`{.metadata.annotations.example\.com\/a}`, ['yes']],
  ['{.status.ports[1]}', [443]],
  ['{.status.ports[-1]}', [443]],
  ['{.status.ports[2]}', []],
  ['{.status.loadBalancer.ingress[0].ip}', ['10.0.0.1']],
  ['{.status.missing.phase}', []],
  ['{.status.phase.deeper}', []],
  ['{.status.toString}', []],
  ['{.status.conditions[?(@.type=="Ready")].status}', ['False']],
  [`{.status.conditions[?( @.type == 'Ready' )].status}`, ['False']],
  ['{.status.conditions[?(@.type!="Ready")].status}', ['True']],
  ['{.status.conditions[?(@.weight==2)].type}', ['Ready']],
  ['{.status.conditions[?(@.weight=="2")].type}', []],
  ['{.status.conditions[?(@.last.isReal==true)].type}', ['Ready']],
  ['{.status.conditions[?(@.last.isReal!=true)].type}', []],
  ['{.status.phase[?(@.type=="Ready")]}', []],
] as const) {
  test(`the path ${path} → ${JSON.stringify(expected) ?? 'not understood'}`, () => {
    if (expected === undefined) {
      assert.throws(() => parseJsonPath(path), /is not understood/);
    } else {
      assert.deepEqual(valuesAt(OBJECT, parseJsonPath(path)), expected);
    }
  });
}

for (const [text, expected] of [
  ['{.status.phase}=Healthy', true],
  ['{.status.phase}=healthy', false],
  ['{.status.phase}="Healthy"', true],
  [' {.status.phase} = Healthy ', true],
  ['{.status.replicas}=3', true],
  ['{.status.isOpen}=true', true],
  ['{.status.ports}=80', false],
  ['{.status.conditions[?(@.type=="Ready")].status}=False', true],
  ['{.status.conditions[?(@.weight!=3)].status}=True', false],
  ['{.status.loadBalancer.ingress[0].ip}', true],
  ['{.status.loadBalancer.ingress[1].ip}', false],
  ['{.status.nothing}', false],
  ['{.status.missing}=', undefined],
  ['.status.phase=Healthy', undefined],
  ['{.status.phase}==Healthy', undefined],
  ['{.status.phase}{.status.phase}=Healthy', undefined],
  ['{}=a', undefined],
  ['{.status.ports[*]}=80', undefined],
  ['{.status..phase}=a', undefined],
  ['', undefined],
] as const) {
  test(`the condition "${text}" is ${expected === undefined ? 'not understood' : expected ? 'met' : 'not met'}`, () => {
    if (expected === undefined) {
      assert.throws(() => parseFieldCondition(text), Error);
    } else {
      assert.equal(isMet(parseFieldCondition(text), OBJECT), expected);
    }
  });
}

test('a condition is told as it was written, without quotes', () => {
  assert.equal(formatFieldCondition(parseFieldCondition('{.a} = "b c"')), '{.a}=b c');
  assert.equal(formatFieldCondition(parseFieldCondition('{.a}')), '{.a}');
});
