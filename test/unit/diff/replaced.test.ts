import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffObject } from '../../../src/diff/object-diff.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { subjectOf } from './subjects.ts';

const JOB = { apiVersion: 'batch/v1', kind: 'Job', verb: 'replace' } as const;

/** A Job as the server has stored it: what was applied is owned, the defaults are not. */
const LIVE: JsonObject = {
  metadata: {
    name: 'a',
    namespace: 'shop',
    uid: 'u1',
    labels: { 'controller-uid': 'u1', team: 'x' },
    managedFields: [
      {
        manager: 'k8s-deploy',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:team': {} } },
          'f:spec': {
            'f:activeDeadlineSeconds': {},
            'f:selector': {},
            'f:template': {
              'f:spec': {
                'f:containers': {
                  'k:{"name":"app"}': {
                    '.': {},
                    'f:name': {},
                    'f:image': {},
                    'f:resources': { 'f:limits': { 'f:cpu': {} } },
                  },
                },
              },
            },
          },
        },
      },
      { manager: 'kube-controller-manager', subresource: 'status', fieldsV1: { 'f:spec': { 'f:suspend': {} } } },
    ],
  },
  spec: {
    activeDeadlineSeconds: 60,
    backoffLimit: 6,
    suspend: false,
    selector: { matchLabels: { a: 'b' } },
    template: {
      spec: {
        dnsPolicy: 'ClusterFirst',
        containers: [
          {
            name: 'app',
            image: 'app:1',
            imagePullPolicy: 'IfNotPresent',
            resources: { limits: { cpu: '1' }, requests: { cpu: '1' } },
          },
          { name: 'injected', image: 'x' },
        ],
      },
    },
  },
};

const SENT: JsonObject = {
  metadata: { name: 'a', namespace: 'shop' },
  spec: { backoffLimit: 2, template: { spec: { containers: [{ name: 'app', image: 'app:2' }] } } },
};

test('of an object that is replaced one sees what changes and what was wanted before, and no default of the server', () => {
  assert.deepEqual(
    diffObject(subjectOf(LIVE, SENT, JOB)).fields.map(({ path, kind }) => `${kind} ${path}`),
    [
      'removed metadata.labels',
      'removed spec.activeDeadlineSeconds',
      'changed spec.backoffLimit',
      'removed spec.selector',
      'changed spec.template.spec.containers[app].image',
      'removed spec.template.spec.containers[app].resources',
      'removed spec.template.spec.containers[injected]',
    ],
  );
  const { lines } = diffObject(subjectOf(LIVE, SENT, JOB));
  assert.doesNotMatch(JSON.stringify(lines), /requests|controller-uid|dnsPolicy|suspend|imagePullPolicy/);
  assert.match(JSON.stringify(lines), /matchLabels/, 'what is owned as a whole stays whole');
});

test('a replaced object that was asked about is compared with all that the server answers', () => {
  const { fields } = diffObject(subjectOf(LIVE, SENT, { ...JOB, sent: {} }));
  assert.ok(fields.some(({ path }) => path === 'spec.suspend'));
});
