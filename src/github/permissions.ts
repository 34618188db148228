/** What a route needs when GitHub does not say so itself: it does for the tokens of apps and jobs, and not for others. */
const NEEDED: readonly (readonly [route: RegExp, permission: string])[] = [
  [/^GET \S+\/deployments\b/, 'deployments: read'],
  [/^\w+ \S+\/deployments\b/, 'deployments: write'],
  [/^GET \S+\/(?:pulls|comments)\b/, 'pull-requests: read'],
  [/^\w+ \S+\/(?:pulls|comments)\b/, 'pull-requests: write'],
  [/^GET \S+\/compare\b/, 'contents: read'],
];

/** Answers 403 that more permissions would not change. */
const OTHER_REASONS = /\bb?locked\b|archived|read-only|\bSAML\b|single sign-on|IP allow list|suspended|disabled/i;

/**
 * What a token lacks that was answered 403, in the words of a workflow: "deployments: write". `accepted` is the header
 * x-accepted-github-permissions: sets that are separated by semicolons, one of which is enough, each of names that are separated by commas.
 * Undefined when the refusal has another reason, such as a pull request that is locked.
 */
export function lackingPermission(route: string, accepted: string | undefined, message: string): string | undefined {
  if (OTHER_REASONS.test(message)) {
    return undefined;
  }
  return inWords(accepted ?? '') ?? NEEDED.find(([pattern]) => pattern.test(route))?.[1];
}

function inWords(accepted: string): string | undefined {
  const sets = accepted
    .split(';')
    .map((set) => [...set.matchAll(/([a-z_]+)=(read|write|admin)/g)].map(([, name = '', level]) => ({ name, level })))
    .filter((set) => set.length > 0)
    .map((set) => set.map(({ name, level }) => `${name.replaceAll('_', '-')}: ${level}`).join(' and '));
  return sets.length === 0 ? undefined : sets.join(' or ');
}
