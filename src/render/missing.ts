import type { Finding } from '../errors.ts';
import type { EntryKind } from '../ports.ts';

/** One of the lists of the input. */
export type EntryList = {
  readonly input: 'manifests' | 'pre-deploy';
  readonly entries: readonly string[];
  readonly workspace: string;
};

const WILDCARDS = /[*?[\]{}]/;
const URL_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

export function isPattern(entry: string): boolean {
  return WILDCARDS.test(entry);
}

export function isUrl(entry: string): boolean {
  return URL_SCHEME.test(entry);
}

/** What a URL serves may be something else tomorrow, and nobody has looked at it. */
export function urlRefused(entry: string, { input }: EntryList): Finding {
  return {
    code: 'input-invalid',
    problem: {
      message: `"${entry}" of the input ${input} is a URL, and nothing is downloaded here`,
      hint: 'Download it in an earlier step, compare its sha256 with the one that you know, and name the file.',
    },
  };
}

export function nothingFound(entry: string, kind: EntryKind, { input, workspace }: EntryList): Finding {
  return { code: 'manifest-not-found', problem: problemOf(entry, kind, input, workspace) };
}

function problemOf(entry: string, kind: EntryKind, input: string, workspace: string): Finding['problem'] {
  if (kind === 'directory') {
    return {
      message: `the folder "${entry}" of the input ${input} has no *.yaml, *.yml or *.json`,
      hint: `Folders in it are not read; "${entry.replace(/\/+$/, '')}/**" reads them too.`,
    };
  }
  if (isPattern(entry)) {
    return {
      message: `"${entry}" of the input ${input} matches no file`,
      hint: `Patterns are relative to ${workspace}; * stays within a folder, ** does not.`,
    };
  }
  return {
    message: `"${entry}" of the input ${input} does not exist`,
    hint: `It is looked for in ${workspace}. Did an earlier step check the repository out?`,
  };
}
