import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixedStreams, MOST_STREAMS_OF_NAMESPACE, podStreams } from '../../../src/rollout/streams.ts';
import type { Subject, SubjectRule } from '../../../src/values/subject.ts';

const PLURALS = {
  Deployment: 'apis/apps/v1/namespaces/shop/deployments',
  StatefulSet: 'apis/apps/v1/namespaces/shop/statefulsets',
  DaemonSet: 'apis/apps/v1/namespaces/shop/daemonsets',
  Job: 'apis/batch/v1/namespaces/shop/jobs',
  Pod: 'api/v1/namespaces/shop/pods',
  custom: 'apis/example.org/v1/namespaces/shop/databases',
} as const;

const subject = (rule: SubjectRule, name: string): Subject => ({
  rule,
  kind: rule === 'custom' ? 'Database' : rule,
  namespace: 'shop',
  name,
  path: `/${PLURALS[rule]}/${name}`,
});

const wishes = (subjects: readonly Subject[]): readonly (string | undefined)[] =>
  fixedStreams('shop', subjects).map(({ wish }) => `${wish.path.split('/').at(-1)} ${wish.fieldSelector ?? ''}`.trim());

describe('what is followed in a namespace', () => {
  test('a single Deployment is watched by its name', () => {
    assert.deepEqual(wishes([subject('Deployment', 'server')]), [
      'deployments metadata.name=server',
      'events type=Warning',
    ]);
  });

  test('several Deployments are one stream', () => {
    assert.deepEqual(wishes([subject('Deployment', 'server'), subject('Deployment', 'agent')]), [
      'deployments',
      'events type=Warning',
    ]);
  });

  test('Pods and custom resources are not watched', () => {
    assert.deepEqual(wishes([subject('Pod', 'one'), subject('custom', 'db')]), ['events type=Warning']);
  });

  for (const count of [1, 2, 500]) {
    test(`${count} workloads of each kind: never more than ${MOST_STREAMS_OF_NAMESPACE} streams`, () => {
      const rules = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'Pod', 'custom'] as const;
      const subjects = rules.flatMap((rule) => Array.from({ length: count }, (_, index) => subject(rule, `${index}`)));
      const fixed = fixedStreams('shop', subjects);
      const labels = new Map(
        ['pod-template-hash', 'controller-revision-hash', 'pod-template-generation', 'job-name'].map((label) => [
          label,
          new Set(subjects.map(({ name }) => name)),
        ]),
      );
      assert.ok(fixed.length + podStreams('shop', labels, fixed.length).length <= MOST_STREAMS_OF_NAMESPACE);
    });
  }
});

describe('whose pods travel', () => {
  test('those of the newest revisions only', () => {
    const labels = new Map([['pod-template-hash', new Set(['b', 'a'])]]);
    assert.deepEqual(
      podStreams('shop', labels, 2).map(({ wish }) => wish.labelSelector),
      ['pod-template-hash in (a,b)'],
    );
  });

  test('all of the namespace when the selector would not fit into a URL', () => {
    const labels = new Map([
      ['pod-template-hash', new Set(Array.from({ length: 3000 }, (_, index) => `hash-${index}`))],
    ]);
    assert.deepEqual(
      podStreams('shop', labels, 2).map(({ wish }) => wish.labelSelector),
      [undefined],
    );
  });
});
