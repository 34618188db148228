import { isAbsolute, join } from 'node:path';
import { failureOf, type Problem } from '../errors.ts';
import { findKeptSecrets } from '../inputs/build-arg-secrets.ts';
import type { BuildSettings } from '../plan/build-slices.ts';
import type { ImagesPlan } from '../plan/images-slice.ts';
import type { Ports } from '../ports.ts';
import { linesOfSecret } from '../values/secret-lines.ts';

/**
 * Masks what is in the files of build secrets, before a build could print it. Throws `input-invalid` for files that are not there, and for build
 * arguments that hold what is in one: for the secrets in inputs and variables that is found out without any file.
 */
export async function maskSecretFiles(images: ImagesPlan, ports: Pick<Ports, 'files' | 'mask'>): Promise<void> {
  const settings = settingsOf(images);
  if (settings === undefined) {
    return;
  }
  const inFiles = settings.secrets.filter((secret) => secret.kind === 'file');
  const problems = await Promise.all(
    inFiles.map(async ({ id, path }): Promise<readonly Problem[]> => {
      const file = isAbsolute(path) ? path : join(settings.workspace, path);
      if ((await ports.files.kindOf(file)) !== 'file') {
        return [
          {
            message: `secrets: ${id} has no value, there is no file ${path}`,
            hint: 'Paths are relative to the workspace. Write the file in a step before this one.',
          },
        ];
      }
      const value = await ports.files.readText(file);
      linesOfSecret(value).forEach((line) => ports.mask(line));
      return findKeptSecrets('build-args', settings.buildArgs, [{ name: `the secret ${id}`, value }]);
    }),
  );
  const all = problems.flat();
  if (all.length > 0) {
    throw failureOf('input-invalid', all, `${all.length} problems with the inputs`);
  }
}

function settingsOf(images: ImagesPlan): BuildSettings | undefined {
  switch (images.kind) {
    case 'build':
      return images.build;
    case 'bake':
      return images.bake;
    case 'command':
      return images.command;
    case 'skaffold':
    case 'prebuilt':
    case 'none':
      return undefined;
  }
}
