import { isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { isJsonObject, objectsAt, valueAt, type JsonObject } from '../../src/values/json.ts';

/** Who runs a workflow: this project (and whoever calls it), or users, who copy it from examples. */
export type Audience = 'project' | 'users';

export type WorkflowFile = {
  /** Relative to the root of the project. */
  readonly path: string;
  readonly text: string;
  readonly audience: Audience;
  readonly workflow: unknown;
  readonly document: Document;
  readonly lines: LineCounter;
};

export type Problem = { readonly path: string; readonly line: number | undefined; readonly message: string };

/** A step with its keys in the file, ready for `problemAt`. */
export type Step = { readonly job: string; readonly keys: readonly (string | number)[]; readonly step: JsonObject };

export function readWorkflow(path: string, text: string, audience: Audience): WorkflowFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return { path, text, audience, workflow: document.toJS(), document, lines };
}

/** Whether a YAML file is a workflow: examples have others beside them. */
export function isWorkflow({ workflow }: WorkflowFile): boolean {
  return isJsonObject(workflow) && 'on' in workflow && 'jobs' in workflow;
}

export function jobsOf({ workflow }: WorkflowFile): readonly (readonly [name: string, job: JsonObject])[] {
  const jobs = valueAt(workflow, 'jobs');
  return Object.entries(isJsonObject(jobs) ? jobs : {}).flatMap(([name, job]) =>
    isJsonObject(job) ? [[name, job] as const] : [],
  );
}

export function stepsOf(file: WorkflowFile): readonly Step[] {
  return jobsOf(file).flatMap(([job, value]) =>
    objectsAt(value, 'steps').map((step, index) => ({ job, keys: ['jobs', job, 'steps', index], step })),
  );
}

/** What is wrong, with the line of the value at those keys. */
export function problemAt(file: WorkflowFile, keys: readonly (string | number)[], message: string): Problem {
  const node: unknown = file.document.getIn(keys, true);
  const range = isJsonObject(node) ? node['range'] : undefined;
  const offset: unknown = Array.isArray(range) ? range[0] : undefined;
  const line = typeof offset === 'number' ? file.lines.linePos(offset).line : undefined;
  return { path: file.path, line, message };
}

/** The comment behind a value, without its sign. */
export function commentAt(file: WorkflowFile, keys: readonly (string | number)[]): string | undefined {
  const node: unknown = file.document.getIn(keys, true);
  return isScalar(node) ? node.comment?.trim() : undefined;
}

export function printProblem({ path, line, message }: Problem): string {
  return line === undefined ? `${path}: ${message}` : `${path}:${line}: ${message}`;
}
