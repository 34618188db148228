import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../../values/json.ts';
import { oneLine } from './plain-text.ts';

export type ProbeKind = 'readiness' | 'liveness' | 'startup';

/** A probe that fails: what it asks, in short, and what it got. */
export type FailingProbe = {
  readonly kind: ProbeKind;
  /** "GET :8080/healthz"; undefined where the pod's spec does not have it. */
  readonly asks: string | undefined;
  readonly said: string | undefined;
};

/** "readiness probe GET :8080/healthz" */
export function nameProbe({ kind, asks }: FailingProbe): string {
  return `${kind} probe${asks === undefined ? '' : ` ${asks}`}`;
}

/** "readiness probe GET :8080/healthz fails: HTTP probe failed with statuscode: 503" */
export function describeProbe(probe: FailingProbe): string {
  return `${nameProbe(probe)} ${whatItSays(probe.said)}`;
}

/** The probe that failed last, by the pod's events; without one, the probe that a running container has not passed yet. */
export function failingProbe(
  pod: JsonObject,
  container: string,
  events: readonly JsonObject[],
  isRunning: boolean,
): FailingProbe | undefined {
  const spec = specOf(pod, container);
  const told = events.filter((event) => isAbout(event, container)).findLast((event) => parse(event) !== undefined);
  const parsed = told === undefined ? undefined : parse(told);
  if (parsed !== undefined) {
    return { ...parsed, asks: asksOf(spec, parsed.kind) };
  }
  const kind = (['startup', 'readiness'] as const).find((one) => asksOf(spec, one) !== undefined);
  return isRunning && kind !== undefined ? { kind, asks: asksOf(spec, kind), said: undefined } : undefined;
}

/** Events of a container have the field path `spec.containers{server}` (kubelet, fieldpath.go). */
export function isAbout(event: JsonObject, container: string): boolean {
  const fieldPath = textAt(event, 'involvedObject', 'fieldPath');
  return fieldPath === undefined || fieldPath.includes(`{${container}}`);
}

function parse(event: JsonObject): { readonly kind: ProbeKind; readonly said: string } | undefined {
  const [, word = '', said = ''] =
    /^(Readiness|Liveness|Startup) probe [^:]*: (.*)$/s.exec(textAt(event, 'message') ?? '') ?? [];
  const kind = (['readiness', 'liveness', 'startup'] as const).find((one) => one === word.toLowerCase());
  return kind === undefined ? undefined : { kind, said: oneLine(said) };
}

function specOf(pod: JsonObject, container: string): JsonObject | undefined {
  return [...objectsAt(pod, 'spec', 'containers'), ...objectsAt(pod, 'spec', 'initContainers')].find(
    (one) => one['name'] === container,
  );
}

function asksOf(spec: JsonObject | undefined, kind: ProbeKind): string | undefined {
  const probe = spec?.[`${kind}Probe`];
  return isJsonObject(probe) ? inShort(probe) : undefined;
}

function inShort(probe: JsonObject): string | undefined {
  const port = (action: string): string => {
    const value = valueAt(probe, action, 'port');
    return typeof value === 'number' || typeof value === 'string' ? `:${value}` : '';
  };
  if (isJsonObject(probe['httpGet'])) {
    const scheme = textAt(probe, 'httpGet', 'scheme') === 'HTTPS' ? 'https://' : '';
    const host = textAt(probe, 'httpGet', 'host') ?? '';
    return `GET ${scheme}${host}${port('httpGet')}${textAt(probe, 'httpGet', 'path') ?? '/'}`;
  }
  if (isJsonObject(probe['tcpSocket'])) {
    return `TCP ${port('tcpSocket')}`;
  }
  if (isJsonObject(probe['grpc'])) {
    return `gRPC ${port('grpc')}`;
  }
  const command = valueAt(probe, 'exec', 'command');
  return Array.isArray(command) ? oneLine(`exec ${command.join(' ')}`, 80) : undefined;
}

/** A command may fail without a word. */
function whatItSays(said: string | undefined): string {
  if (said === undefined) {
    return 'has not succeeded yet';
  }
  return said === '' ? 'fails' : `fails: ${said}`;
}
