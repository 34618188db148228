import { parseDocument } from 'yaml';
import { isJsonObject, type JsonObject } from '../values/json.ts';
import type { RegistryLogin } from '../values/registry-login.ts';

const KEYS: readonly string[] = ['registry', 'username', 'password', 'helper'];

/** A host with an optional port; Docker Hub's own spelling of itself. */
const REGISTRY = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;
const HUB = /^(?:registry-1\.|index\.)?docker\.io(?:\/v1)?$/;

/** A YAML list of `{registry, username, password}` or `{registry, helper}`. Throws an Error that names all that is wrong and repeats none of it. */
export function parseRegistryAuth(text: string): readonly RegistryLogin[] {
  const entries = contentOf(text);
  if (!Array.isArray(entries)) {
    throw new Error('this is not a list: each entry begins with "- registry: "');
  }
  const read = entries.map((entry: unknown, index) => parseEntry(entry, `entry ${index + 1}`));
  const wrong = read.filter((one) => typeof one === 'string');
  const logins = read.filter((one) => typeof one !== 'string');
  const twice = logins.find(({ registry }, index) => logins.findIndex((one) => one.registry === registry) < index);
  if (wrong.length > 0 || twice !== undefined) {
    throw new Error([...wrong, ...(twice === undefined ? [] : [`${twice.registry} is there twice`])].join('; '));
  }
  return logins;
}

/** What the parser says may repeat a password, such as one that begins with an asterisk, so none of it is passed on. */
function contentOf(text: string): unknown {
  const document = parseDocument(text, { logLevel: 'silent' });
  const line = document.errors[0]?.linePos?.[0].line;
  try {
    if (document.errors.length === 0) {
      return document.toJS();
    }
  } catch {
    // An alias of nothing: told below, like every other mistake.
  }
  throw new Error(`this is not YAML${line === undefined ? '' : `, from line ${line} on`}; put passwords in quotes`);
}

/** The login, or what is wrong with it. */
function parseEntry(entry: unknown, place: string): RegistryLogin | string {
  if (!isJsonObject(entry)) {
    return `${place} has no keys`;
  }
  if (Object.keys(entry).some((key) => !KEYS.includes(key))) {
    return `${place} has a key that is none of ${KEYS.join(', ')}`;
  }
  const numbered = Object.keys(entry).find((key) => typeof entry[key] !== 'string');
  if (numbered !== undefined) {
    return `${place} has a ${numbered} that is not text: put it in quotes`;
  }
  const registry = registryOf(entry);
  if (registry === undefined) {
    return `${place} has no registry like ghcr.io or registry.example.com:5000`;
  }
  return withCredentials(entry, registry, `${place} (${registry})`);
}

function registryOf(entry: JsonObject): string | undefined {
  const host = text(entry, 'registry')
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '');
  if (HUB.test(host)) {
    return 'docker.io';
  }
  return REGISTRY.test(host) ? host.toLowerCase() : undefined;
}

function withCredentials(entry: JsonObject, registry: string, place: string): RegistryLogin | string {
  const [username, password, helper] = [text(entry, 'username'), text(entry, 'password'), text(entry, 'helper')];
  if (entry['helper'] !== undefined) {
    if (username !== '' || password !== '') {
      return `${place} has a helper and a username or password`;
    }
    return /^[A-Za-z0-9_.-]+$/.test(helper)
      ? { kind: 'helper', registry, helper: helper.replace(/^docker-credential-/, '') }
      : `${place} has a helper that is not a name like ecr-login`;
  }
  if (username === '' || password === '') {
    const missing = username === '' ? 'username' : 'password';
    return `${place} has no ${missing}; an empty value often means that the secret is not set`;
  }
  return { kind: 'password', registry, username, password };
}

function text(entry: JsonObject, key: string): string {
  const value = entry[key];
  return typeof value === 'string' ? value : '';
}
