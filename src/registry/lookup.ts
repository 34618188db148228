import type { Command, Ports } from '../ports.ts';
import type { Buildx } from '../values/builder.ts';
import type { ImageLook } from '../values/image-look.ts';
import { isJsonObject, objectsAt, textAt } from '../values/json.ts';
import { registryAnswer } from './answers.ts';
import { configsIn } from './inspect.ts';
import { lastError } from './last-error.ts';

const LOOKUP_TIMEOUT_SECONDS = 10;

/** Nobody needs the configurations of more platforms than an image usually has. */
const MOST_PLATFORMS = 12;

/** What the registry tells this runner about images. Nothing is thrown, save when the run is cancelled. */
export type ImageLookup = {
  has(reference: string): Promise<'there' | 'missing' | 'unknown'>;
  look(reference: string): Promise<ImageLook>;
  digestsOf(reference: string): Promise<ReadonlySet<string>>;
};

/** Asks through buildx, which has the job's credentials; `findBuildx` is called when the first question comes. */
export function createImageLookup(
  findBuildx: () => Promise<Buildx | undefined>,
  ports: Pick<Ports, 'exec'>,
): ImageLookup {
  let buildx: Promise<Buildx | undefined> | undefined;
  const inspect = async (
    args: readonly string[],
  ): Promise<{ readonly text: string | undefined; readonly stderr: string }> => {
    buildx ??= findBuildx();
    const found = await buildx;
    if (found === undefined) {
      return { text: undefined, stderr: '' };
    }
    const command: Command = {
      tool: found.path,
      env: found.env,
      args: ['imagetools', 'inspect', ...args],
      timeoutSeconds: LOOKUP_TIMEOUT_SECONDS,
    };
    const { exitCode, stdout, stderr } = await ports.exec.run(command);
    return { text: exitCode === 0 ? stdout : undefined, stderr };
  };
  const raw = async (reference: string): Promise<unknown> => parsed((await inspect(['--raw', reference])).text);

  return {
    has: async (reference) => {
      const { text, stderr } = await inspect([reference, '--format', '{{json .Manifest}}']);
      if (text !== undefined) {
        return 'there';
      }
      return isMissing(stderr) ? 'missing' : 'unknown';
    },
    look: async (reference) => {
      const { text, stderr } = await inspect([reference, '--format', '{{json .Image}}']);
      if (text !== undefined) {
        return { kind: 'there', platforms: configsIn(parsed(text)).flatMap(({ platform }) => platform ?? []) };
      }
      return isMissing(stderr) ? { kind: 'missing' } : { kind: 'unknown', why: lastLine(stderr) };
    },
    digestsOf: async (reference) => {
      const [repository = ''] = reference.split('@');
      const top = await raw(reference);
      const platforms = objectsAt(top, 'manifests').flatMap((entry) => textAt(entry, 'digest') ?? []);
      const children = await Promise.all(
        platforms.slice(0, MOST_PLATFORMS).map(async (digest) => raw(`${withoutTag(repository)}@${digest}`)),
      );
      const configs = [top, ...children].flatMap((manifest) => textAt(manifest, 'config', 'digest') ?? []);
      return new Set([...reference.split('@').slice(1), ...platforms, ...configs]);
    },
  };
}

function isMissing(stderr: string): boolean {
  return registryAnswer(lastError(stderr)) === 'missing';
}

function lastLine(stderr: string): string {
  return stderr.trim().split('\n').at(-1) || 'there is no buildx on the runner to ask with';
}

function withoutTag(repository: string): string {
  return repository.replace(/:[^/:]+$/, '');
}

function parsed(text: string | undefined): unknown {
  try {
    const content: unknown = JSON.parse(text ?? '');
    return isJsonObject(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
