import { join } from 'node:path';
import type { Command, CommandResult, Exec, Files } from '../../../src/ports.ts';
import { textAt, valueAt } from '../../../src/values/json.ts';
import type { FakeEngine } from './fake-engine.ts';

type Instance = { readonly driver: string; readonly isRunning?: boolean };

/** buildx 0.36.1 as far as builders go: instances are files of BUILDX_CONFIG, containers are those of the engine, and the words are its own. */
export type FakeBuildx = Pick<Exec, 'run'> & {
  /** Arguments of all commands, in their order. */
  readonly commands: readonly string[];
  /** A builder that an earlier step has made; `isCurrent` for `buildx use`. */
  addBuilder(folder: string, name: string, instance: Instance & { readonly isCurrent?: boolean }): Promise<void>;
};

const AWAY =
  'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory';

export function fakeBuildx(files: Files, engine: FakeEngine): FakeBuildx {
  const commands: string[] = [];
  const instanceOf = async (folder: string, name: string): Promise<Instance | undefined> => {
    const file = instanceFile(folder, name);
    if ((await files.kindOf(file)) !== 'file') {
      return undefined;
    }
    const stored: unknown = JSON.parse(await files.readText(file));
    return { driver: textAt(stored, 'driver') ?? '', isRunning: valueAt(stored, 'isRunning') === true };
  };
  const currentOf = async (folder: string): Promise<string> =>
    (await files.kindOf(join(folder, 'current'))) === 'file' ? files.readText(join(folder, 'current')) : 'default';

  async function inspect(folder: string, wanted: string | undefined): Promise<CommandResult> {
    const name = wanted ?? (await currentOf(folder));
    const instance = await instanceOf(folder, name);
    if (instance?.driver === 'docker-container') {
      return ok(inspected(name, instance.driver, engine.isRunning(`buildx_buildkit_${name}0`)));
    }
    if (instance !== undefined) {
      return ok(inspected(name, instance.driver, instance.isRunning ?? false));
    }
    if (name !== 'default') {
      return failed(`ERROR: no builder "${name}" found`);
    }
    return ok(engine.isUp ? engine.inspectedAsDefault : `Name:   default\nDriver: \nError:  ${AWAY}\n`);
  }

  async function create(folder: string, args: readonly string[]): Promise<CommandResult> {
    const name = valueOf(args, '--name');
    const driver = valueOf(args, '--driver');
    if ((await instanceOf(folder, name)) !== undefined) {
      return failed(
        `ERROR: existing instance for "${name}" but no append mode, specify the node name to make changes for existing instances`,
      );
    }
    if (driver === 'docker-container' && !engine.isUp) {
      return failed(`ERROR: failed to initialize builder ${name} (${name}0): ${AWAY}`);
    }
    const instance = { driver, isRunning: true, Nodes: [{ Name: `${name}0`, DriverOpts: {} }] };
    await files.writePrivate(instanceFile(folder, name), JSON.stringify(instance));
    return args.includes('--bootstrap') ? boot(name, driver) : ok(`${name}\n`);
  }

  function boot(name: string, driver: string): CommandResult {
    const trouble = driver === 'docker-container' ? engine.boot(`buildx_buildkit_${name}0`) : engine.elsewhere;
    return trouble === undefined
      ? { ...ok(`${name}\n`), stderr: '#1 [internal] booting buildkit\n#1 DONE 0.5s\n' }
      : failed(
          `#1 [internal] booting buildkit\n#1 ERROR: ${trouble}\n------\n > [internal] booting buildkit:\n------\nERROR: ${trouble}`,
        );
  }

  async function remove(folder: string, args: readonly string[]): Promise<CommandResult> {
    const name = args.at(-1) ?? '';
    const instance = await instanceOf(folder, name);
    const last = 'ERROR: failed to remove one or more builders';
    if (instance === undefined) {
      return failed(`failed to remove ${name}: no builder "${name}" found\n${last}`);
    }
    await files.remove(instanceFile(folder, name));
    if (instance.driver !== 'docker-container' || args.includes('--keep-daemon')) {
      return { ...ok(''), stderr: `${name} removed\n` };
    }
    if (!engine.isUp) {
      return failed(
        `failed to remove ${name}: failed to stop node ${name}0: ${AWAY}\nfailed to remove node ${name}0: ${AWAY}\n${last}`,
      );
    }
    engine.remove(`buildx_buildkit_${name}0`);
    return { ...ok(''), stderr: `${name} removed\n` };
  }

  return {
    commands,
    addBuilder: async (folder, name, { isCurrent, ...instance }) => {
      await files.writePrivate(instanceFile(folder, name), JSON.stringify(instance));
      if (instance.driver === 'docker-container' && instance.isRunning === true) {
        engine.boot(`buildx_buildkit_${name}0`);
      }
      if (isCurrent === true) {
        await files.writePrivate(join(folder, 'current'), name);
      }
    },
    run: async ({ args, env }: Command, onLine) => {
      commands.push(args.join(' '));
      const folder = env?.['BUILDX_CONFIG'] ?? '';
      const [verb, ...rest] = args;
      const does = new Map([
        [
          'inspect',
          async () => {
            const [name = ''] = rest.filter((word) => word !== '--bootstrap');
            const booted = rest.includes('--bootstrap') ? boot(name, 'docker-container') : undefined;
            return booted?.exitCode === 1 ? booted : inspect(folder, name === '' ? undefined : name);
          },
        ],
        ['create', async () => create(folder, rest)],
        ['rm', async () => remove(folder, rest)],
      ]).get(verb ?? '');
      if (does === undefined) {
        throw new Error(`buildx ${verb} is not expected`);
      }
      const result = await does();
      result.stderr.split('\n').forEach((text) => onLine?.({ stream: 'stderr', text }));
      return result;
    },
  };
}

const instanceFile = (folder: string, name: string): string => join(folder, 'instances', name);

function valueOf(args: readonly string[], flag: string): string {
  return args[args.indexOf(flag) + 1] ?? '';
}

function inspected(name: string, driver: string, isRunning: boolean): string {
  const version = isRunning && driver === 'docker-container' ? '\nBuildKit version:      v0.33.1' : '';
  return `Name:          ${name}
Driver:        ${driver}
Last Activity: 2026-11-21 20:36:24 +0000 UTC

Nodes:
Name:                  ${name}0
Endpoint:              unix:///var/run/docker.sock
Status:                ${isRunning ? 'running' : 'inactive'}
BuildKit daemon flags: --allow-insecure-entitlement=network.host${version}
`;
}

const ok = (stdout: string): CommandResult => ({ exitCode: 0, stdout, stderr: '', timedOut: false });
const failed = (stderr: string): CommandResult => ({ exitCode: 1, stdout: '', stderr: `${stderr}\n`, timedOut: false });
