import { valueAt, type JsonObject } from '../values/json.ts';

/** Says after and before what an object is applied: lower waves come first, 0 is the wave of all that say nothing. */
export const WAVE_ANNOTATION = 'k8s-deploy/wave';

/** The wave of an object. An annotation that is not understood was refused before anything was applied, and is 0. */
export function waveOf(object: JsonObject): number {
  const value = annotationOf(object);
  return isWave(value) ? Number(value) : 0;
}

/** What is wrong with the annotation, and what to write; undefined when it is right, or not there. */
export function findWaveProblem(object: JsonObject): { readonly message: string; readonly hint: string } | undefined {
  const value = annotationOf(object);
  if (value === undefined || isWave(value)) {
    return undefined;
  }
  return typeof value === 'string'
    ? { message: `${WAVE_ANNOTATION} is "${value}"`, hint: 'Write a whole number in quotes, such as "1" or "-1".' }
    : { message: `${WAVE_ANNOTATION} is not text`, hint: 'Values of annotations are text: put it in quotes.' };
}

function isWave(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d{1,6}$/.test(value);
}

function annotationOf(object: JsonObject): unknown {
  return valueAt(object, 'metadata', 'annotations', WAVE_ANNOTATION);
}
