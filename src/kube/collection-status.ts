import { numberAt, textAt } from '../values/json.ts';
import type { ApiAnswer } from './api.ts';
import type { Ending } from './collection-endings.ts';

/**
 * What a refusal comes to, be it the status of an answer or the Status object in a watch. 410 is a version, or a page, that the server has
 * forgotten (apimachinery errors.go, NewResourceExpired).
 */
export function endingOfStatus({ status, body, text, retryAfterSeconds }: ApiAnswer): Ending {
  const message = `HTTP ${status}: ${textAt(body, 'message') ?? text.trim().slice(0, 200)}`;
  const seconds = retryAfterSeconds ?? numberAt(body, 'details', 'retryAfterSeconds');
  if (status === 410) {
    return { kind: 'expired' };
  }
  if (status === 401) {
    return { kind: 'unauthorized', message };
  }
  if (status === 403) {
    return { kind: 'forbidden', message };
  }
  if ((status === 429 || status === 503) && seconds !== undefined) {
    return { kind: 'throttled', seconds, message };
  }
  const isRefusal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return isRefusal ? { kind: 'refused', message } : { kind: 'failed', message };
}
