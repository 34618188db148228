import type { BuilderPlan } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';
import { engineAt, type Container, type Engine } from './engine.ts';
import { builderOfContainer, containerOf, OWN_PREFIX, volumeOf } from './names.ts';

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

const PREFIX = `buildx_buildkit_${OWN_PREFIX}`;

/**
 * Removes what runs left behind that were killed together with their post step: containers of our builders and their volumes that are older than a
 * day and that nobody builds with. Builders that are kept stay, and nothing else is looked at. Never throws; only an engine on a unix socket is
 * swept.
 */
export async function sweepBuilders(
  { dockerHost, runName }: Pick<BuilderPlan, 'dockerHost' | 'runName'>,
  ports: Pick<Ports, 'http' | 'clock' | 'notify'>,
): Promise<void> {
  const engine = engineAt(dockerHost, ports);
  if (engine === undefined) {
    return;
  }
  const isOld = (createdAt: number): boolean => ports.clock.now() - createdAt > DAY_MILLISECONDS;
  const isOurs = (name: string): boolean =>
    builderOfContainer(name) !== undefined && !name.endsWith(containerOf(runName));
  const swept = new Set<string>();
  // An engine that refuses, or a builder that somebody else removes at the same time, is no reason to fail.
  await quietly(async () => {
    const containers = (await engine.containers(PREFIX)).filter(({ name }) => isOurs(name));
    for (const container of containers.filter(({ createdAt }) => isOld(createdAt))) {
      await quietly(async () => removeUnused(container, engine, swept));
    }
    const volumes = (await engine.volumes(PREFIX)).filter(({ name }) => isOurs(containerOfVolume(name)));
    for (const { name } of volumes.filter(({ createdAt }) => isOld(createdAt))) {
      await quietly(async () => {
        // The engine itself refuses to remove a volume of a container that is there.
        await engine.removeVolume(name);
        swept.add(builderOfContainer(containerOfVolume(name)) ?? name);
      });
    }
  });
  if (swept.size > 0) {
    const text = `Removed builders that earlier runs left behind: ${[...swept].join(', ')}`;
    ports.notify({ kind: 'note', text });
  }
}

async function removeUnused({ id, name }: Container, engine: Engine, swept: Set<string>): Promise<void> {
  const processes = await engine.processes(id);
  if (processes.some((line) => /\bbuildctl[ ,]dial-stdio\b/.test(line))) {
    return;
  }
  await engine.removeContainer(id);
  swept.add(builderOfContainer(name) ?? name);
  // By itself a volume is as old as the last change in it.
  await engine.removeVolume(volumeOf(name.replace(/^\//, '')));
}

/** Empty for a volume that is none of a builder. */
function containerOfVolume(volume: string): string {
  return volume.endsWith('_state') ? volume.slice(0, -'_state'.length) : '';
}

async function quietly(work: () => Promise<void>): Promise<void> {
  await work().catch(() => undefined);
}
