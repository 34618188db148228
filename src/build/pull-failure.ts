import { failureOf, type DeployError } from '../errors.ts';
import { inShort, registryAnswer } from '../registry/answers.ts';
import type { FailedPlace } from './failed-step.ts';

/** Words about a certificate that nobody here knows, and what to do about it. */
export const PRIVATE = /x509: |server gave HTTP response to HTTPS client/;
export const TRUST =
  'A registry with a certificate of a private authority needs that authority in the input registry-ca.';

const OF_HELPER =
  'It is named by the "# syntax" line of the Dockerfile, or it is the scanner for sbom, which "generator=…" replaces by another one.';

/** Of an image that the Dockerfile begins from; undefined when only one of its layers is known. */
export function baseFailure(base: string | undefined, words: string, place: FailedPlace): DeployError {
  const name = base === undefined ? 'A layer of a base image' : `The base image ${base}`;
  return pullFailure(name, 'Check its name and tag.', words, place);
}

/** Of an image that BuildKit itself runs, which no FROM names. */
export function helperFailure(reference: string, words: string, place: FailedPlace): DeployError {
  return pullFailure(`BuildKit needs the image ${reference}, which`, OF_HELPER, words, place);
}

function pullFailure(name: string, hintOfMissing: string, words: string, place: FailedPlace): DeployError {
  const answer = registryAnswer(words.split(': ').slice(-2).join(': '));
  const [message, hint] =
    answer === 'missing'
      ? [`${name} does not exist`, hintOfMissing]
      : answer === 'refused' || registryAnswer(words) === 'refused'
        ? [
            `${name} may not be pulled: ${inShort(words)}`,
            'Log in to its registry with the input registry-auth or with docker/login-action.',
          ]
        : [
            `${name} could not be fetched: ${inShort(words)}`,
            PRIVATE.test(words) ? TRUST : 'Its registry may be busy or out of reach; run the job again.',
          ];
  return failureOf('build-failed', [{ ...place, message, hint }], '');
}
