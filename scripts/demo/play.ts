import type { Entry } from './act-log.ts';
import { compare, describe } from './difference.ts';
import type { Evidence, Promised } from './promises.ts';
import { broken, kept, line, part, verdict } from './say.ts';
import { visitShop } from './shop-page.ts';
import { takeSnapshot } from './snapshot.ts';
import type { Step } from './steps.ts';
import { runWorkflow, type WorkflowRun } from './workflow-run.ts';
import type { World } from './world.ts';

export type PlayedStep = {
  readonly title: string;
  readonly result: string;
  readonly seconds: number;
  readonly whatChanged: string;
  readonly isAsPromised: boolean;
};

/** Lets a step happen, and asks the cluster whether it is as promised. */
export async function playStep(step: Step, world: World): Promise<PlayedStep> {
  line(await step.prepare(world));
  const evidence = await deploy(step, world);
  const { run, difference } = evidence;
  const promises = step.promises(evidence);
  const isAsPromised = promises.every(({ isKept }) => isKept);
  promises.forEach(sayPromise);
  if (!isAsPromised) sayAll(run);
  return {
    title: step.title,
    result: run.outputs.get('result') ?? 'none',
    seconds: run.seconds,
    whatChanged: describe(difference),
    isAsPromised,
  };
}

async function deploy(step: Step, world: World): Promise<Evidence> {
  const before = await takeSnapshot(world.lab);
  const run = await runWorkflow(world, sayProgress());
  part(`${run.seconds.toFixed(1)} s\n`);
  run.entries.filter(isChangingCommand).forEach(({ text }) => line(text));
  verdict(run.verdict, run.isGreen);
  const page = await visitShop(world.lab, step.greeting);
  const after = await takeSnapshot(world.lab);
  return { run, before, after, difference: compare(before, after), page };
}

/** The phases, on one line, while they happen. */
function sayProgress(): (entry: Entry) => void {
  part('  ');
  return (entry) => {
    if (entry.kind === 'phase') part(`${entry.title} · `);
  };
}

/** The log has every command that changes the cluster below a comment that says what it is about. */
function isChangingCommand({ kind, text }: Entry, index: number, entries: readonly Entry[]): boolean {
  const previous = entries[index - 1];
  return kind === 'printed' && text.startsWith('$ kubectl') && previous?.text.startsWith('# ') === true;
}

function sayPromise({ text, isKept, found }: Promised): void {
  if (isKept) {
    kept(text);
  } else {
    broken(`${text}: NOT SO, ${found}`);
  }
}

function sayAll({ entries }: WorkflowRun): void {
  line('All that the workflow printed:');
  for (const { text } of entries) line(`| ${text}`);
}
