import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import { commitOf } from '../kube/own-annotations.ts';
import type { Clock } from '../ports.ts';
import { numberAt, textAt, type JsonObject } from '../values/json.ts';
import type { Subject } from '../values/subject.ts';
import type { Pinned } from './pinned.ts';
import { readSubjects } from './read.ts';
import { templateImages } from './template-images.ts';

/** An API server that is away right after our change may be restarting. */
const PATIENCE_MILLISECONDS = 120_000;

/** What is to be seen through, and whether this run changed it. */
export type Awaited = { readonly subject: Subject; readonly isChanged: boolean };

/** A pinned subject and the object that was pinned; undefined when it is gone already. */
export type PinnedObject = { readonly pinned: Pinned; readonly object: JsonObject | undefined };

/** Reads every subject once more and pins what it finds. Throws what a read throws, `cluster-unreachable` only after two minutes of it. */
export async function pinSubjects(
  awaited: readonly Awaited[],
  api: KubeApi,
  clock: Clock,
): Promise<readonly PinnedObject[]> {
  const readings = await patiently(
    async () =>
      readSubjects(
        awaited.map(({ subject }) => subject),
        api,
      ),
    clock,
  );
  const changed = new Set(awaited.filter(({ isChanged }) => isChanged).map(({ subject }) => subject.path));
  return readings.map(({ subject, object, serverTimeMilliseconds }) => ({
    pinned: {
      subject,
      uid: textAt(object, 'metadata', 'uid') ?? '',
      generation: numberAt(object, 'metadata', 'generation') ?? 0,
      isChanged: changed.has(subject.path),
      images: templateImages(object, subject.rule),
      commit: commitOf(object),
      serverTimeMilliseconds,
    },
    object,
  }));
}

async function patiently<Result>(read: () => Promise<Result>, clock: Clock): Promise<Result> {
  const deadline = clock.elapsed() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const isWorthWaiting = error instanceof DeployError && error.code === 'cluster-unreachable';
      if (!isWorthWaiting || clock.elapsed() >= deadline) {
        throw error;
      }
      await clock.sleep(1000);
    }
  }
}
