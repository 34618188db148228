import type { IncomingMessage } from 'node:http';
import type { Gate } from './registry-proxy.ts';
import { isPush, type RegistryRequest } from './registry-steps.ts';

export type RegistryUser = {
  readonly name: string;
  readonly password: string;
  /** Who may push may pull. */
  readonly may: 'pull' | 'push';
  /** Of all repositories unless it says otherwise. */
  readonly repositories?: RegExp | undefined;
};

export type RegistryUsers = {
  readonly users: readonly RegistryUser[];
  /** Repositories that everybody may pull from without a password. */
  readonly public?: RegExp | undefined;
};

export type Credentials = { readonly name: string; readonly password: string };
export type Right = 'pull' | 'push';

/** A registry behind a password file: each request carries the password. */
export function basicGate(rules: RegistryUsers): Gate {
  const challenge = { headers: { 'www-authenticate': 'Basic realm="registry"' } };
  return async (request, what) => {
    const credentials = basicCredentials(request);
    const user = verified(rules, credentials);
    const admission = { user: credentials?.name };
    if (mayDo(rules, user, rightFor(what), what.repository)) {
      return admission;
    }
    return { ...admission, answer: user === undefined ? { status: 401, ...challenge } : { status: 403 } };
  };
}

export function rightFor(what: RegistryRequest): Right {
  return isPush(what) ? 'push' : 'pull';
}

export function mayDo(rules: RegistryUsers, user: RegistryUser | undefined, right: Right, repository: string): boolean {
  if (repository === '') {
    return user !== undefined;
  }
  if (right === 'pull' && rules.public?.test(repository) === true) {
    return true;
  }
  return (
    user !== undefined && (right === 'pull' || user.may === 'push') && (user.repositories?.test(repository) ?? true)
  );
}

export function verified({ users }: RegistryUsers, credentials: Credentials | undefined): RegistryUser | undefined {
  return users.find(({ name, password }) => name === credentials?.name && password === credentials.password);
}

export function basicCredentials({ headers }: IncomingMessage): Credentials | undefined {
  const [, encoded] = /^Basic (.+)$/i.exec(headers.authorization ?? '') ?? [];
  const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  return name === undefined || password === undefined ? undefined : { name, password };
}
