import { isJsonObject, textAt, valueAt, type JsonObject } from '../../../src/values/json.ts';

export type StepOutcome = 'success' | 'failure' | 'skipped' | 'unfinished';

export type ActStep = {
  /** The `id` of the workflow, else its number in the job: "0" is the first. */
  readonly id: string;
  readonly name: string;
  readonly stage: 'Main' | 'Post';
  readonly outcome: StepOutcome;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What it printed, commands to the runner left out. */
  readonly log: string;
  readonly annotations: readonly Annotation[];
};

export type Annotation = { readonly level: 'error' | 'warning' | 'notice'; readonly message: string };

export type ActJob = {
  /** "deploy", as the workflow calls it. */
  readonly id: string;
  /** "call/deploy/deploy staging-1": of the calling job, the workflow, the job, and its number in the matrix. */
  readonly name: string;
  /** Its leg of the matrix; what is no text is JSON. */
  readonly matrix: Readonly<Record<string, string>>;
  /** By its steps: act has one result for all legs of a matrix. */
  readonly result: 'success' | 'failure' | 'unfinished';
  readonly steps: readonly ActStep[];
};

type Draft = { id: string; name: string; stage: ActStep['stage']; events: JsonObject[] };

/** The jobs in the order of their first lines, of what `act --json` wrote. A job that did not run is not among them. */
export function jobsOf(output: string): readonly ActJob[] {
  const events = output.split('\n').flatMap(parsed);
  const byJob = Map.groupBy(events, (event) => (textAt(event, 'job') ?? '').trim());
  return [...byJob].filter(([name]) => name !== '').map(([name, ofJob]) => jobOf(name, ofJob));
}

function jobOf(name: string, events: readonly JsonObject[]): ActJob {
  const matrix = events.map((event) => valueAt(event, 'matrix')).find(isJsonObject);
  const steps = draftsOf(events).map(stepOf);
  const isOver = events.some((event) => textAt(event, 'jobResult') !== undefined);
  const hasFailed = events.some(
    (event, index) => textAt(event, 'stepResult') === 'failure' && !isForgiven(events, index),
  );
  return {
    id: events.map((event) => textAt(event, 'jobID')).find((id) => id !== undefined) ?? name,
    name,
    matrix: Object.fromEntries(Object.entries(matrix ?? {}).map(([key, value]) => [key, asText(value)])),
    result: hasFailed ? 'failure' : isOver ? 'success' : 'unfinished',
    steps,
  };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `continue-on-error`: act says so right before the result. */
function isForgiven(events: readonly JsonObject[], index: number): boolean {
  return (textAt(events[index - 1] ?? {}, 'msg') ?? '').startsWith('Failed but continue next step');
}

function draftsOf(events: readonly JsonObject[]): readonly Draft[] {
  const drafts: Draft[] = [];
  for (const event of events) {
    const stage = textAt(event, 'stage');
    const id = [valueAt(event, 'stepID')].flat().map(String).join('/');
    if (stage !== 'Main' && stage !== 'Post') {
      continue;
    }
    const known = drafts.find((draft) => draft.id === id && draft.stage === stage);
    const draft = known ?? { id, name: textAt(event, 'step') ?? id, stage, events: [] };
    draft.events.push(event);
    if (known === undefined) {
      drafts.push(draft);
    }
  }
  return drafts;
}

function stepOf({ id, name, stage, events }: Draft): ActStep {
  const commands = (command: string): readonly JsonObject[] =>
    events.filter((event) => textAt(event, 'command') === command);
  const outcome = events.map((event) => textAt(event, 'stepResult')).findLast((result) => result !== undefined);
  return {
    id,
    name,
    stage,
    outcome: outcome === 'success' || outcome === 'failure' || outcome === 'skipped' ? outcome : 'unfinished',
    outputs: Object.fromEntries(
      commands('set-output').map((event) => [textAt(event, 'name') ?? '', textAt(event, 'arg') ?? '']),
    ),
    summary: commands('summary')
      .map((event) => textAt(event, 'content') ?? '')
      .join(''),
    log: events
      .filter((event) => valueAt(event, 'raw_output') === true)
      .map((event) => textAt(event, 'msg') ?? '')
      .join(''),
    annotations: (['error', 'warning', 'notice'] as const).flatMap((level) =>
      commands(level).map((event) => ({ level, message: textAt(event, 'arg') ?? '' })),
    ),
  };
}

function parsed(line: string): readonly JsonObject[] {
  if (!line.startsWith('{')) {
    return [];
  }
  const value: unknown = JSON.parse(line);
  return isJsonObject(value) ? [value] : [];
}
