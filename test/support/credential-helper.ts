import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials } from './registry-users.ts';

export type CredentialHelper = {
  /** To be put on PATH. */
  readonly folder: string;
  /** What it was asked, line by line: "get ghcr.io". */
  readonly asked: () => string;
};

/** A program `docker-credential-<name>` that tells one password to whoever asks, whatever the registry. */
export function credentialHelper(
  folder: string,
  name: string,
  { name: Username, password: Secret }: Credentials,
): CredentialHelper {
  mkdirSync(folder, { recursive: true });
  const answer = JSON.stringify({ ServerURL: '', Username, Secret });
  const script = `#!/bin/sh\nread -r host\necho "$1 $host" >> '${folder}/asked'\necho '${answer}'\n`;
  writeFileSync(join(folder, `docker-credential-${name}`), script, { mode: 0o700 });
  return { folder, asked: () => readFileSync(join(folder, 'asked'), 'utf8') };
}
