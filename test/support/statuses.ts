/** Refusals as a Kubernetes 1.34.4 wrote them, taken from a server. Schema errors of an apply are 500 and have neither reason nor causes. */

const status = (code: number, message: string, more: object = {}) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  ...more,
  code,
});

const TYPED = 'failed to create typed patch object (shop/a; apps/v1, Kind=Deployment)';

export const STATUSES = {
  unknownField: status(500, `${TYPED}: .spec.replicass: field not declared in schema`),
  unknownFieldInContainer: status(
    500,
    `${TYPED}: .spec.template.spec.containers[name="a"].portss: field not declared in schema`,
  ),
  unknownFieldInPort: status(
    500,
    'failed to create typed patch object (/s; /v1, Kind=Service): .spec.ports[port=2,protocol="TCP"].foo: field not declared in schema',
  ),
  wrongType: status(500, `${TYPED}: .spec.replicas: expected numeric (int or float), got string`),
  wrongTypeInSecret: status(
    500,
    'failed to create typed patch object (/s; /v1, Kind=Secret): .stringData.a: expected string, got &value.valueUnstructured{Value:12345678}',
  ),
  noBase64: status(
    500,
    'failed to convert new object (/s; /v1, Kind=Secret) to proper version: unable to convert unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 3',
  ),
  twoInvalid: status(
    422,
    'Deployment.apps "a" is invalid: [spec.template.spec.containers[0].image: Required value, spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 99999999: must be between 1 and 65535, inclusive]',
    {
      reason: 'Invalid',
      details: {
        name: 'a',
        group: 'apps',
        kind: 'Deployment',
        causes: [
          {
            reason: 'FieldValueRequired',
            message: 'Required value',
            field: 'spec.template.spec.containers[0].image',
          },
          {
            reason: 'FieldValueInvalid',
            message: 'Invalid value: 99999999: must be between 1 and 65535, inclusive',
            field: 'spec.template.spec.containers[0].ports[0].containerPort',
          },
        ],
      },
    },
  ),
  immutable: status(
    422,
    'Deployment.apps "a" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable',
    {
      reason: 'Invalid',
      details: {
        name: 'a',
        group: 'apps',
        kind: 'Deployment',
        causes: [
          {
            reason: 'FieldValueInvalid',
            message: 'Invalid value: {"matchLabels":{"app":"b"}}: field is immutable',
            field: 'spec.selector',
          },
        ],
      },
    },
  ),
  conflictWithHelm: status(
    409,
    'Apply failed with 1 conflict: conflict with "helm": .spec.template.spec.containers[name="a"].image',
    {
      reason: 'Conflict',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "helm"',
            field: '.spec.template.spec.containers[name="a"].image',
          },
        ],
      },
    },
  ),
  namespaceMissing: status(404, 'namespaces "shop" not found', {
    reason: 'NotFound',
    details: { name: 'shop', kind: 'namespaces' },
  }),
  mayNotPatch: status(
    403,
    'deployments.apps "a" is forbidden: User "system:serviceaccount:shop:bob" cannot patch resource "deployments" in API group "apps" in the namespace "shop"',
    { reason: 'Forbidden', details: { name: 'a', group: 'apps', kind: 'deployments' } },
  ),
  namespaceTerminating: status(
    403,
    'deployments.apps "a" is forbidden: unable to create new content in namespace shop because it is being terminated',
    {
      reason: 'Forbidden',
      details: {
        name: 'a',
        group: 'apps',
        kind: 'deployments',
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: 'namespace shop is being terminated',
            field: 'metadata.namespace',
          },
        ],
      },
    },
  ),
  overLimit: status(403, 'pods "a" is forbidden: maximum memory usage per Container is 10Mi, but limit is 1Gi', {
    reason: 'Forbidden',
    details: { name: 'a', kind: 'pods' },
  }),
  unauthorized: status(401, 'Unauthorized', { reason: 'Unauthorized' }),
  notFound: status(404, 'deployments.apps "a" not found', {
    reason: 'NotFound',
    details: { name: 'a', group: 'apps', kind: 'deployments' },
  }),
} as const;
