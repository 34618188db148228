import type { Ports } from '../ports.ts';
import type { Builder, Buildx } from '../values/builder.ts';
import { lastError } from '../registry/last-error.ts';
import { parseInspection, type Inspection } from './inspection.ts';

/** buildx itself gives up on a builder after 20 s. */
const INSPECT_TIMEOUT_SECONDS = 40;

/** What is there under a name, or what buildx takes by itself. Nothing is started: a look must not pull images. */
export async function inspectBuilder(
  name: string | undefined,
  buildx: Buildx,
  ports: Pick<Ports, 'exec'>,
): Promise<Inspection> {
  const { exitCode, stdout, stderr } = await ports.exec.run({
    tool: buildx.path,
    args: ['inspect', ...(name === undefined ? [] : [name])],
    env: buildx.env,
    timeoutSeconds: INSPECT_TIMEOUT_SECONDS,
  });
  const seen = parseInspection(stdout);
  return exitCode === 0 ? seen : { ...seen, driver: '', trouble: lastError(stderr) || 'buildx inspect failed' };
}

/** A builder that was looked at. `name` is undefined for the one that buildx takes by itself. */
export function builderFrom(seen: Inspection, name: string | undefined, buildx: Buildx): Builder {
  return {
    buildx,
    name,
    driver: seen.driver,
    version: seen.version,
    isWhole: seen.driver !== 'docker' || seen.hasSnapshotter,
  };
}
