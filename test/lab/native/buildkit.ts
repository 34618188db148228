import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import type { Binaries } from './compile.ts';
import type { DaemonCommand } from './daemon.ts';

export const BUILDER_NAME = 'lab';

export interface BuildkitOptions {
  readonly folder: string;
  readonly binaries: Pick<Binaries, 'buildkitd'>;
  readonly registry: string;
  readonly cgroup: string;
}

export async function configureBuildkit({
  folder,
  binaries,
  registry,
  cgroup,
}: BuildkitOptions): Promise<DaemonCommand> {
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'buildkitd.toml');
  await writeFile(
    config,
    `root = "${join(folder, 'root')}"
[grpc]
  address = ["${socketAddress(folder)}"]
[worker.oci]
  enabled = true
  # Build steps use the machine's network: RUN npm ci reaches the package registry.
  networkMode = "host"
  defaultCgroupParent = "${cgroup}/buildkit"
[worker.containerd]
  enabled = false
[registry."${registry}"]
  http = true
[registry."docker.io"]
  mirrors = ["${registry}"]
`,
  );
  return { name: 'buildkitd', argv: [binaries.buildkitd, `--config=${config}`] };
}

/** Makes the builder known to buildx, in a folder of the lab's own: the user's builders stay untouched. */
export async function registerBuilder(binaries: Binaries, buildxFolder: string, buildkitFolder: string): Promise<void> {
  await mkdir(buildxFolder, { recursive: true });
  await run(
    [binaries.buildx, 'create', '--name', BUILDER_NAME, '--driver', 'remote', '--use', socketAddress(buildkitFolder)],
    { env: { BUILDX_CONFIG: buildxFolder } },
  );
}

function socketAddress(folder: string): string {
  return `unix://${join(folder, 'buildkitd.sock')}`;
}
