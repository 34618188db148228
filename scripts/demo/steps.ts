import { join } from 'node:path';
import * as promise from './promises.ts';
import { rotateAgentToken } from './settings.ts';
import { commitAll, prependToFile, replaceInFile } from './shop-repository.ts';
import type { World } from './world.ts';

export type Step = {
  readonly title: string;
  /** Brings about what the step is about, and says what that is. */
  readonly prepare: (world: World) => Promise<string>;
  /** What a visitor of the shop reads afterwards. */
  readonly greeting: string;
  readonly promises: (evidence: promise.Evidence) => readonly promise.Promised[];
};

const OLD_GREETING = 'Welcome to the shop';
const NEW_GREETING = 'Welcome to the shop, now with tea';
const CRASH = "if (process.env.DATABASE_URL === undefined) throw new Error('DATABASE_URL is not set');\n";

export const STEPS: readonly Step[] = [
  {
    title: 'first deploy',
    prepare: async ({ shop }) => `Commit ${await commitAll(shop, 'Open the shop')}: the example as it is.`,
    greeting: OLD_GREETING,
    promises: (evidence) => [
      promise.isGreen(evidence),
      promise.hasNewReplicaSetsOnlyOf(['agent', 'proxy', 'server'], evidence),
      promise.runsTheBuiltImage(2, evidence),
      promise.greets(OLD_GREETING, evidence),
    ],
  },
  {
    title: 'a commit that changes the source',
    prepare: async ({ shop }) => {
      await replaceInFile(join(shop, 'server/src/greeting.js'), OLD_GREETING, NEW_GREETING);
      return `Commit ${await commitAll(shop, 'Sell tea')}: server/src/greeting.js says "${NEW_GREETING}".`;
    },
    greeting: NEW_GREETING,
    promises: (evidence) => [
      promise.isGreen(evidence),
      promise.isAnotherImage(evidence),
      promise.hasNewReplicaSetsOnlyOf(['server'], evidence),
      promise.runsTheBuiltImage(2, evidence),
      promise.keepPods(['agent', 'proxy'], evidence),
      promise.greets(NEW_GREETING, evidence),
    ],
  },
  {
    title: 'the same commit again',
    prepare: () => Promise.resolve('Somebody presses "Re-run all jobs".'),
    greeting: NEW_GREETING,
    promises: (evidence) => [
      promise.isGreen(evidence),
      promise.changedNothing(evidence),
      promise.runsTheBuiltImage(2, evidence),
      promise.keepPods(['server', 'agent', 'proxy'], evidence),
    ],
  },
  {
    title: "only the agent's credentials change",
    prepare: async (world) => {
      await rotateAgentToken(world);
      return 'The secret AGENT_TOKEN gets a new value; it is the same commit.';
    },
    greeting: NEW_GREETING,
    promises: (evidence) => [
      promise.isGreen(evidence),
      promise.changedOnly('ConfigMap agent', evidence),
      promise.hasNewReplicaSetsOnlyOf(['agent'], evidence),
      promise.keepPods(['server', 'proxy'], evidence),
    ],
  },
  {
    title: 'a commit whose server crashes at start',
    prepare: async ({ shop }) => {
      await prependToFile(join(shop, 'server/src/main.js'), CRASH);
      return `Commit ${await commitAll(shop, 'Use a database')}: server/src/main.js wants a variable that nobody sets.`;
    },
    greeting: NEW_GREETING,
    promises: (evidence) => [
      promise.isRedBecause('DATABASE_URL is not set', evidence),
      promise.hasNewReplicaSetsOnlyOf(['server'], evidence),
      promise.servesOn(2, evidence),
      promise.keepPods(['agent', 'proxy'], evidence),
      promise.greets(NEW_GREETING, evidence),
    ],
  },
];
