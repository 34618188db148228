import { join } from 'node:path';
import { DeployError } from '../../errors.ts';
import type { BuildCommandPlan } from '../../plan/build-slices.ts';
import type { Ports } from '../../ports.ts';
import { formatImageReference, repositoryOf } from '../../values/image.ts';

/**
 * What a build command is told: IMAGE (`repository:tag`, to be pushed), its parts REPOSITORY and TAG, PUSH ("true", or "false" when it is only to be built), PLATFORMS
 * ("linux/amd64,linux/arm64"; empty: the builder's own), CONTEXT (a folder), SHA (the commit), DIGEST_FILE (a file for the digest), and
 * SECRETS_FOLDER when there are secrets that were given by value.
 */
export function commandEnv(
  { image, platforms, context, sha, isPushed }: BuildCommandPlan,
  digestFile: string,
  secretsFolder: string | undefined,
): Readonly<Record<string, string>> {
  return {
    IMAGE: formatImageReference({ ...image, digest: undefined }),
    REPOSITORY: repositoryOf(image),
    TAG: image.tag ?? 'latest',
    PUSH: String(isPushed),
    PLATFORMS: platforms.join(','),
    CONTEXT: context,
    SHA: sha,
    DIGEST_FILE: digestFile,
    ...(secretsFolder === undefined ? {} : { SECRETS_FOLDER: secretsFolder }),
  };
}

/**
 * Secrets that were given by value, each in a private file with its id as the name: what every child would inherit in its environment ends up
 * in logs. Those that are variables or files are there already. Returns the folder, which the caller removes; undefined when there are none.
 */
export async function writeCommandSecrets(
  { secrets, folder }: Pick<BuildCommandPlan, 'secrets' | 'folder'>,
  files: Pick<Ports['files'], 'writePrivate'>,
): Promise<string | undefined> {
  const values = secrets.filter((secret) => secret.kind === 'value');
  if (values.length === 0) {
    return undefined;
  }
  const bad = values.find(({ id }) => !/^\w[\w.-]*$/.test(id));
  if (bad !== undefined) {
    throw new DeployError('input-invalid', `The secret "${bad.id}" cannot be a file for the build command`, {
      hint: 'Use letters, digits, ".", "_" and "-" in the id.',
    });
  }
  const secretsFolder = join(folder, 'command-secrets');
  for (const { id, value } of values) {
    await files.writePrivate(join(secretsFolder, id), value);
  }
  return secretsFolder;
}
