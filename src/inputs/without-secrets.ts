import { parseDocument, stringify } from 'yaml';
import { parseImageReference } from '../values/image.ts';
import { isJsonObject, textAt } from '../values/json.ts';
import { parseBuildSecret } from './build-secrets.ts';
import type { Given } from './given.ts';
import { linesOf } from './lines.ts';
import type { GivenInputs } from './read.ts';

/** The inputs as they can be read where secrets are empty. */
export type WithoutSecrets = {
  readonly given: GivenInputs;
  /** What was left out for having no value: "registry-auth for ghcr.io", "the secret npm", "image, in part". */
  readonly leftOut: readonly string[];
};

/** Inputs without which a repository cannot be named are often made of a secret: `${{ secrets.USER }}/app` is then "/app". */
const NAMELESS = 'unnamed';

type Texts = Record<string, string>;

/**
 * The inputs of a restricted run: GitHub gives it an empty text for each secret, in the middle of others, too. Logins and build secrets without a
 * value are left out; an image that is only built needs no whole name, and then has no cache to read. `variable` is the step's environment.
 */
export function withoutSecrets(given: GivenInputs, variable: (name: string) => string | undefined): WithoutSecrets {
  const texts: Texts = { ...given };
  const leftOut = [
    ...leaveOutLogins(texts),
    ...leaveOutBuildSecrets(texts, variable),
    ...leaveOutCaches(texts),
    ...completeImage(texts),
  ];
  return { given: texts, leftOut };
}

/** What was given, with the secrets that a restricted run is not given counted as there: nothing that they are for is wrong. */
export function withSecretsAssumed({ has, text }: Given): Given {
  const usesCluster =
    ['manifests', 'set-image', 'skaffold-file'].some(has) || /^(?:destroy|sweep)$/.test(text('command'));
  const isAssumed = (name: string): boolean => name === 'github-token' || (name === 'kubeconfig' && usesCluster);
  return { has: (name) => has(name) || isAssumed(name), text };
}

function leaveOutLogins(texts: Texts): readonly string[] {
  const document = parseDocument(texts['registry-auth'] ?? '', { logLevel: 'silent' });
  const entries = listIn(document);
  const kept = entries.filter(isComplete);
  if (kept.length === entries.length) {
    return [];
  }
  texts['registry-auth'] = kept.length === 0 ? '' : stringify(kept);
  return entries
    .filter((entry) => !isComplete(entry))
    .map((entry) => `registry-auth for ${textAt(entry, 'registry') || 'an unnamed registry'}`);
}

/** What is no login at all is told when it is read. */
function isComplete(entry: unknown): boolean {
  return !isJsonObject(entry) || Object.values(entry).every((value) => value !== null && value !== '');
}

/** Nothing where it is no list, or no YAML: what is wrong with it is told when it is read. */
function listIn(document: ReturnType<typeof parseDocument>): readonly unknown[] {
  try {
    const content: unknown = document.errors.length === 0 ? document.toJS() : undefined;
    return Array.isArray(content) ? content : [];
  } catch {
    return [];
  }
}

function leaveOutBuildSecrets(texts: Texts, variable: (name: string) => string | undefined): readonly string[] {
  const idWithoutValue = (line: string): string | undefined => {
    const [, id] = /^([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*=\s*$/.exec(line) ?? [];
    try {
      const secret = id === undefined ? parseBuildSecret(line) : undefined;
      return secret?.kind === 'variable' && (variable(secret.name) ?? '') === '' ? secret.id : id;
    } catch {
      return id;
    }
  };
  const lines = linesOf(texts['secrets'] ?? '');
  const ids = lines.flatMap((line) => idWithoutValue(line) ?? []);
  if (ids.length > 0) {
    texts['secrets'] = lines.filter((line) => idWithoutValue(line) === undefined).join('\n');
  }
  return ids.map((id) => `the secret ${id}`);
}

function leaveOutCaches(texts: Texts): readonly string[] {
  const wrong = linesOf(texts['cache-from'] ?? '').filter(
    (line) => !isReference(/(?:^|,)ref=([^,"]*)/.exec(line)?.[1] ?? 'none'),
  );
  if (wrong.length > 0) {
    const lines = linesOf(texts['cache-from'] ?? '').filter((line) => !wrong.includes(line));
    texts['cache-from'] = lines.join('\n');
  }
  const repository = texts['cache-repository']?.trim() ?? '';
  const isWrong = repository !== '' && !isReference(repository);
  if (isWrong) {
    texts['cache-repository'] = '';
  }
  return [...(wrong.length > 0 ? ['cache-from, in part'] : []), ...(isWrong ? ['cache-repository'] : [])];
}

function completeImage(texts: Texts): readonly string[] {
  const image = texts['image']?.trim();
  const has = (name: string): boolean => (texts[name]?.trim() ?? '') !== '';
  const isNeeded = has('context') || has('file') || has('build-command');
  if (image === undefined || (image === '' && !isNeeded) || isReference(image)) {
    return [];
  }
  const rest = image
    .split('/')
    .filter((part) => part !== '')
    .join('/');
  texts['image'] = isReference(rest) ? rest : NAMELESS;
  if (!has('cache-repository') && !has('cache-from') && !has('cache-to')) {
    texts['cache'] = 'off';
    texts['cache-folder'] = '';
  }
  return ['image, in part'];
}

function isReference(text: string): boolean {
  try {
    parseImageReference(text);
    return true;
  } catch {
    return false;
  }
}
