/** Manifests for tests on a cluster, as JSON: which YAML is too. Containers are small and end at once when told to. */

export type ContainerText = {
  readonly name?: string;
  readonly image?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A ConfigMap whose keys become variables. */
  readonly envFrom?: string;
  readonly command?: readonly string[];
  readonly readinessProbe?: unknown;
};

const SLEEP = ['sleep', '2147483647'];

export type WorkloadText = {
  readonly kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly name: string;
  readonly namespace?: string;
  /** Added to the spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly containers?: readonly ContainerText[];
};

export function workloadText({
  kind = 'Deployment',
  name,
  namespace,
  spec = {},
  containers = [{}],
}: WorkloadText): string {
  const labels = { app: name };
  return manifestText({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      selector: { matchLabels: labels },
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      ...spec,
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 0, containers: containers.map(container) },
      },
    },
  });
}

export function configMapText(name: string, data: Readonly<Record<string, string>>): string {
  return manifestText({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
}

export function manifestText(object: unknown): string {
  return `${JSON.stringify(object, undefined, 2)}\n`;
}

/** Several documents in one file. */
export function documents(...texts: readonly string[]): string {
  return texts.join('---\n');
}

function container({
  name = 'main',
  image = 'busybox:1',
  env,
  envFrom,
  command = SLEEP,
  readinessProbe,
}: ContainerText): unknown {
  return {
    name,
    image,
    command,
    ...(env === undefined ? {} : { env: Object.entries(env).map(([name, value]) => ({ name, value })) }),
    ...(envFrom === undefined ? {} : { envFrom: [{ configMapRef: { name: envFrom } }] }),
    ...(readinessProbe === undefined ? {} : { readinessProbe }),
  };
}
