import { fingerprint, slug } from './names.ts';

/** So that "<service>-<namespace>" is a DNS label for Services of up to 22 letters. */
const LONGEST_NAMESPACE = 40;

/** Of the value of a label. */
const LONGEST_LABEL = 63;

const HASH_DIGITS = 7;
const HASHED = /-[0-9a-f]{7}$/;

/**
 * "shop-pr-7": a DNS label of at most 40 letters that begins with a letter. The number is whatever digits it ends with, so two numbers never
 * share one; two apps share one only if what they are called alike here has the same hash.
 */
export function previewNamespace(app: string, pullRequest: number): string {
  const end = `-pr-${pullRequest}`;
  return `${named(app, LONGEST_NAMESPACE - end.length)}${end}`;
}

/** The app as the value of a label, which is the app itself wherever it can be. */
export function previewLabel(app: string): string {
  return named(app, LONGEST_LABEL);
}

/**
 * The app itself, or a name like it with a hash of it. What looks hashed already gets a hash too: so no app is called what another one is
 * hashed to.
 */
function named(app: string, longest: number): string {
  const isName = slug(app, longest) === app && /^[a-z]/.test(app);
  if (isName && !HASHED.test(app)) {
    return app;
  }
  const whole = slug(app, app.length);
  const lettered = /^[a-z]/.test(whole) ? whole : `app-${whole}`;
  return `${slug(lettered, longest - HASH_DIGITS - 1)}-${fingerprint(app).slice(0, HASH_DIGITS)}`;
}
