import { logIn } from '../login/log-in.ts';
import type { Plan } from '../plan/plan.ts';
import type { Ports } from '../ports.ts';
import type { Journal } from '../report/journal.ts';
import { findBuildx, installBuildx } from '../tools/buildx.ts';
import type { Buildx } from '../values/builder.ts';
import { describeTool } from './tools.ts';

/** How this run speaks to registries: through buildx, with the job's credentials. Each is found out with the first call, and once. */
export type RegistryAccess = {
  /** Installs buildx where there is none; a phase of its own, so not to be called in another. */
  readonly buildx: () => Promise<Buildx>;
  /** The buildx that is there; undefined when there is none. */
  readonly anyBuildx: () => Promise<Buildx | undefined>;
  /** Where credentials are: for every command that speaks to a registry. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
};

export function registryAccess(plan: Plan, ports: Ports, journal: Journal): RegistryAccess {
  let login: Promise<Readonly<Record<string, string>>> | undefined;
  let installed: Promise<Buildx> | undefined;
  let found: Promise<Buildx | undefined> | undefined;
  const environment: RegistryAccess['environment'] = () => (login ??= logIn(plan.login, ports));
  const install = async (): Promise<Buildx> =>
    journal.phase('Install buildx', async () => {
      const tool = await installBuildx(plan.tools, plan.pluginFolders, ports);
      journal.addTool(describeTool(tool));
      return { path: tool.path, env: await environment() };
    });
  const find = async (): Promise<Buildx | undefined> => {
    const path = await findBuildx(plan.tools, plan.pluginFolders, ports);
    return path === undefined ? undefined : { path, env: await environment() };
  };
  return {
    buildx: () => (installed ??= install()),
    anyBuildx: async () => installed ?? (found ??= find()),
    environment,
  };
}
