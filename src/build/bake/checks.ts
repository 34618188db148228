import { resolve } from 'node:path';
import type { Problem } from '../../errors.ts';
import type { Ports } from '../../ports.ts';
import { dockerfilePath, type BakeTarget, type PrintedBake } from './file.ts';
import { linkedTo } from './inputs.ts';
import { buildChecks } from '../checks.ts';

/**
 * What the build checks found in the Dockerfiles of a target and of those that it is linked to. bake writes all of them into one list, and only the
 * text of a Dockerfile tells which one is meant. Nothing is said of one that is written in the bake file.
 */
export async function checksOfTarget(
  { name, definition }: BakeTarget,
  all: PrintedBake['all'],
  workspace: string,
  metadata: string,
  files: Pick<Ports['files'], 'readText'>,
): Promise<readonly Problem[]> {
  const definitions = [definition, ...[...linkedTo(definition, all, new Set([name]))].map(([, linked]) => linked)];
  const paths = new Set(definitions.flatMap((each) => dockerfilePath(each) ?? []));
  const problems = await Promise.all(
    [...paths].map(async (path) => {
      const text = await files.readText(resolve(workspace, path)).catch(() => undefined);
      return text === undefined ? [] : buildChecks(metadata, path, text);
    }),
  );
  return problems.flat();
}
