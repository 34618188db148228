import { isJsonObject, without, type JsonObject } from '../values/json.ts';
import type { RegistryLogin } from '../values/registry-login.ts';

/** Docker Hub has several names, and a key in docker's configuration that is none of them (docker/cli, cli/registry; moby/buildkit, session/auth). */
const DOCKER_HUB = 'https://index.docker.io/v1/';
const NAMES_OF_DOCKER_HUB: readonly string[] = ['docker.io', 'index.docker.io', 'registry-1.docker.io', DOCKER_HUB];

/** The key that a registry has in docker's configuration: "ghcr.io", "localhost:5000". */
export function keyOf(registry: string): string {
  return NAMES_OF_DOCKER_HUB.includes(registry) ? DOCKER_HUB : registry;
}

/** Whether the configuration says how a registry is entered. With a store, an empty entry says that the store knows it. */
export function knows(config: JsonObject, registry: string): boolean {
  const entries = [...Object.keys(objectIn(config, 'auths')), ...Object.keys(objectIn(config, 'credHelpers'))];
  return entries.some((entry) => hostOf(entry) === hostOf(keyOf(registry)));
}

/**
 * The configuration with the logins in it. docker looks for a helper of the host first, then asks the store for all hosts, and reads `auths` only
 * when there is neither. So each password takes the host's helper away, and where there is a store, an empty name of a helper
 * keeps this one host from it: docker, buildx and go-containerregistry take that as "in the file"; all other hosts stay in the store.
 */
export function withLogins(config: JsonObject, logins: readonly RegistryLogin[], pluginFolder: string): JsonObject {
  const isReplaced = isOneOf(logins);
  const hasStore = typeof config['credsStore'] === 'string' && config['credsStore'] !== '';
  const auths = { ...without(objectIn(config, 'auths'), isReplaced) };
  const credHelpers = { ...without(objectIn(config, 'credHelpers'), isReplaced) };
  for (const login of logins) {
    const key = keyOf(login.registry);
    if (login.kind === 'helper') {
      delete auths[key];
      credHelpers[key] = login.helper;
    } else {
      auths[key] = { auth: authOf(login.username, login.password) };
      delete credHelpers[key];
      Object.assign(credHelpers, hasStore ? { [key]: '' } : {});
    }
  }
  const helpers = Object.keys(credHelpers).length === 0 ? {} : { credHelpers };
  const folders = config['cliPluginsExtraDirs'];
  return {
    ...without(config, (key) => key === 'credHelpers'),
    auths,
    ...helpers,
    cliPluginsExtraDirs: [pluginFolder, ...(Array.isArray(folders) ? folders : [])],
  };
}

/** DOCKER_AUTH_CONFIG as it has to be for the logins to count: docker asks it first. Undefined when it may stay as it is. */
export function authConfigBeside(authConfig: JsonObject, logins: readonly RegistryLogin[]): string | undefined {
  const auths = objectIn(authConfig, 'auths');
  const others = without(auths, isOneOf(logins));
  return Object.keys(others).length === Object.keys(auths).length
    ? undefined
    : JSON.stringify({ ...authConfig, auths: others });
}

function isOneOf(logins: readonly RegistryLogin[]): (entry: string) => boolean {
  return (entry) => logins.some(({ registry }) => hostOf(keyOf(registry)) === hostOf(entry));
}

/** What docker keeps of a user and a password. */
export function authOf(username: string, password: string): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}

/** "https://ghcr.io/v1/" is what old dockers wrote for "ghcr.io"; docker still reads it so. */
function hostOf(entry: string): string {
  const host = entry.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return NAMES_OF_DOCKER_HUB.includes(host) ? 'index.docker.io' : host;
}

function objectIn(config: JsonObject, key: string): JsonObject {
  const value = config[key];
  return isJsonObject(value) ? value : {};
}
