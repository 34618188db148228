import { ensureLab } from '../test/lab/lab.ts';
import { createWorld } from './demo/create-world.ts';
import { playStep, type PlayedStep } from './demo/play.ts';
import { messageOf } from '../src/errors.ts';
import { sayHowToLookAround, sayWhoAnswers } from './demo/farewell.ts';
import { removeLeftovers } from './demo/leftovers.ts';
import { heading, line } from './demo/say.ts';
import { STEPS } from './demo/steps.ts';
import { sayTable } from './demo/table.ts';
import { temporaryFolder } from './demo/temporary-folder.ts';
import type { World } from './demo/world.ts';

/**
 * `npm run demo`: five deploys of examples/shop by its own workflow, with the real bundle, on a real Kubernetes. After each the cluster is
 * asked whether it is as promised; the first broken promise ends the demo with exit code 1. `--down` (or CI=true) stops the cluster at the end.
 */
async function demo(): Promise<boolean> {
  heading('A cluster of its own, a registry, a builder and a runner for workflows');
  const lab = await ensureLab({ name: 'demo', progress: line });
  try {
    await removeLeftovers(lab);
    const world = await createWorld(lab, temporaryFolder());
    const played = await playAll(world);
    sayTable(played);
    const isDone = played.length === STEPS.length && played.every(({ isAsPromised }) => isAsPromised);
    if (isDone) await sayWhoAnswers(world);
    if (!isToBeStopped()) sayHowToLookAround(world);
    return isDone;
  } finally {
    if (isToBeStopped()) {
      await lab.stop();
      line('The cluster is stopped.');
    }
  }
}

/** A step that is not as promised is the last one. */
async function playAll(world: World): Promise<readonly PlayedStep[]> {
  const played: PlayedStep[] = [];
  for (const [index, step] of STEPS.entries()) {
    heading(`${index + 1} of ${STEPS.length}: ${step.title}`);
    const result = await playStep(step, world);
    played.push(result);
    if (!result.isAsPromised) break;
  }
  return played;
}

function isToBeStopped(): boolean {
  return process.argv.includes('--down') || process.env['CI'] === 'true';
}

try {
  process.exitCode = (await demo()) ? 0 : 1;
} catch (error) {
  console.error(`\nThe demo cannot go on: ${messageOf(error)}`);
  process.exitCode = 1;
}
