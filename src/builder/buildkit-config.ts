import { join, resolve } from 'node:path';
import { DeployError } from '../errors.ts';
import type { BuilderPlan } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';

type ConfigPlan = Pick<BuilderPlan, 'config' | 'registryCa' | 'registries' | 'folder' | 'workspace'>;

/** A PEM itself, not the path of one. */
const PEM = /-----BEGIN /;

/**
 * Path of the buildkitd.toml that a builder of our own is made with: the user's as it is, else one that says nothing but which authority
 * vouches for the registries, else none. buildx copies it and the files it names into the builder. Throws `input-invalid`.
 */
export async function buildkitConfig(plan: ConfigPlan, { files }: Pick<Ports, 'files'>): Promise<string | undefined> {
  if (plan.config !== undefined) {
    return existing('buildkitd-config', resolve(plan.workspace, plan.config), files);
  }
  if (plan.registryCa === undefined || plan.registries.length === 0) {
    return undefined;
  }
  const authority = await authorityFile(plan.registryCa, plan, files);
  const path = join(plan.folder, 'buildkitd.toml');
  await files.writePrivate(path, registryConfig(plan.registries, authority));
  return path;
}

/** TOML that makes BuildKit trust an authority for some registries: hosts as in image references, with the port. */
export function registryConfig(registries: readonly string[], authorityFile: string): string {
  const tables = [...new Set(registries)].map(
    (host) => `[registry.${tomlText(host)}]\n  ca = [${tomlText(authorityFile)}]\n`,
  );
  return tables.join('\n');
}

/** A basic string of TOML: JSON's escapes are all TOML's too, and DEL is the only other character that has to be escaped. */
function tomlText(text: string): string {
  return JSON.stringify(text).replaceAll('\u007F', String.raw`\u007F`);
}

async function authorityFile(
  authority: string,
  { folder, workspace }: ConfigPlan,
  files: Ports['files'],
): Promise<string> {
  if (!PEM.test(authority)) {
    return existing('registry-ca', resolve(workspace, authority), files);
  }
  const path = join(folder, 'registry-ca.pem');
  await files.writePrivate(path, `${authority.trim()}\n`);
  return path;
}

async function existing(input: string, path: string, files: Ports['files']): Promise<string> {
  if ((await files.kindOf(path)) !== 'file') {
    throw new DeployError('input-invalid', `${input}: there is no file ${path}`, {
      hint: 'Paths are relative to the workspace; the file has to be there before this step.',
    });
  }
  return path;
}
