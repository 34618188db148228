import type { JsonObject } from '../../src/values/json.ts';

/** Changes of manifests and of the cluster, one object each, for a plan to tell. No pod ever starts: there are no replicas. */
export type PlannedChangeCase = {
  readonly change: string;
  /** Undefined for an object that is not there yet. */
  readonly before: JsonObject | undefined;
  readonly after: JsonObject;
  /** Who applied `before`. */
  readonly appliedBy: 'us' | 'kubectl apply';
  /** What somebody did with kubectl since. */
  readonly since: { readonly args: readonly string[]; readonly editor?: string } | undefined;
  readonly verb: 'create' | 'change' | 'none';
  /** What both the plan and `kubectl diff` say differs. */
  readonly fields: readonly string[];
  /** What only the plan says, and why that is right. */
  readonly onlyOurs?: { readonly fields: readonly string[]; readonly because: string };
};

type Make<Options> = (name: string, options: Options) => JsonObject;

type WorkloadOptions = {
  readonly labels?: JsonObject;
  readonly annotations?: JsonObject;
  readonly spec?: JsonObject;
  readonly pod?: JsonObject;
  readonly container?: JsonObject;
};

const workload =
  (kind: string, fixed: JsonObject): Make<WorkloadOptions> =>
  (name, { labels, annotations, spec = {}, pod = {}, container = {} }) => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: {
      ...fixed,
      selector: { matchLabels: { app: name } },
      ...spec,
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image: 'busybox:1', ...container }], ...pod },
      },
    },
  });

const deployment = workload('Deployment', { replicas: 0 });
const openDeployment = workload('Deployment', {});
const statefulSet = workload('StatefulSet', { replicas: 0, serviceName: 'none' });
const daemonSet = workload('DaemonSet', {});

/** An object whose fields beside the metadata are given as a whole. */
const object =
  (apiVersion: string, kind: string): Make<JsonObject> =>
  (name, { annotations, ...fields }) => ({
    apiVersion,
    kind,
    metadata: { name, ...(annotations === undefined ? {} : { annotations }) },
    ...fields,
  });

const configMap = object('v1', 'ConfigMap');
const secret = object('v1', 'Secret');
const service = object('v1', 'Service');
const serviceAccount = object('v1', 'ServiceAccount');
const role = object('rbac.authorization.k8s.io/v1', 'Role');
const ingress = object('networking.k8s.io/v1', 'Ingress');
const networkPolicy = object('networking.k8s.io/v1', 'NetworkPolicy');
const cronJob = object('batch/v1', 'CronJob');
const autoscaler = object('autoscaling/v2', 'HorizontalPodAutoscaler');
const budget = object('policy/v1', 'PodDisruptionBudget');

const env = (values: Readonly<Record<string, string>>): JsonObject => ({
  env: Object.entries(values).map(([name, value]) => ({ name, value })),
});

const probe = (path: string): JsonObject => ({ readinessProbe: { httpGet: { path, port: 8080 } } });

const rule = (...verbs: readonly string[]): JsonObject => ({
  rules: [{ apiGroups: [''], resources: ['pods'], verbs }],
});

const onPort = (port: number, type = 'ClusterIP'): JsonObject => ({
  spec: { type, selector: { app: 'web' }, ports: [{ port, targetPort: 8080 }] },
});

const toPath = (path: string): JsonObject => ({
  spec: {
    rules: [
      {
        host: 'app.example.com',
        http: { paths: [{ path, pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
      },
    ],
  },
});

const at = (schedule: string): JsonObject => ({
  spec: {
    schedule,
    suspend: true,
    jobTemplate: {
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1' }] } } },
    },
  },
});

const upTo = (maxReplicas: number): JsonObject => ({
  spec: { maxReplicas, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'no-such-deployment' } },
});

const from = (port: number): JsonObject => ({
  spec: { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ ports: [{ port, protocol: 'TCP' }] }] },
});

const atLeast = (minAvailable: number): JsonObject => ({
  spec: { minAvailable, selector: { matchLabels: { app: 'web' } } },
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const MAIN = 'spec.template.spec.containers[main]';

/** A change of an object that we applied, with the options of one maker before and after. */
function changed<Options>(
  change: string,
  make: Make<Options>,
  [before, after]: readonly [Options, Options],
  ...fields: readonly string[]
): PlannedChangeCase {
  const name = nameFor(change);
  const verb = fields.length === 0 ? 'none' : 'change';
  return {
    change,
    before: make(name, before),
    after: make(name, after),
    appliedBy: 'us',
    since: undefined,
    verb,
    fields,
  };
}

/** What somebody else did to an object; the manifest says what it always did, unless `after` is another. */
function foreign(
  change: string,
  case_: Partial<PlannedChangeCase> & {
    readonly make: Make<WorkloadOptions>;
    readonly options?: WorkloadOptions;
    readonly later?: WorkloadOptions;
  },
): PlannedChangeCase {
  const { make, options = {}, later = options, ...rest } = case_;
  const name = nameFor(change);
  return {
    change,
    before: make(name, options),
    after: make(name, later),
    appliedBy: 'us',
    since: undefined,
    verb: 'change',
    fields: [],
    ...rest,
  };
}

/** "an image" is of the object `an-image`. */
export function nameFor(change: string): string {
  return change.toLowerCase().replaceAll(/[^a-z]+/g, '-');
}

/** Values that must be nowhere. */
export const SECRET_VALUES = {
  old: 'pl4n-old-value-of-data',
  next: 'pl4n-new-value-of-data',
  oldText: 'pl4n-old-value-of-stringData',
  nextText: 'pl4n-new-value-of-stringData',
  created: 'pl4n-value-of-a-new-secret',
} as const;

export const PLANNED_CHANGES: readonly PlannedChangeCase[] = [
  changed('an image', deployment, [{}, { container: { image: 'busybox:1.37' } }], `${MAIN}.image`),
  changed(
    'a variable more',
    deployment,
    [{ container: env({ A: '1' }) }, { container: env({ A: '1', B: '2' }) }],
    `${MAIN}.env[B]`,
  ),
  changed(
    'a variable less',
    deployment,
    [{ container: env({ A: '1', B: '2' }) }, { container: env({ A: '1' }) }],
    `${MAIN}.env[B]`,
  ),
  changed('the first variables', deployment, [{}, { container: env({ A: '1' }) }], `${MAIN}.env`),
  changed(
    'a variable with another value',
    deployment,
    [{ container: env({ A: '1' }) }, { container: env({ A: '2' }) }],
    `${MAIN}.env[A].value`,
  ),
  changed(
    'variables in another order',
    deployment,
    [{ container: env({ A: '1', B: '$(A)' }) }, { container: env({ B: '$(A)', A: '1' }) }],
    `${MAIN}.env`,
  ),
  changed('a label', deployment, [{ labels: { tier: 'front' } }, { labels: { tier: 'back' } }], 'metadata.labels.tier'),
  changed('an annotation', deployment, [{}, { annotations: { 'example.com/owner': 'team' } }], 'metadata.annotations'),
  changed(
    'a port more',
    deployment,
    [
      { container: { ports: [{ containerPort: 80 }] } },
      { container: { ports: [{ containerPort: 80 }, { containerPort: 9090 }] } },
    ],
    `${MAIN}.ports[9090]`,
  ),
  changed('replicas', deployment, [{}, { spec: { replicas: 3 } }], 'spec.replicas'),
  changed(
    'resources',
    deployment,
    [
      { container: { resources: { requests: { cpu: '10m' } } } },
      { container: { resources: { requests: { cpu: '20m' }, limits: { memory: '64Mi' } } } },
    ],
    `${MAIN}.resources.limits`,
    `${MAIN}.resources.requests.cpu`,
  ),
  changed('resources written otherwise', deployment, [
    { container: { resources: { requests: { cpu: '1' } } } },
    { container: { resources: { requests: { cpu: '1000m' } } } },
  ]),
  changed(
    'a probe',
    deployment,
    [{ container: probe('/') }, { container: probe('/healthz') }],
    `${MAIN}.readinessProbe.httpGet.path`,
  ),
  changed(
    'a volume',
    deployment,
    [
      {},
      {
        pod: { volumes: [{ name: 'cache', emptyDir: {} }] },
        container: { volumeMounts: [{ name: 'cache', mountPath: '/cache' }] },
      },
    ],
    `${MAIN}.volumeMounts`,
    'spec.template.spec.volumes',
  ),
  changed(
    'an init container',
    deployment,
    [{}, { pod: { initContainers: [{ name: 'first', image: 'busybox:1' }] } }],
    'spec.template.spec.initContainers',
  ),
  changed(
    'a field that goes back to its default',
    deployment,
    [{ spec: { revisionHistoryLimit: 3 } }, {}],
    'spec.revisionHistoryLimit',
  ),
  changed('a template of a StatefulSet', statefulSet, [{}, { container: env({ A: '1' }) }], `${MAIN}.env`),
  changed(
    'a template of a DaemonSet',
    daemonSet,
    [
      { pod: { nodeSelector: { none: 'such' } } },
      { pod: { nodeSelector: { none: 'such' } }, container: { image: 'busybox:1.37' } },
    ],
    `${MAIN}.image`,
  ),
  changed('a key more', configMap, [{ data: { a: '1' } }, { data: { a: '1', b: '2' } }], 'data.b'),
  changed('a key less', configMap, [{ data: { a: '1', b: '2' } }, { data: { a: '1' } }], 'data.b'),
  changed('a key with another value', configMap, [{ data: { a: '1' } }, { data: { a: '2' } }], 'data.a'),
  changed('binary data', configMap, [{ binaryData: { a: 'AAEC' } }, { binaryData: { a: 'AAED' } }], 'binaryData.a'),
  changed(
    'data of a Secret',
    secret,
    [{ data: { password: base64(SECRET_VALUES.old) } }, { data: { password: base64(SECRET_VALUES.next) } }],
    'data.password',
  ),
  changed(
    'stringData of a Secret',
    secret,
    [{ stringData: { token: SECRET_VALUES.oldText } }, { stringData: { token: SECRET_VALUES.nextText } }],
    'data.token',
  ),
  changed('a port of a Service', service, [onPort(80), onPort(81)], 'spec.ports[80]', 'spec.ports[81]'),
  changed(
    'the type of a Service',
    service,
    [onPort(80), onPort(80, 'NodePort')],
    'spec.externalTrafficPolicy',
    'spec.ports[80].nodePort',
    'spec.type',
  ),
  changed('rules of a Role', role, [rule('get'), rule('get', 'list')], 'rules[0].verbs'),
  changed('a path of an Ingress', ingress, [toPath('/'), toPath('/api')], 'spec.rules[0].http.paths[0].path'),
  changed('a schedule', cronJob, [at('0 0 1 1 *'), at('0 0 1 2 *')], 'spec.schedule'),
  changed('the most replicas', autoscaler, [upTo(2), upTo(4)], 'spec.maxReplicas'),
  changed('a disruption budget', budget, [atLeast(1), atLeast(2)], 'spec.minAvailable'),
  changed(
    'a network policy',
    networkPolicy,
    [from(80), from(8080)],
    'spec.ingress[0].ports[80]',
    'spec.ingress[0].ports[8080]',
  ),
  changed(
    'an annotation of a ServiceAccount',
    serviceAccount,
    [{ annotations: { role: 'a' } }, { annotations: { role: 'b' } }],
    'metadata.annotations.role',
  ),
  changed('nothing', deployment, [{ container: env({ A: '1' }) }, { container: env({ A: '1' }) }]),
  {
    change: 'an object that is new',
    before: undefined,
    after: deployment('an-object-that-is-new', {}),
    appliedBy: 'us',
    since: undefined,
    verb: 'create',
    fields: [''],
  },
  {
    change: 'a Secret that is new',
    before: undefined,
    after: secret('a-secret-that-is-new', { stringData: { token: SECRET_VALUES.created } }),
    appliedBy: 'us',
    since: undefined,
    verb: 'create',
    fields: [''],
  },
  foreign('a value that somebody edited', {
    make: deployment,
    options: { container: env({ MODE: 'ours' }) },
    since: {
      args: ['edit', 'deployment/a-value-that-somebody-edited'],
      editor: 'sed -i -e "s/value: ours/value: theirs/"',
    },
    fields: [`${MAIN}.env[MODE].value`],
  }),
  foreign('what left the manifest after a kubectl apply', {
    make: deployment,
    appliedBy: 'kubectl apply',
    options: { container: env({ A: '1', OLD: '2' }) },
    later: { container: env({ A: '3' }) },
    fields: [`${MAIN}.env[A].value`],
    onlyOurs: {
      fields: [`${MAIN}.env[OLD]`],
      because:
        'fields of `kubectl apply` become ours, so what is in no manifest any more goes; kubectl diff leaves it to its old owner',
    },
  }),
  foreign('a field that kubectl patch added', {
    make: deployment,
    since: {
      args: ['patch', 'deployment/a-field-that-kubectl-patch-added', '--patch={"spec":{"minReadySeconds":5}}'],
    },
    onlyOurs: {
      fields: ['spec.minReadySeconds'],
      because: 'what somebody wrote past the manifest goes; kubectl diff leaves it to its owner',
    },
  }),
  foreign('a label of kubectl label', {
    make: deployment,
    options: { labels: { tier: 'front' } },
    since: { args: ['label', 'deployment/a-label-of-kubectl-label', 'by-hand=yes'] },
    verb: 'none',
  }),
  foreign('replicas of kubectl scale', {
    make: openDeployment,
    appliedBy: 'kubectl apply',
    options: { pod: { nodeSelector: { none: 'such' } } },
    since: { args: ['scale', 'deployment/replicas-of-kubectl-scale', '--replicas=0'] },
    onlyOurs: {
      fields: [],
      because: 'no field differs, only their owner: replicas that the manifest leaves open stay',
    },
  }),
  foreign('a field of another manager', {
    make: deployment,
    since: {
      args: ['annotate', 'deployment/a-field-of-another-manager', 'example.com/seen=yes', '--field-manager=controller'],
    },
    verb: 'none',
  }),
];
