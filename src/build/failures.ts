import { DeployError } from '../errors.ts';
import { formatImageReference, type ImageReference } from '../values/image.ts';

const PUSH =
  /failed to push|failed to authorize|push access denied|insufficient_scope|unexpected status from (POST|PUT|PATCH|HEAD) request/i;
/** The same words, said of a base image. */
const PULL = /failed to resolve source metadata|pull access denied/i;
const TRANSIENT =
  /\b(429|500|502|503|504)\b|connection reset|TLS handshake timeout|unexpected EOF|i\/o timeout|too many requests/i;

/** A push that may go through at the next try: the registry was busy or the connection broke. A failed step of the build never is. */
export function isTransientPush(stderr: string): boolean {
  const words = lastError(stderr);
  return isPush(words) && TRANSIENT.test(words);
}

/** Non-zero is always a failure; what buildx printed only makes the message better. */
export function buildFailure(stderr: string, exitCode: number, image: ImageReference): DeployError {
  const words = lastError(stderr) || `buildx ended with exit code ${exitCode}`;
  if (isPush(words)) {
    return new DeployError('push-refused', `The registry did not take ${formatImageReference(image)}: ${words}`, {
      hint: 'Check that the job is logged in to the registry (docker/login-action) and may write to the repository.',
    });
  }
  return new DeployError('build-failed', `The image was not built: ${words}`, {
    hint: 'The step that failed and its output are in the log of the phase Build.',
  });
}

/** Why `imagetools inspect` got no digest. */
export function inspectFailure(stderr: string, reference: string): DeployError {
  const words = lastError(stderr);
  return /not found|manifest unknown|name unknown/i.test(words)
    ? new DeployError('image-not-found', `The registry has no image ${reference}`, {
        hint: 'Was it pushed? Check the repository and the tag.',
      })
    : new DeployError('image-not-found', `The registry does not tell what ${reference} is: ${words}`, {
        hint: 'Check that the job is logged in to the registry (docker/login-action) and may read the repository.',
      });
}

function isPush(words: string): boolean {
  return PUSH.test(words) && !PULL.test(words);
}

function lastError(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => /^(ERROR|error):/i.test(line));
  return (errors.at(-1) ?? lines.findLast((line) => line !== '') ?? '').replace(/^(ERROR|error):\s*/i, '');
}
