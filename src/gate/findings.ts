import { relative, resolve, sep } from 'node:path';
import type { Problem } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { SarifResult } from './sarif.ts';

/** As many as the runner shows as annotations of a step. */
const MOST_FINDINGS = 10;

/** The worst results of a scanner as problems, with the file where it is one of the workspace. */
export async function worstFindings(
  results: readonly SarifResult[],
  workspace: string,
  files: Pick<Ports['files'], 'kindOf'>,
): Promise<readonly Problem[]> {
  return Promise.all(
    results.slice(0, MOST_FINDINGS).map(async ({ rule, text, helpUri, uri, line }): Promise<Problem> => {
      const file = uri === undefined ? undefined : await fileOf(uri, workspace, files);
      return {
        message: rule === undefined || text.includes(rule) ? text : `${rule}: ${text}`,
        ...(helpUri === undefined ? {} : { hint: `See ${helpUri}` }),
        ...(file === undefined ? {} : { file }),
        ...(file === undefined || line === undefined ? {} : { line }),
      };
    }),
  );
}

/** Scanners of images name layers and packages where others name files. */
async function fileOf(
  uri: string,
  workspace: string,
  files: Pick<Ports['files'], 'kindOf'>,
): Promise<string | undefined> {
  const path = relative(workspace, resolve(workspace, pathOf(uri)));
  const isWithin = path !== '' && path !== '..' && !path.startsWith(`..${sep}`);
  return isWithin && (await files.kindOf(resolve(workspace, path))) === 'file' ? path : undefined;
}

function pathOf(uri: string): string {
  const path = uri.replace(/^file:\/\/(?:localhost)?(?=\/)/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
