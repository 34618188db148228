import { isAbsolute, join } from 'node:path';

/** A path of the user, absolute. */
export function inWorkspace(path: string, workspace: string): string {
  return isAbsolute(path) ? path : join(workspace, path);
}
