import { DeployError } from '../errors.ts';
import { getObject } from '../kube/api.ts';
import { describeObject } from '../kube/object.ts';
import { objectsAt, type JsonObject } from '../values/json.ts';
import type { PlannedChange } from './change.ts';
import type { ChangeContext } from '../kube/change.ts';

const POLL_MILLISECONDS = 250;
const PATIENCE_MILLISECONDS = 30_000;

/** Waits until the server serves the kinds of definitions that were just applied. Throws `apply-failed` that names those it does not. */
export async function waitUntilEstablished(
  definitions: readonly PlannedChange[],
  context: ChangeContext,
): Promise<void> {
  const { clock, assertNotCancelled } = context.ports;
  const deadline = clock.elapsed() + PATIENCE_MILLISECONDS;
  let missing = definitions;
  while (missing.length > 0) {
    const states = await Promise.all(
      missing.map(async (change) => {
        const now = await getObject(context.api, change.target.path, `read ${change.target.path}`);
        return { change, isMissing: now === undefined || !isEstablished(now) };
      }),
    );
    missing = states.filter(({ isMissing }) => isMissing).map(({ change }) => change);
    if (missing.length > 0 && clock.elapsed() >= deadline) {
      const names = missing.map(({ target }) => describeObject(target.object)).join(', ');
      throw new DeployError(
        'apply-failed',
        `${names} was applied, and the API server does not serve it after ${PATIENCE_MILLISECONDS / 1000} seconds`,
        { hint: 'kubectl describe crd shows under Conditions what is wrong, for example names that another one has.' },
      );
    }
    if (missing.length > 0) {
      assertNotCancelled();
      await clock.sleep(POLL_MILLISECONDS);
    }
  }
}

function isEstablished(definition: JsonObject): boolean {
  return objectsAt(definition, 'status', 'conditions').some(
    (condition) => condition['type'] === 'Established' && condition['status'] === 'True',
  );
}
