import type { EnvironmentEntry } from '../inputs/environments.ts';
import type { Inputs } from '../inputs/spec.ts';
import { parseDuration } from '../values/duration.ts';

/** Tools, a checkout, checks, smoke tests and what else is not a part of `timeout`. */
const MARGIN_MINUTES = 10;

/**
 * The output `matrix`: JSON with an entry for each environment, in the given order. All fields are texts, empty where nothing was given, and
 * `timeout-minutes` is a number. In a sequence each environment takes only what was verified in the one before, unless it says otherwise.
 * What an environment leaves out has the value of `defaults`.
 */
export function matrixOf(
  environments: readonly EnvironmentEntry[],
  order: Inputs['order'],
  defaults: Pick<Inputs, 'timeout' | 'soak' | 'onFailure'>,
): string {
  const include = environments.map((entry, index) => ({
    ...entry,
    'require-verified':
      entry['require-verified'] || (order === 'sequence' ? (environments[index - 1]?.name ?? '') : ''),
    'timeout-minutes': minutesOf(entry, defaults),
  }));
  return JSON.stringify({ include });
}

/** The soak comes after the rollouts, and a rollback may take as long as they did: a job that is killed in it leaves a mixture. */
function minutesOf(entry: EnvironmentEntry, defaults: Pick<Inputs, 'timeout' | 'soak' | 'onFailure'>): number {
  const timeoutSeconds = entry.timeout === '' ? defaults.timeout : parseDuration(entry.timeout);
  const soakSeconds = entry.soak === '' ? (defaults.soak ?? 0) : parseDuration(entry.soak);
  const rollsBack = (entry['on-failure'] || defaults.onFailure) !== 'keep';
  return Math.ceil((timeoutSeconds * (rollsBack ? 2 : 1) + soakSeconds) / 60) + MARGIN_MINUTES;
}
