import type { KubeApi } from '../kube/api.ts';
import type { Kubectl } from '../kube/kubectl.ts';
import type { SmokeTestPlan } from '../plan/slices.ts';
import type { Ports } from '../ports.ts';
import type { SmokeTest } from '../values/smoke-test.ts';
import type { Attempt, Trial } from './attempt.ts';
import { createProgramTrial } from './program.ts';
import { askService } from './service.ts';
import { askUrl } from './url.ts';

export type SmokeTestContext = {
  readonly api: KubeApi;
  readonly kubectl: Kubectl;
  /** Of the Services that are asked, and what programs are told. */
  readonly namespace: string;
  readonly ports: Pick<Ports, 'exec' | 'downloads' | 'clock' | 'notify' | 'assertNotCancelled'>;
};

export type SmokeOutcome = {
  readonly test: SmokeTest;
  readonly result: 'passed' | 'failed';
  readonly attempts: number;
  /** From the first attempt to the end of the last, to a tenth. */
  readonly seconds: number;
  /** What the last attempt came to: "200", "503 Service Unavailable: no endpoints available", "exit code 1: last line". */
  readonly last: string;
};

const PAUSES_SECONDS = [1, 2, 3] as const;
const LATER_PAUSE_SECONDS = 5;

/** Something that listens and never answers must not take all of the time for itself. */
const ATTEMPT_SECONDS = 30;

/**
 * Tries all tests side by side, each until it is as expected, cannot become so, or the time for all of them is over. Pauses are 1, 2 and 3
 * seconds, then 5 each. A reason to fail is noted when it is another one than before. Outcomes are in the order of the tests. Throws
 * `cancelled` and defects only.
 */
export async function runSmokeTests(plan: SmokeTestPlan, context: SmokeTestContext): Promise<readonly SmokeOutcome[]> {
  const until = context.ports.clock.elapsed() + plan.timeoutSeconds * 1000;
  return Promise.all(
    plan.tests.map(async (test) => tryUntil(until, test, trialOf(test, plan, context), context.ports)),
  );
}

async function tryUntil(
  until: number,
  test: SmokeTest,
  trial: Trial,
  { clock, notify, assertNotCancelled }: SmokeTestContext['ports'],
): Promise<SmokeOutcome> {
  const begun = clock.elapsed();
  const secondsLeft = (): number => (until - clock.elapsed()) / 1000;
  let noted: string | undefined;
  for (let attempts = 1; ; attempts += 1) {
    assertNotCancelled();
    const { result, text } = await trial.attempt(secondsLeft());
    const pauseSeconds = PAUSES_SECONDS[attempts - 1] ?? LATER_PAUSE_SECONDS;
    if (result !== 'failed' || secondsLeft() <= pauseSeconds) {
      trial.finish();
      const seconds = Math.round((clock.elapsed() - begun) / 100) / 10;
      return { test, result: result === 'passed' ? 'passed' : 'failed', attempts, seconds, last: text };
    }
    if (text !== noted) {
      notify({ kind: 'note', text: `smoke test ${test.text}: ${text} (attempt ${attempts})` });
      noted = text;
    }
    await clock.sleep(pauseSeconds * 1000);
  }
}

function trialOf(test: SmokeTest, plan: SmokeTestPlan, context: SmokeTestContext): Trial {
  const { api, kubectl, namespace, ports } = context;
  switch (test.kind) {
    case 'service':
      return withinLimit(async () => askService(test, namespace, api), ports);
    case 'url':
      return withinLimit(async () => askUrl(test, ports.downloads), ports);
    case 'command':
      return createProgramTrial(test, { kubectl, namespace, workspace: plan.workspace, ports });
  }
}

/** An answer that comes later than the limit is not waited for. */
function withinLimit(ask: () => Promise<Attempt>, { clock }: Pick<Ports, 'clock'>): Trial {
  return {
    attempt: async (secondsLeft) => {
      const limitSeconds = Math.min(ATTEMPT_SECONDS, secondsLeft);
      const answered = new AbortController();
      const late = async (): Promise<Attempt> => {
        await clock.sleep(limitSeconds * 1000, answered.signal);
        return { result: 'failed', text: `no answer in ${Math.round(limitSeconds)} s` };
      };
      try {
        return await Promise.race([ask(), late()]);
      } finally {
        answered.abort();
      }
    },
    finish: () => {},
  };
}
