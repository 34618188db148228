import { statusMessage, type ApiAnswer, type KubeApi } from '../kube/api.ts';
import { FIELD_MANAGER } from '../kube/field-managers.ts';
import type { Target } from '../kube/target.ts';

/** What server-side apply of the target's object would do, by the server; nothing changes. Strict: an unknown field is refused. */
export async function askToApply(target: Target, force: boolean, api: KubeApi): Promise<ApiAnswer> {
  const query = `dryRun=All&fieldManager=${FIELD_MANAGER}&fieldValidation=Strict&force=${force}`;
  return api.request({
    method: 'PATCH',
    path: `${target.path}?${query}`,
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: JSON.stringify(target.object),
  });
}

/** True when the server is in trouble, and nothing is known about the manifest. */
export function isTrouble(answer: ApiAnswer): boolean {
  return answer.status === 429 || (answer.status >= 500 && !isAboutManifest(answer));
}

/** What does not fit the schema is answered with 500 and no reason (seen with Kubernetes 1.34). */
function isAboutManifest(answer: ApiAnswer): boolean {
  return /^failed to (create typed patch object|convert new object)/.test(statusMessage(answer));
}
