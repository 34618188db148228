/** Which part of a build failed. */
export type FailedPart =
  | { readonly kind: 'step' | 'push' | 'cache' | 'other' }
  /** `reference` is undefined when only a layer is known. */
  | { readonly kind: 'base'; readonly reference: string | undefined }
  /** An image that BuildKit itself runs: the frontend of a "# syntax" line, a scanner. */
  | { readonly kind: 'helper'; readonly reference: string };

const STEP = /did not complete successfully|executor failed running/;
const CACHE_EXPORT = /error writing (?:layer|manifest|config) blob/;
const BASE = /failed to resolve source metadata for (\S+): /;
const BASE_LAYER = /failed to compute cache key: failed to copy: |pull access denied/;
const PUSH =
  /failed to push|push access denied|insufficient_scope|unexpected status from (?:POST|PUT|PATCH|HEAD) request/i;
const HELPER = /^ > resolve image config for docker-image:\/\/(\S+):$/m;
/** The last words of a refused login name neither the registry nor what it was for. */
const LOGIN = /failed to (?:authorize|fetch \w+ token)/;

/** By the last words of buildx, and where these do not tell, by the headers of the blocks before them (" > exporting to image:"). */
export function failedPart(stderr: string, words: string): FailedPart {
  if (STEP.test(words)) {
    return { kind: 'step' };
  }
  if (CACHE_EXPORT.test(words)) {
    return { kind: 'cache' };
  }
  const [, helper] = HELPER.exec(stderr) ?? [];
  if (helper !== undefined && (BASE.test(words) || LOGIN.test(words))) {
    return { kind: 'helper', reference: helper };
  }
  const [isBase, reference] = BASE.exec(words) ?? [];
  if (isBase !== undefined || BASE_LAYER.test(words)) {
    return { kind: 'base', reference };
  }
  if (/failed to push/i.test(words)) {
    return { kind: 'push' };
  }
  const [isLoading, loaded] = /^ > \[.*internal\] load metadata for (\S+):$/m.exec(stderr) ?? [];
  if (isLoading !== undefined && LOGIN.test(words)) {
    return { kind: 'base', reference: loaded };
  }
  if (LOGIN.test(words) && isOfCache(stderr)) {
    return { kind: 'cache' };
  }
  if (/^ > (?:exporting to image|pushing \S+ with docker):$/m.test(stderr)) {
    return { kind: LOGIN.test(words) || !/no space left on device/.test(words) ? 'push' : 'other' };
  }
  if (LOGIN.test(words)) {
    return { kind: /^ > exporting cache to /m.test(stderr) ? 'cache' : 'push' };
  }
  return { kind: PUSH.test(words) ? 'push' : 'other' };
}

/** A cache that is refused may end the push beside it: the error of that has then the words of the cache as its cause. */
function isOfCache(stderr: string): boolean {
  const errors = [...stderr.matchAll(/^#\d+ ERROR: (.*)$/gm)].map(([, error = '']) => error);
  const pushes = errors.filter((error) => error.startsWith('failed to push'));
  return (
    errors.some((error) => error.startsWith('error writing ')) && pushes.every((error) => CACHE_EXPORT.test(error))
  );
}
