import { keptItsPods, type Difference } from './difference.ts';
import { podsOf, type Snapshot } from './snapshot.ts';
import type { Page } from './shop-page.ts';
import type { WorkflowRun } from './workflow-run.ts';

/** One thing that a step promises, and what was found instead when it is not so. */
export type Promised = { readonly text: string; readonly isKept: boolean; readonly found: string };

/** All that is known after a step. */
export type Evidence = {
  readonly run: WorkflowRun;
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly difference: Difference;
  readonly page: Page;
};

export function isGreen({ run }: Evidence): Promised {
  const result = run.outputs.get('result') ?? 'none';
  return {
    text: 'the job is green',
    isKept: run.isGreen && result === 'succeeded',
    found: `it is ${run.isGreen ? 'green' : 'red'}, and the output result is ${result}`,
  };
}

export function isRedBecause(words: string, { run }: Evidence): Promised {
  const result = run.outputs.get('result') ?? 'none';
  return {
    text: `the job is red, and the verdict has the line of the server's log: ${words}`,
    isKept: !run.isGreen && result === 'failed' && run.verdict.includes(words),
    found: `it is ${run.isGreen ? 'green' : 'red'}, and the output result is ${result}`,
  };
}

export function hasNewReplicaSetsOnlyOf(names: readonly string[], { difference }: Evidence): Promised {
  const found = difference.newReplicaSets.toSorted();
  return {
    text:
      names.length === 1
        ? `exactly one new ReplicaSet, of ${names.join()}`
        : `one ReplicaSet each of ${names.join(', ')}`,
    isKept: found.join() === names.toSorted().join(),
    found: `new ReplicaSets of ${found.join(', ') || 'none'}`,
  };
}

export function changedNothing({ run, difference }: Evidence): Promised {
  const { newReplicaSets, changedObjects } = difference;
  const changed = run.outputs.get('changed') ?? 'none';
  return {
    text: 'no object has changed, no ReplicaSet is new, and the output changed says so',
    isKept: newReplicaSets.length === 0 && changedObjects.length === 0 && changed === 'false',
    found: `changed: ${[...changedObjects, ...newReplicaSets].join(', ')}; output changed: ${changed}`,
  };
}

export function changedOnly(object: string, { difference }: Evidence): Promised {
  const others = difference.changedObjects.filter((name) => !name.startsWith('Deployment '));
  return {
    text: `${object} has changed`,
    isKept: others.join() === object,
    found: `these have: ${others.join(', ') || 'none'}`,
  };
}

export function keepPods(apps: readonly string[], { before, after }: Evidence): Promised {
  const others = apps.filter((app) => !keptItsPods(app, before, after));
  return {
    text: `the pods of ${apps.join(', ')} are the same as before`,
    isKept: others.length === 0,
    found: `other pods of ${others.join(', ')}`,
  };
}

/** The digest that the nodes report is the one that was pushed. */
export function runsTheBuiltImage(count: number, { run, after }: Evidence): Promised {
  const digest = run.outputs.get('digest') ?? 'none';
  const pods = podsOf(after, 'server');
  const good = pods.filter(
    ({ imageId, restarts, isReady }) => imageId.endsWith(`@${digest}`) && restarts === 0 && isReady,
  );
  return {
    text: `${count} pods of server run ${digest.slice(0, 'sha256:'.length + 12)}…, ready and without a restart`,
    isKept: good.length === count && pods.length === count,
    found: JSON.stringify(pods),
  };
}

export function isAnotherImage({ before, run }: Evidence): Promised {
  const digest = run.outputs.get('digest') ?? 'none';
  return {
    text: 'the digest is another one than before',
    isKept: digest.startsWith('sha256:') && podsOf(before, 'server').every(({ imageId }) => !imageId.endsWith(digest)),
    found: `it is ${digest}`,
  };
}

export function greets(words: string, { page }: Evidence): Promised {
  const isKept = page.body.startsWith(`${words} (`);
  return { text: `a visitor reads: ${isKept ? page.body : words}`, isKept, found: `the answer is: ${page.body}` };
}

/** The pods of before still serve; a broken pod stands beside them. */
export function servesOn(count: number, { before, after }: Evidence): Promised {
  const old = new Set(podsOf(before, 'server').map(({ uid }) => uid));
  const serving = podsOf(after, 'server').filter(({ uid, isReady }) => old.has(uid) && isReady);
  return {
    text: `the ${count} pods of the last good commit serve on`,
    isKept: serving.length === count,
    found: `${serving.length} of them do`,
  };
}
