import { homedir } from 'node:os';
import { join } from 'node:path';

/** Outside the checkout, so that a fresh clone on the same machine compiles nothing. */
export function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'k8s-deploy-lab');
}
