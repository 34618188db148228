import { isJsonObject, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';

const LEVELS = ['none', 'read', 'write'] as const;

/**
 * How the permissions that a job gives to the workflow which it calls differ from those which its jobs ask for, a line each. GitHub starts
 * nothing where one is missing; one too many is more than is needed.
 */
export function permissionProblems(given: unknown, called: unknown): readonly string[] {
  const jobs = valueAt(called, 'jobs');
  const asked = Object.values(isJsonObject(jobs) ? jobs : {}).map(
    (job) => valueAt(job, 'permissions') ?? valueAt(called, 'permissions'),
  );
  const scopes = [given, ...asked].flatMap((one) => Object.keys(isJsonObject(one) ? one : {}));
  return [...new Set(scopes)].flatMap((scope) => {
    const wanted = Math.max(...asked.map((one) => levelOf(one, scope)));
    const had = levelOf(given, scope);
    const name = LEVELS[wanted] ?? '';
    if (had < wanted) {
      return [`permissions: the called workflow needs ${scope}: ${name}`];
    }
    return had > wanted ? [`permissions: the called workflow needs no more than ${scope}: ${name}`] : [];
  });
}

function levelOf(permissions: unknown, scope: string): number {
  const words: JsonObject = isJsonObject(permissions) ? permissions : {};
  return Math.max(
    0,
    LEVELS.findIndex((level) => level === textAt(words, scope)),
  );
}
