import { manifestText, type ContainerText } from './workload-text.ts';

export type JobText = {
  readonly name: string;
  readonly containers: readonly ContainerText[];
  readonly initContainers?: readonly ContainerText[];
  /** Added to the spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
};

/** A Job that is tried once, as JSON. */
export function jobText({ name, containers, initContainers = [], spec = {} }: JobText): string {
  return manifestText({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 0,
      ...spec,
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 0,
          ...(initContainers.length === 0 ? {} : { initContainers: initContainers.map(container) }),
          containers: containers.map(container),
        },
      },
    },
  });
}

/** A container that runs a line of shell. */
export function shell(line: string, more: ContainerText = {}): ContainerText {
  return { ...more, command: ['sh', '-c', line] };
}

function container({ name = 'main', image = 'busybox:1', envFrom, command }: ContainerText): unknown {
  return {
    name,
    image,
    command,
    ...(envFrom === undefined ? {} : { envFrom: [{ configMapRef: { name: envFrom } }] }),
  };
}
