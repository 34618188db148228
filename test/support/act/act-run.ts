import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { textAt, valueAt, isJsonObject } from '../../../src/values/json.ts';
import type { ActJob, ActStep } from './act-log.ts';
import type { ActRun } from './run-act.ts';

/** The one job of that id, and of that leg of its matrix when `environment` is given. Throws when it did not run. */
export function jobOf({ jobs, raw }: ActRun, id: string, environment?: string): ActJob {
  const found = jobs.filter(
    (job) => job.id === id && (environment === undefined || job.matrix['name'] === environment),
  );
  const [job] = found;
  if (job === undefined || found.length > 1) {
    const names = jobs.map(({ name }) => name).join(', ');
    throw new Error(`${found.length} jobs are "${id} ${environment ?? ''}", among ${names}\n${raw.slice(-3000)}`);
  }
  return job;
}

/** The main stage of the step of that id. Throws when it did not run. */
export function stepOf(job: ActJob, id: string): ActStep {
  const found = job.steps.find((step) => step.id === id && step.stage === 'Main');
  if (found === undefined) {
    throw new Error(`${job.name} has no step "${id}" that ran: ${job.steps.map((step) => step.id).join(', ')}`);
  }
  return found;
}

/** All that the steps of a job printed, in their order. */
export function logOf(job: ActJob): string {
  return job.steps.map(({ log }) => log).join('');
}

/**
 * The outputs of a reusable workflow, as its file maps them from steps: act hands them to the caller only when every job has succeeded, GitHub
 * always. Of a matrix nothing is read.
 */
export function outputsOf(run: ActRun, workflow: string): Readonly<Record<string, string>> {
  const file: unknown = parse(readFileSync(workflow, 'utf8'));
  const declared = valueAt(file, 'on', 'workflow_call', 'outputs');
  return Object.fromEntries(
    Object.keys(isJsonObject(declared) ? declared : {}).map((name) => {
      const references = textAt(declared, name, 'value')?.matchAll(/jobs\.([\w-]+)\.outputs\.([\w-]+)/g) ?? [];
      const values = [...references].map(([, job = '', output = '']) =>
        stepOutput(run, job, textAt(file, 'jobs', job, 'outputs', output)),
      );
      return [name, values.find((value) => value !== '') ?? ''];
    }),
  );
}

function stepOutput({ jobs }: ActRun, id: string, expression: string | undefined): string {
  const [, step, output] = /steps\.([\w-]+)\.outputs\.([\w-]+)/.exec(expression ?? '') ?? [];
  const job = jobs.find((one) => one.id === id);
  return job?.steps.find((one) => one.id === step && one.stage === 'Main')?.outputs[output ?? ''] ?? '';
}
