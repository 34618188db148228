import type { Problem } from '../errors.ts';
import { linesOfSecret } from '../values/secret-lines.ts';
import type { KnownSecret } from './known-secrets.ts';

/** A shorter text is there by chance: "true", "8080". */
const SHORTEST_LENGTH = 8;

/** What looks like a credential to everybody: what it is, and its form as its makers publish it. */
const CREDENTIALS: readonly (readonly [name: string, form: RegExp])[] = [
  ['a token of GitHub', /(?<![A-Za-z0-9])(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/],
  ['a token of GitLab', /(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20,}/],
  ['a key of AWS', /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/],
  ['a token of Slack', /(?<![A-Za-z0-9])xox[baprs]-[A-Za-z0-9-]{10,}/],
  ['a token of npm', /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/],
  ['a private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY/],
  ['a JSON web token', /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/],
];

export const HINT_FOR_SECRETS =
  'An image keeps its build arguments for everybody to read. Give it with the input secrets, and read it in the Dockerfile by RUN --mount=type=secret.';

/** Inputs whose lines ("NAME=VALUE") stay in the image: the contexts in the record of what it was built from. */
const KEPT = {
  'build-args': HINT_FOR_SECRETS,
  labels: 'An image keeps its labels for everybody to read. Leave it out.',
  'build-contexts':
    'An image keeps a record of what it was built from. Check the repository out in a step before, and give its folder.',
} as const;

/** Lines of an input that hold what nobody may read, and that the image keeps. Only names are told. */
export function findKeptSecrets(
  input: keyof typeof KEPT,
  lines: readonly string[],
  secrets: readonly KnownSecret[],
): readonly Problem[] {
  return lines.flatMap((line) => {
    const equals = line.indexOf('=');
    const held = secretIn(line.slice(equals + 1), secrets);
    return held === undefined
      ? []
      : [{ message: `${input}: ${line.slice(0, equals)} holds ${held}`, hint: KEPT[input] }];
  });
}

/** What a text holds that nobody may read, in words that do not repeat it; undefined when it holds nothing of the kind. */
export function secretIn(text: string, secrets: readonly KnownSecret[]): string | undefined {
  return secrets.find((secret) => holds(text, secret.value))?.name ?? credentialIn(text);
}

/** One line of it is enough; the frame of a PEM file is in every other one too. */
function holds(value: string, secret: string): boolean {
  const lines = linesOfSecret(secret).filter((line) => line === secret || !line.startsWith('-----'));
  return lines.some((line) => line.length >= SHORTEST_LENGTH && value.includes(line));
}

function credentialIn(value: string): string | undefined {
  const found = CREDENTIALS.find(([, form]) => form.test(value));
  return found === undefined ? undefined : `what looks like ${found[0]}`;
}
