import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { isOwnAnnotation } from '../../src/kube/own-annotations.ts';
import { isJsonObject, textAt, type JsonObject } from '../../src/values/json.ts';
import type { Cluster } from './cluster.ts';

/** The objects that differ, "Deployment/web", each with the paths of its fields; of one that is not there yet the path is ''. */
export type FieldsByObject = Readonly<Record<string, readonly string[]>>;

/** What `kubectl diff --server-side` as our field manager says of manifests. The paths are worked out here, from its two folders of files. */
export async function kubectlDiff(cluster: Cluster, manifests: string): Promise<FieldsByObject> {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-diff-'));
  try {
    const keep = join(folder, 'keep.sh');
    writeFileSync(keep, '#!/bin/sh\ncp -r "$1" "$KEEP/live" && cp -r "$2" "$KEEP/merged"\n', { mode: 0o755 });
    const kept = join(folder, 'kept');
    mkdirSync(kept);
    const command = ['diff', '--server-side', '--force-conflicts', '--field-manager=k8s-deploy', '--filename=-'];
    await cluster.kubectl(command, { input: manifests, env: { KUBECTL_EXTERNAL_DIFF: keep, KEEP: kept } });
    const differing = readdirSync(join(kept, 'merged')).map((file): [string, readonly string[]] => {
      const [live, merged] = ['live', 'merged'].map((side) =>
        comparable(parse(readFileSync(join(kept, side, file), 'utf8'))),
      );
      return [`${textAt(merged, 'kind') ?? ''}/${textAt(merged, 'metadata', 'name') ?? ''}`, paths(live, merged, '')];
    });
    return Object.fromEntries(differing.filter(([, fields]) => fields.length > 0));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const WRITTEN_BY_THE_SERVER = ['generation', 'managedFields', 'resourceVersion', 'uid', 'creationTimestamp'];

/** Without what the server writes, and without what this action notes on objects, which no manifest has. */
function comparable(object: unknown): JsonObject | undefined {
  if (!isJsonObject(object)) {
    return undefined;
  }
  const { metadata, status: _status, ...rest } = object;
  const kept = Object.entries(isJsonObject(metadata) ? metadata : {}).flatMap(([key, value]) => {
    const inner = key === 'annotations' && isJsonObject(value) ? withoutNotes(value) : value;
    return WRITTEN_BY_THE_SERVER.includes(key) || inner === undefined ? [] : [[key, inner] as const];
  });
  return { ...rest, metadata: Object.fromEntries(kept) };
}

const NOTES = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
];

function withoutNotes(annotations: JsonObject): JsonObject | undefined {
  const real = Object.entries(annotations).filter(([name]) => !isOwnAnnotation(name) && !NOTES.includes(name));
  return real.length === 0 ? undefined : Object.fromEntries(real);
}

function paths(before: unknown, after: unknown, path: string): readonly string[] {
  if (isDeepStrictEqual(before, after)) {
    return [];
  }
  const [old, next] = [fieldsOf(before), fieldsOf(after)];
  if (old === undefined || next === undefined || Array.isArray(before) !== Array.isArray(after)) {
    return [path];
  }
  const keys = [...new Set([...old.keys(), ...next.keys()])];
  const inner = keys.flatMap((key) =>
    paths(old.get(key), next.get(key), `${path}${path !== '' || key.startsWith('[') ? key : key.slice(1)}`),
  );
  const isMoved =
    Array.isArray(before) &&
    !isDeepStrictEqual(
      [...old.keys()].filter((key) => next.has(key)),
      [...next.keys()].filter((key) => old.has(key)),
    );
  return isMoved ? [...inner, path] : inner;
}

/** What a map or a list is made of, by ".key" or "[name]"; undefined for what has no parts, and for a list of plain values. */
function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (isJsonObject(value)) {
    return new Map(Object.entries(value).map(([key, inner]) => [`.${key}`, inner]));
  }
  return Array.isArray(value) && value.every(isJsonObject)
    ? new Map(value.map((item, index) => [`[${nameOf(item, index)}]`, item]))
    : undefined;
}

function nameOf(item: JsonObject, index: number): string {
  const names = ['name', 'mountPath', 'containerPort', 'port'].map((key) => item[key]);
  const name = names.find((value) => typeof value === 'string' || typeof value === 'number');
  return String(name ?? index);
}
