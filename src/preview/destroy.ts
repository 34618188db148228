import { failureOf, type DeployError, type Problem } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import { changeQuietly, lastWords } from '../kube/change.ts';
import { kubectlCommand, type Kubectl } from '../kube/kubectl.ts';
import type { Command, Ports } from '../ports.ts';
import type { JsonObject } from '../values/json.ts';
import type { RemovalFact, RemovalReason } from './facts.ts';
import { waitUntilGone } from './gone.ts';
import { previewOf, type Preview } from './marks.ts';

const COMMAND_SECONDS = 60;

export type DestroyContext = {
  readonly kubectl: Kubectl;
  readonly api: KubeApi;
  readonly ports: Pick<Ports, 'exec' | 'notify' | 'assertNotCancelled' | 'clock'>;
  /** How long it may take to go away. */
  readonly timeoutSeconds: number;
};

/**
 * Deletes a namespace that is known to be ours, as it was read, and waits until it is gone. Whatever holds it is told in the fact and never
 * removed: finalizers guard what would be left behind elsewhere. Throws `cancelled`, and `tool-unavailable` where kubectl cannot be started.
 */
export async function destroyPreview(
  namespace: JsonObject,
  why: RemovalReason,
  context: DestroyContext,
): Promise<RemovalFact> {
  const preview = previewOf(namespace);
  if (preview === undefined) {
    throw new Error('a namespace that is no preview was to be destroyed');
  }
  const until = context.ports.clock.elapsed() + context.timeoutSeconds * 1000;
  return (await startRemoval(preview, why, context)) ?? (await awaitRemoval(preview, why, until, context));
}

/** Has the namespace deleted and does not wait. Undefined: it is leaving; else what came of it. */
export async function startRemoval(
  preview: Preview,
  why: RemovalReason,
  { kubectl, ports }: Pick<DestroyContext, 'kubectl' | 'ports'>,
): Promise<RemovalFact | undefined> {
  if (preview.isLeaving) {
    return undefined;
  }
  const subject = `Namespace/${preview.namespace}, ${becauseOf(preview.pullRequest, why)}`;
  const result = await changeQuietly(deleteCommand(kubectl, preview), subject, ports);
  // Killed or cut off, the command may all the same have done its work: whether it has is seen by waiting.
  if (result.exitCode === 0 || result.timedOut) {
    return undefined;
  }
  if (result.stderr.includes('(NotFound)')) {
    return removalFact(preview, why, 'gone', undefined);
  }
  return result.stderr.includes('(Conflict)')
    ? removalFact(preview, why, 'kept', 'it was made anew meanwhile')
    : removalFact(preview, why, 'stuck', `it could not be deleted: ${lastWords(result)}`);
}

/** What came of a namespace that is leaving, at the latest at `untilMilliseconds` of the clock's `elapsed`. */
export async function awaitRemoval(
  preview: Preview,
  why: RemovalReason,
  untilMilliseconds: number,
  { api, ports }: Pick<DestroyContext, 'api' | 'ports'>,
): Promise<RemovalFact> {
  const held = await waitUntilGone(preview, untilMilliseconds, api, ports);
  return removalFact(preview, why, held?.kind ?? 'removed', held?.why);
}

export function removalFact(
  { namespace, app, pullRequest }: Preview,
  why: RemovalReason,
  outcome: RemovalFact['outcome'],
  detail: string | undefined,
): RemovalFact {
  return { namespace, app, pullRequest, why, outcome, detail };
}

/** "pull request 7 is closed" */
export function becauseOf(pullRequest: number | undefined, why: RemovalReason): string {
  const subject = pullRequest === undefined ? 'its pull request' : `pull request ${pullRequest}`;
  const reasons: Readonly<Record<RemovalReason, string>> = {
    closed: `${subject} is closed`,
    expired: `the preview of ${subject} has expired`,
    orphaned: `${subject} does not exist`,
    asked: `the preview of ${subject} is to be removed`,
    open: `${subject} is open`,
    unclear: `nobody knows of ${subject}`,
  };
  return reasons[why];
}

/** `preview-stuck` with everything that was not seen to go away; undefined when all did. */
export function failureOfStuck(facts: readonly RemovalFact[]): DeployError | undefined {
  const problems = facts.filter(({ outcome }) => outcome === 'stuck' || outcome === 'unseen').map(problemOf);
  return problems.length === 0
    ? undefined
    : failureOf('preview-stuck', problems, `${problems.length} namespaces were not seen to go away`);
}

function problemOf({ namespace, outcome, detail = 'nobody knows why' }: RemovalFact): Problem {
  return outcome === 'unseen'
    ? {
        message: `the namespace ${namespace} was deleted, and whether it is gone could not be seen: ${detail}`,
        hint: 'Run it again. An account that may read the namespace by a Role in it alone loses that Role before: it needs a ClusterRole with get of namespaces.',
      }
    : {
        message: `the namespace ${namespace} is still there: ${detail}`,
        hint: `Look at what remains (kubectl get <kind> --namespace ${namespace} -o yaml): whoever set a finalizer has to do its work. It is never taken away here, for what it guards would be left behind.`,
      };
}

/**
 * `kubectl delete --raw '/api/v1/namespaces/shop-pr-7?uid=…'`: what `kubectl delete namespace shop-pr-7 --wait=false` does, and only to the
 * namespace that was looked at. The plain command has no preconditions, and would delete one that was made anew since.
 */
function deleteCommand(kubectl: Kubectl, { namespace, uid }: Preview): Command {
  const options = new URLSearchParams({ propagationPolicy: 'Background', uid });
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}?${options.toString()}`;
  return kubectlCommand(kubectl, ['delete', '--raw', path], { timeoutSeconds: COMMAND_SECONDS });
}
