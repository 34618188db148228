import { DeployError } from '../errors.ts';
import type { ToolsPlan } from '../plan/slices.ts';
import type { Exec, Ports } from '../ports.ts';
import type { InstalledTool } from './install.ts';
import type { ToolName } from './releases.ts';

/** A tool that the runner brought along. */
export type Preinstalled = { readonly path: string; readonly version: string };

export type PreinstalledPorts = Pick<Ports, 'exec' | 'toolCache'>;

const VERSION_TIMEOUT_SECONDS = 20;

/** What an executable prints about its version; undefined when it does not run: such a one is as good as none. */
export async function printedVersion(path: string, args: readonly string[], exec: Exec): Promise<string | undefined> {
  try {
    const result = await exec.run({ tool: path, args, timeoutSeconds: VERSION_TIMEOUT_SECONDS });
    return result.exitCode === 0 && !result.timedOut ? result.stdout : undefined;
  } catch (error) {
    if (error instanceof DeployError && error.code === 'tool-unavailable') {
      return undefined;
    }
    throw error;
  }
}

export function asInstalled(tool: ToolName, { path, version }: Preinstalled): InstalledTool {
  return { tool, version, path, source: 'preinstalled', checkedAgainst: undefined };
}

/** Signatures are asked for, but this one was not downloaded here: whoever made the runner answers for it. */
export function noteUnchecked(
  tool: ToolName,
  { path, version }: Preinstalled,
  { signatures }: Pick<ToolsPlan, 'signatures'>,
  { notify }: Pick<Ports, 'notify'>,
): void {
  if (signatures === 'required') {
    notify({ kind: 'note', text: `${tool} ${version} (${path}) is the runner's own: its signature is not checked` });
  }
}
