import type { Command } from '../ports.ts';
import type { JsonObject } from '../values/json.ts';
import type { ApiAnswer, KubeApi } from './api.ts';
import { FIELD_MANAGER } from './field-managers.ts';
import { kubectlCommand, type Kubectl } from './kubectl.ts';

const APPLY_TIMEOUT_SECONDS = 120;

/** kubectl sends up to fifty requests a second. */
const OBJECTS_PER_SECOND = 10;

/**
 * `kubectl apply --server-side` as our field manager. The objects go through stdin, one JSON document each: secrets in them are never in
 * argv nor on disk. They were validated by a dry run, so kubectl need not fetch the schema again.
 */
export function applyCommand(kubectl: Kubectl, objects: readonly JsonObject[], forceConflicts: boolean): Command {
  const force = forceConflicts ? ['--force-conflicts'] : [];
  const args = ['apply', '--server-side', `--field-manager=${FIELD_MANAGER}`, ...force, '--validate=false', '-f', '-'];
  return kubectlCommand(kubectl, args, {
    stdin: objects.map((object) => `${JSON.stringify(object)}\n`).join(''),
    timeoutSeconds: APPLY_TIMEOUT_SECONDS + Math.ceil(objects.length / OBJECTS_PER_SECOND),
  });
}

/** `strict`: an unknown field is refused. */
export type DryRunWish = { readonly force: boolean; readonly validation: 'strict' | 'ignore' };

/** What server-side apply of an object would do, by the server; nothing changes. */
export async function askToApply(
  path: string,
  object: JsonObject,
  { force, validation }: DryRunWish,
  api: KubeApi,
): Promise<ApiAnswer> {
  const fieldValidation = validation === 'strict' ? 'Strict' : 'Ignore';
  const query = `dryRun=All&fieldManager=${FIELD_MANAGER}&fieldValidation=${fieldValidation}&force=${force}`;
  return api.request({
    method: 'PATCH',
    path: `${path}?${query}`,
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: JSON.stringify(object),
  });
}
