import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, objectsAt, valueAt, type JsonObject } from '../values/json.ts';
import { comparable, completed, ownAnnotationsOf, replicasOf } from './comparable.ts';
import type { Touched } from './snapshot.ts';
import { undone } from './three-way.ts';

/** An object that was there before the run. */
export type Changed = Touched & { readonly before: JsonObject };

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/**
 * What the run has made of an object. A restart gives the template another time, which no dry run knows: it is taken from the object as it
 * is, and so are images where no dry run was asked. Undefined when that cannot be, because more than this differs.
 */
export function madeOf(touched: Changed, live: JsonObject): JsonObject | undefined {
  switch (touched.how) {
    case 'restarted':
      return withTemplateOf(live, touched.before, withoutRestart);
    case 'image-set':
      return touched.desired ?? withTemplateOf(live, touched.before, withoutImages);
    case 'applied':
    case 'deleted':
      return touched.desired;
  }
}

/** How the object has to be so that this run's changes of it are undone. */
export function wantedOf(touched: Changed, current: JsonObject): JsonObject {
  const { before } = touched;
  const made = madeOf(touched, current) ?? before;
  const content = undone(comparable(before), comparable(made), comparable(current));
  return completed(isJsonObject(content) ? content : comparable(before), current, {
    annotations: ownAnnotationsOf(before),
    replicas: replicasOf(isScaledSince(touched, current) ? current : before),
  });
}

/** Whether somebody, such as an autoscaler, has scaled it since the run changed it. */
export function isScaledSince(touched: Changed, live: JsonObject): boolean {
  return ![replicasOf(touched.before), replicasOf(madeOf(touched, live) ?? touched.before)].includes(replicasOf(live));
}

/** `before` with the template of `live`, if that differs in nothing but what a function leaves out. */
function withTemplateOf(
  live: JsonObject,
  before: JsonObject,
  leavingOut: (object: JsonObject) => unknown,
): JsonObject | undefined {
  const { spec } = before;
  return isJsonObject(spec) && isDeepStrictEqual(leavingOut(live), leavingOut(before))
    ? { ...before, spec: { ...spec, template: valueAt(live, 'spec', 'template') } }
    : undefined;
}

function withoutRestart(object: JsonObject): unknown {
  const template = valueAt(object, 'spec', 'template');
  const annotations = mapAt(template, 'metadata', 'annotations');
  const others = Object.fromEntries(Object.entries(annotations).filter(([name]) => name !== RESTARTED_AT));
  return { ...mapAt(template), metadata: { ...mapAt(template, 'metadata'), annotations: others } };
}

function withoutImages(object: JsonObject): unknown {
  const template = valueAt(object, 'spec', 'template');
  const spec = mapAt(template, 'spec');
  const lists = ['initContainers', 'containers'].map((list) => [
    list,
    objectsAt(spec, list).map((container) => ({ ...container, image: '' })),
  ]);
  return { ...mapAt(template), spec: { ...spec, ...Object.fromEntries(lists) } };
}

function mapAt(object: unknown, ...path: readonly string[]): JsonObject {
  const value = valueAt(object, ...path);
  return isJsonObject(value) ? value : {};
}
