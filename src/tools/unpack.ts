import { dirname, join } from 'node:path';
import { DeployError, messageOf } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { mirrorInput, type Release } from './releases.ts';

type UnpackPorts = Pick<Ports, 'files' | 'toolCache'>;

/**
 * The executable out of an archive, whose sum has been verified: its path in a folder beside the archive, which is removed. Throws
 * `tool-unavailable` when the archive is broken, or has no such entry.
 */
export async function unpacked(release: Release, entry: string, archive: string, ports: UnpackPorts): Promise<string> {
  const folder = join(dirname(archive), 'unpacked');
  // What an earlier attempt left must not pass for an entry of this archive.
  await ports.files.remove(folder);
  try {
    await ports.toolCache.extract(archive, folder);
  } catch (error) {
    throw unusable(release, `cannot be unpacked: ${messageOf(error)}`);
  } finally {
    await ports.files.remove(archive);
  }
  const path = join(folder, entry);
  if ((await ports.files.kindOf(path)) !== 'file') {
    throw unusable(release, `has no ${entry} in it.`);
  }
  return path;
}

function unusable({ tool, url }: Release, why: string): DeployError {
  return new DeployError('tool-unavailable', `${tool} cannot be installed: ${url} ${why}`, {
    hint: `Its sha256 is the expected one. If ${mirrorInput(tool)} is set, compare the file with the one of the public site.`,
  });
}
