import type { Daemon, DaemonCommand } from './daemon.ts';
import type { Downloadable, DownloadFaults } from './downloads.ts';

/** The parts that faults act on. */
export interface FaultTargets {
  readonly apiServer: Daemon;
  readonly untilApiReady: () => Promise<void>;
  readonly registry: Daemon;
  readonly registryCommand: (mode: 'writable' | 'read-only') => Promise<DaemonCommand>;
  readonly untilRegistryListens: () => Promise<void>;
  readonly downloads: DownloadFaults;
}

export const FAULTS = [
  'api restart | stop | start | suspend | continue',
  'registry pause | resume | read-only | writable',
  'download corrupt | heal [kubectl | buildx]',
  'download status <code> <times>',
] as const;

/** Injects the fault that the words name and says what was done. */
export async function inject(targets: FaultTargets, words: readonly string[]): Promise<string> {
  const [target, action, ...rest] = words;
  const done =
    target === 'api'
      ? await faultOfApi(targets, action)
      : target === 'registry'
        ? await faultOfRegistry(targets, action)
        : target === 'download'
          ? faultOfDownload(targets.downloads, action, rest)
          : undefined;
  if (done !== undefined) return done;
  throw new Error(`unknown fault "${words.join(' ')}"; there are:\n  ${FAULTS.join('\n  ')}`);
}

async function faultOfApi(targets: FaultTargets, action: string | undefined): Promise<string | undefined> {
  switch (action) {
    case 'suspend':
      targets.apiServer.pause();
      return 'API server suspended: it takes connections and never answers, and open watches say nothing';
    case 'continue':
      targets.apiServer.resume();
      await targets.untilApiReady();
      return 'API server continued';
    case 'restart':
    case 'stop':
      // Asked politely, it would first wait for its watches to end.
      await targets.apiServer.stop('SIGKILL');
      if (action === 'stop') return 'API server stopped';
      break;
    case 'start':
      break;
    case undefined:
    default:
      return undefined;
  }
  targets.apiServer.start();
  await targets.untilApiReady();
  return `API server ${action}ed`;
}

async function faultOfRegistry(targets: FaultTargets, action: string | undefined): Promise<string | undefined> {
  switch (action) {
    case 'pause':
      targets.registry.pause();
      return 'registry paused: it takes connections and never answers';
    case 'resume':
      targets.registry.resume();
      return 'registry resumed';
    case 'read-only':
    case 'writable': {
      const command = await targets.registryCommand(action);
      await targets.registry.stop();
      targets.registry.start(command);
      await targets.untilRegistryListens();
      return `registry restarted ${action}`;
    }
    case undefined:
    default:
      return undefined;
  }
}

function faultOfDownload(
  faults: DownloadFaults,
  action: string | undefined,
  [first, second]: readonly string[],
): string | undefined {
  if (action === 'status') {
    const status = Number(first);
    const times = Number(second);
    if (!Number.isInteger(status) || status < 400 || status > 599 || !Number.isInteger(times) || times < 0)
      return undefined;
    faults.refusal = { status, times };
    return `the next ${times} downloads are answered with ${status}`;
  }
  if (action !== 'corrupt' && action !== 'heal') return undefined;
  const names: readonly Downloadable[] =
    first === undefined ? ['kubectl', 'buildx'] : first === 'kubectl' || first === 'buildx' ? [first] : [];
  if (names.length === 0) return undefined;
  for (const name of names) {
    if (action === 'corrupt') faults.corrupt.add(name);
    else faults.corrupt.delete(name);
  }
  if (action === 'heal') faults.refusal = { status: 503, times: 0 };
  return action === 'corrupt'
    ? `${names.join(' and ')} are served corrupted`
    : `${names.join(' and ')} are served intact`;
}
