import { isAbsolute, join } from 'node:path';
import type { BuildSettings } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';
import { csvField } from './cache/options.ts';

/**
 * The `--secret` arguments for what a build may read and no layer keeps. A value goes into a private file of the folder, so that no command
 * line shows it.
 */
export async function writeSecrets(
  { secrets, folder, workspace }: Pick<BuildSettings, 'secrets' | 'folder' | 'workspace'>,
  files: Pick<Ports['files'], 'writePrivate'>,
): Promise<readonly string[]> {
  const written = secrets.map(async (secret, index) => {
    const id = csvField(`id=${secret.id}`);
    switch (secret.kind) {
      case 'variable':
        return `${id},${csvField(`env=${secret.name}`)}`;
      case 'file':
        return `${id},${csvField(`src=${isAbsolute(secret.path) ? secret.path : join(workspace, secret.path)}`)}`;
      case 'value': {
        // Not named after the id, which may hold what no file name may.
        const path = join(folder, 'build-secrets', String(index));
        await files.writePrivate(path, secret.value);
        return `${id},${csvField(`src=${path}`)}`;
      }
    }
  });
  return (await Promise.all(written)).flatMap((value) => ['--secret', value]);
}
