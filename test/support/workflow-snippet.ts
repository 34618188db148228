import { isJsonObject, objectsAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import { isInputName } from './step-inputs.ts';

/**
 * What a piece of YAML is. `whole` workflows promise to work as they are; `part`s are made whole by what every workflow has, so that
 * GitHub's parser can read them.
 */
export type Snippet =
  | { readonly kind: 'whole' | 'part'; readonly workflow: JsonObject }
  | { readonly kind: 'inputs'; readonly inputs: JsonObject }
  | { readonly kind: 'objects'; readonly objects: readonly JsonObject[] }
  | { readonly kind: 'settings' }
  | { readonly kind: 'unknown' };

const OF_STEP = ['name', 'id', 'if', 'uses', 'run', 'with', 'env', 'shell', 'continue-on-error', 'timeout-minutes'];
const OF_WORKFLOW = ['name', 'on', 'permissions', 'concurrency', 'env', 'defaults', 'jobs'];
const OF_JOB = [
  'needs',
  'environment',
  'strategy',
  'runs-on',
  'steps',
  'secrets',
  'outputs',
  ...OF_STEP,
  ...OF_WORKFLOW,
];

/** `documents` are those of one snippet, parsed. */
export function snippetOf(documents: readonly unknown[]): Snippet {
  const [first] = documents;
  if (Array.isArray(first)) {
    return first.every((step) => hasOnly(step, OF_STEP))
      ? { kind: 'part', workflow: workflowOf({ steps: first }) }
      : { kind: 'unknown' };
  }
  if (!isJsonObject(first)) {
    return { kind: 'unknown' };
  }
  if ('jobs' in first) {
    return 'on' in first
      ? { kind: 'whole', workflow: first }
      : { kind: 'part', workflow: { on: 'push', ...first, jobs: mapJobs(first['jobs']) } };
  }
  if ('apiVersion' in first) {
    return { kind: 'objects', objects: documents.filter(isJsonObject) };
  }
  if (Object.keys(first).every(isInputName)) {
    return { kind: 'inputs', inputs: first };
  }
  if (Object.keys(first).every((key) => key.startsWith('k8s-deploy/'))) {
    return { kind: 'settings' };
  }
  if (hasOnly(first, OF_WORKFLOW)) {
    return { kind: 'part', workflow: { on: 'push', ...first, jobs: mapJobs({ job: {} }) } };
  }
  if (hasOnly(first, ['with', 'env'])) {
    return { kind: 'part', workflow: workflowOf({ steps: [{ uses: 'org/k8s-deploy@v1', ...first }] }) };
  }
  return hasOnly(first, OF_JOB) ? { kind: 'part', workflow: workflowOf(first) } : { kind: 'unknown' };
}

export type Job = { readonly name: string; readonly job: JsonObject };

export function jobsOf(workflow: JsonObject): readonly Job[] {
  const jobs = workflow['jobs'];
  return Object.entries(isJsonObject(jobs) ? jobs : {}).flatMap(([name, job]) =>
    isJsonObject(job) ? [{ name, job }] : [],
  );
}

function workflowOf(job: JsonObject): JsonObject {
  return { on: 'push', jobs: mapJobs({ job }) };
}

function mapJobs(jobs: unknown): JsonObject {
  return Object.fromEntries(jobsOf({ jobs }).map(({ name, job }) => [name, filledUp(job)]));
}

function filledUp(job: JsonObject): JsonObject {
  if (typeof valueAt(job, 'uses') === 'string') {
    return job;
  }
  const steps = objectsAt(job, 'steps').map((step) => ('uses' in step || 'run' in step ? step : { ...step, run: ':' }));
  return { 'runs-on': 'ubuntu-latest', ...job, steps: steps.length === 0 ? [{ run: ':' }] : steps };
}

function hasOnly(value: unknown, keys: readonly string[]): boolean {
  return isJsonObject(value) && Object.keys(value).every((key) => keys.includes(key));
}
