import type { RegistryLogin } from '../values/registry-login.ts';
import { linesOfSecret } from '../values/secret-lines.ts';
import { authOf } from './docker-config.ts';

/** Every form in which the password of a login could reach a log: as it is, line by line, and as docker's configuration and tokens have it. */
export function secretsOf(login: RegistryLogin): readonly string[] {
  if (login.kind === 'helper') {
    return [];
  }
  const { username, password } = login;
  const encoded = [authOf(username, password), Buffer.from(password).toString('base64')];
  return [...new Set([...linesOfSecret(password), ...encoded])];
}
