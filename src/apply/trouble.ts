import { statusMessage, type ApiAnswer } from '../kube/api.ts';

/** True when the server is in trouble, and nothing is known about the manifest. */
export function isTrouble(answer: ApiAnswer): boolean {
  return answer.status === 429 || (answer.status >= 500 && !isAboutManifest(answer));
}

/** What does not fit the schema is answered with 500 and no reason (seen with Kubernetes 1.34). */
function isAboutManifest(answer: ApiAnswer): boolean {
  return /^failed to (create typed patch object|convert new object)/.test(statusMessage(answer));
}
