import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../../src/adapters/sha256.ts';
import { differences, inputsOf, INPUTS_LABEL, parseRecord, recordLabel } from '../../../src/build/record.ts';
import type { BuildPlan } from '../../../src/plan/build-slices.ts';
import { PLAN } from './registry-scene.ts';

const of = (over: Partial<BuildPlan>): Readonly<Record<string, string>> => inputsOf({ ...PLAN, ...over }, sha256);

describe('what an image is built from', () => {
  test('the smallest build: a context, and the Dockerfile in it', () => {
    assert.deepEqual(of({}), { context: 'server', file: 'server/Dockerfile' });
  });

  test('the whole checkout is "."', () => {
    assert.deepEqual(of({ context: '/checkout' }), { context: '.', file: 'Dockerfile' });
  });

  test('everything that makes another image of the same commit is in it, and no value of a build argument', () => {
    const inputs = of({
      file: '/checkout/docker/My.Dockerfile',
      target: 'prod',
      platforms: ['linux/arm64', 'linux/amd64'],
      buildArgs: ['VERSION=1.2=3', 'EMPTY=', 'FROM_ENVIRONMENT'],
      buildContexts: ['shared=/checkout/shared', 'base=docker-image://alpine:3'],
      proofs: { provenance: 'mode=max', sbom: 'true', attests: ['type=x'] },
    });
    assert.deepEqual(inputs, {
      context: 'server',
      file: 'docker/My.Dockerfile',
      target: 'prod',
      platforms: 'linux/amd64,linux/arm64',
      'arg VERSION': sha256('1.2=3').slice(0, 16),
      'arg EMPTY': sha256('').slice(0, 16),
      'arg FROM_ENVIRONMENT': 'of the environment',
      'context shared': 'shared',
      'context base': 'docker-image://alpine:3',
      provenance: 'mode=max',
      sbom: 'true',
      attests: 'type=x',
    });
  });

  test('what only helps to build is not in it', () => {
    const helping: Partial<BuildPlan> = {
      labels: ['a=b'],
      tags: ['main'],
      secrets: [{ kind: 'value', id: 'token', value: 'x' }],
      ssh: ['default'],
      noCache: true,
      pull: true,
      cacheStages: ['base'],
    };
    assert.deepEqual(of(helping), of({}));
  });
});

describe('the label', () => {
  test('is the same text for the same inputs, whatever their order', () => {
    assert.equal(recordLabel({ b: '2', a: '1' }), `${INPUTS_LABEL}={"a":"1","b":"2"}`);
    assert.equal(recordLabel({ a: '1', b: '2' }), recordLabel({ b: '2', a: '1' }));
  });

  test('is read back', () => {
    const inputs = of({ buildArgs: ['A="quoted", with comma'] });
    assert.deepEqual(parseRecord(recordLabel(inputs).slice(INPUTS_LABEL.length + 1)), inputs);
  });

  for (const text of [undefined, '', 'no json', '[]', '{}', '{"a":1}', '"text"', 'null']) {
    test(`${String(text)} is no record`, () => assert.equal(parseRecord(text), undefined));
  }
});

for (const [says, there, wanted, words] of [
  ['nothing', { target: 'prod' }, { target: 'prod' }, []],
  ['another target', { target: 'prod' }, { target: 'test' }, ['target was "prod" and is "test"']],
  ['a target more', {}, { target: 'test' }, ['target was not given']],
  ['a target less', { target: 'test' }, {}, ['target was given']],
  ['another argument', { 'arg A': '12' }, { 'arg A': '34' }, ['build argument A had another value']],
  ['an argument more', {}, { 'arg A': '34' }, ['build argument A was not given']],
  ['two things, by name', { b: '1', a: '1' }, { b: '2', a: '2' }, ['a was "1" and is "2"', 'b was "1" and is "2"']],
] as const) {
  test(`differs in ${says}`, () => assert.deepEqual(differences(there, wanted), words));
}
