import { DeployError } from '../errors.ts';
import { failureOfAnswer, type KubeApi } from '../kube/api.ts';
import { isJsonObject, textAt, type JsonObject } from '../values/json.ts';
import type { Subject } from '../values/subject.ts';
import { listObjects } from './list.ts';

/** With more of a kind in one namespace a list costs less than reading each. */
const MOST_SINGLE_READS = 3;

/** A subject as a read found it that no cache answered; `object` is undefined when it is not there. */
export type Reading = {
  readonly subject: Subject;
  readonly object: JsonObject | undefined;
  /** The server's clock, in milliseconds since the epoch; 0 when it did not tell. */
  readonly serverTimeMilliseconds: number;
};

/** Reads all subjects, from the store and not from a cache. Throws `access-denied`, `credentials-rejected` or `cluster-unreachable`. */
export async function readSubjects(subjects: readonly Subject[], api: KubeApi): Promise<readonly Reading[]> {
  const groups = [...Map.groupBy(subjects, collectionOf)];
  const readings = await Promise.all(
    groups.map(async ([path, group]) =>
      group.length > MOST_SINGLE_READS ? readTogether(path, group, api) : readEach(group, api),
    ),
  );
  return readings.flat();
}

export async function readSubject(subject: Subject, api: KubeApi): Promise<Reading> {
  const answer = await api.request({ method: 'GET', path: subject.path });
  const serverTimeMilliseconds = answer.serverTimeMilliseconds ?? 0;
  if (answer.status === 404) {
    return { subject, object: undefined, serverTimeMilliseconds };
  }
  if (answer.status < 300 && isJsonObject(answer.body)) {
    return { subject, object: answer.body, serverTimeMilliseconds };
  }
  throw failureOfAnswer(answer, `read ${subject.kind}/${subject.name}`);
}

/** "/apis/apps/v1/namespaces/shop/deployments" of "/apis/apps/v1/namespaces/shop/deployments/server". */
export function collectionOf({ path }: Subject): string {
  return path.slice(0, path.lastIndexOf('/'));
}

async function readEach(subjects: readonly Subject[], api: KubeApi): Promise<readonly Reading[]> {
  return Promise.all(subjects.map(async (subject) => readSubject(subject, api)));
}

/** Who may read the objects by their names only may not list them. */
async function readTogether(path: string, subjects: readonly Subject[], api: KubeApi): Promise<readonly Reading[]> {
  try {
    const { objects, serverTimeMilliseconds } = await listObjects({ path }, api);
    const byName = new Map(objects.map((object) => [textAt(object, 'metadata', 'name'), object]));
    return subjects.map((subject) => ({ subject, object: byName.get(subject.name), serverTimeMilliseconds }));
  } catch (error) {
    if (error instanceof DeployError && error.code === 'access-denied') {
      return readEach(subjects, api);
    }
    throw error;
  }
}
