import { difference, fieldsOfEntry, type FieldTree } from '../../../src/kube/field-tree.ts';
import { withoutFields } from '../../../src/kube/field-values.ts';
import type { ApiAnswer, KubeApi } from '../../../src/kube/api.ts';
import type { Command, CommandResult, Files } from '../../../src/ports.ts';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../../../src/values/json.ts';
import { answerOf } from '../../support/fake-api.ts';

const OUTRUN =
  'Operation cannot be fulfilled on it: the object has been modified; please apply your changes to the latest version';
const ADVICE =
  '\nPlease review the fields above--they currently have other managers. Here\nare the ways you can resolve this warning:';

/**
 * Objects by "Kind/name", changed by kubectl as a server would: apply is server-side apply by `k8s-deploy`, which removes what it owned and is
 * applied no more; lists of named elements are merged by name; a version that is not the newest is refused. Everything else about a server
 * is left out. `onChange` and `onRequest` are for those who
 * change an object behind our back, just before kubectl does or somebody looks.
 */
export class FakeServer {
  readonly objects = new Map<string, JsonObject>();
  /** Each change as "patch Deployment/server", in order. */
  readonly changes: string[] = [];
  readonly refusals = new Map<string, string>();
  readonly #files: Files;
  #version = 100;
  onChange: (change: string) => void = () => {};
  onRequest: (method: string, path: string) => void = () => {};

  constructor(files: Files) {
    this.#files = files;
  }

  put(object: JsonObject): JsonObject {
    this.#version += 1;
    const uid = textAt(object, 'metadata', 'uid') ?? `uid-${this.#version}`;
    const stored = merged(object, { metadata: { uid, resourceVersion: String(this.#version) } });
    this.objects.set(keyOf(object), stored);
    return stored;
  }

  /** Server-side apply, as a deploy does it; the object as it is stored, or would be. */
  apply(wanted: JsonObject, isStored = true): JsonObject {
    const live = this.objects.get(keyOf(wanted));
    const entries = objectsAt(live, 'metadata', 'managedFields');
    const own = entries.find(isOwn);
    const others = entries.filter((entry) => entry !== own);
    const fieldsV1 = treeOf(wanted);
    const gone = others.map(fieldsOfEntry).reduce(difference, difference(fieldsOfEntry(own), fieldsV1));
    const entry = { manager: 'k8s-deploy', operation: 'Apply', fieldsV1 };
    const next = merged(merged(withoutFields(live ?? {}, gone), wanted), {
      metadata: { managedFields: [entry, ...others] },
    });
    return isStored ? this.put(next) : next;
  }

  readonly api: KubeApi = {
    request: async ({ method, path, body }) => Promise.resolve(this.#answer(method, path, body ?? '')),
    watch: async () => Promise.reject(new Error('no watch is expected')),
    close: async () => {},
  };

  readonly run = async (command: Command): Promise<CommandResult> => {
    const words = command.args.filter((arg) => !arg.startsWith('-'));
    const object: unknown = JSON.parse(command.stdin ?? 'null');
    const named = words.find((word) => word.includes('/')) ?? `Pod/${words.slice(2).join(',')}`;
    const name = isJsonObject(object) ? keyOf(object) : named;
    const change = `${words[0]} ${nameOf(name)}`;
    this.onChange(change);
    this.changes.push(change);
    const refusal = this.refusals.get(change) ?? (await this.#do(command, words, nameOf(name), object));
    return { exitCode: refusal === undefined ? 0 : 1, stdout: '', stderr: refusal ?? '', timedOut: false };
  };

  async #do(command: Command, words: readonly string[], name: string, object: unknown): Promise<string | undefined> {
    const live = this.objects.get(name);
    const isOutrun = (version: unknown): boolean =>
      version !== undefined && version !== textAt(live, 'metadata', 'resourceVersion');
    const [verb = ''] = words;
    switch (verb) {
      case 'apply':
        if (!isJsonObject(object) || isOutrun(textAt(object, 'metadata', 'resourceVersion'))) {
          return `error: ${OUTRUN}${ADVICE}`;
        }
        this.apply(object);
        return undefined;
      case 'create':
        this.put(isJsonObject(object) ? object : {});
        return undefined;
      case 'patch': {
        const flag = command.args.find((arg) => arg.startsWith('--patch-file=')) ?? '';
        const operations: unknown = JSON.parse(await this.#files.readText(flag.slice('--patch-file='.length)));
        const list = Array.isArray(operations) ? operations.filter(isJsonObject) : [];
        if (isOutrun(list.find(({ path }) => path === '/metadata/resourceVersion')?.['value'])) {
          return `Error from server (Conflict): ${OUTRUN}`;
        }
        this.put(list.reduce(patched, live ?? {}));
        return undefined;
      }
      case 'set': {
        const [container, image] = (words[3] ?? '').split('=');
        this.put(merged(live, { spec: { template: { spec: { containers: [{ name: container, image }] } } } }));
        return undefined;
      }
      default:
        words.slice(1).forEach((word) => this.objects.delete(word.includes('/') ? nameOf(word) : `Pod/${word}`));
        return undefined;
    }
  }

  #answer(method: string, pathAndQuery: string, body: string): ApiAnswer {
    const [path = ''] = pathAndQuery.split('?');
    this.onRequest(method, path);
    const [plural = '', name = ''] = path.split('/').slice(-2);
    if (plural === 'shop') {
      const items = [...this.objects.values()].filter((object) => object['kind'] === 'Pod');
      return answerOf({ kind: 'PodList', items });
    }
    const live = this.objects.get(nameOf(`${plural}/${name}`));
    if (method === 'PATCH') {
      const wanted: unknown = JSON.parse(body);
      if (textAt(wanted, 'metadata', 'resourceVersion') !== textAt(live, 'metadata', 'resourceVersion')) {
        return answerOf({ kind: 'Status', code: 409, message: OUTRUN });
      }
      return answerOf(isJsonObject(wanted) ? this.apply(wanted, false) : {});
    }
    return answerOf(live ?? { kind: 'Status', code: 404, message: 'not found' });
  }
}

/** A change by somebody else, as kubectl's `manager` would do it. */
export function byAnother(object: JsonObject, over: JsonObject, manager = 'kubectl-edit'): JsonObject {
  const entry = { manager, operation: 'Update', time: '2026-11-21T12:00:00Z', fieldsV1: treeOf(over) };
  const entries = objectsAt(object, 'metadata', 'managedFields').map((other) => ({
    ...other,
    fieldsV1: difference(fieldsOfEntry(other), treeOf(over)),
  }));
  return merged(merged(object, over), { metadata: { managedFields: [...entries, entry] } });
}

/** Maps are merged, lists whose elements have names by name, and other lists are replaced. */
export function merged(base: unknown, over: JsonObject): JsonObject {
  const result: Record<string, unknown> = isJsonObject(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(over)) {
    result[key] = mergedValue(result[key], value);
  }
  return result;
}

function mergedValue(base: unknown, over: unknown): unknown {
  if (isJsonObject(over)) {
    return merged(base, over);
  }
  if (!isNamedList(over) || !isNamedList(base)) {
    return over;
  }
  const added = over.filter((item) => !base.some((other) => other['name'] === item['name']));
  const kept = base.map((item) => merged(item, over.find((other) => other['name'] === item['name']) ?? {}));
  return [...kept, ...added];
}

function treeOf(object: JsonObject): FieldTree {
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
  const { labels, annotations } = isJsonObject(metadata) ? metadata : {};
  const owned = { ...rest, metadata: { ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) } };
  return branch(owned);
}

function branch(value: unknown): FieldTree {
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, below]) => [`f:${key}`, branch(below)]));
  }
  return isNamedList(value)
    ? Object.fromEntries(
        value.map((item) => [`k:${JSON.stringify({ name: item['name'] })}`, { '.': {}, ...branch(item) }]),
      )
    : {};
}

function isNamedList(value: unknown): value is readonly JsonObject[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => textAt(item, 'name') !== undefined);
}

function patched(object: JsonObject, { op, path, value }: JsonObject): JsonObject {
  const keys = String(path)
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return withValue(object, keys, op === 'remove' ? undefined : value);
}

function withValue(object: unknown, [key = '', ...rest]: readonly string[], value: unknown): JsonObject {
  const { [key]: old, ...others } = isJsonObject(object) ? object : {};
  const next = rest.length === 0 ? value : withValue(old, rest, value);
  return next === undefined ? others : { ...others, [key]: next };
}

function isOwn(entry: JsonObject): boolean {
  return entry['manager'] === 'k8s-deploy' && entry['operation'] === 'Apply';
}

function keyOf(object: JsonObject): string {
  return `${textAt(object, 'kind')}/${textAt(object, 'metadata', 'name')}`;
}

const KINDS = [
  'ConfigMap',
  'CustomResourceDefinition',
  'Deployment',
  'Job',
  'Namespace',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Secret',
  'Service',
  'StatefulSet',
  'ValidatingWebhookConfiguration',
];

/** "deployments.apps/server", as kubectl and paths have it → "Deployment/server". */
function nameOf(argument: string): string {
  const [resource = '', name = ''] = argument.split('/');
  const kind = KINDS.find((known) => `${known.toLowerCase()}s` === resource.split('.')[0]);
  return `${kind ?? resource}/${name}`;
}

/** A value of a stored object. */
export function valueOf(server: FakeServer, name: string, ...path: readonly (string | number)[]): unknown {
  return valueAt(server.objects.get(name), ...path);
}
