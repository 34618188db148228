import { join, relative } from 'node:path';
import type { Problem } from '../errors.ts';
import type { BuildPlan } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';
import type { ImageConfig } from '../registry/inspect.ts';
import type { BuildProgress } from './progress.ts';

const LARGE_CONTEXT_BYTES = 100e6;

/** The Dockerfile of a plan: its absolute path. */
export function dockerfileOf(plan: Pick<BuildPlan, 'file' | 'context'>): string {
  return plan.file ?? join(plan.context, 'Dockerfile');
}

/** What good practice says about a build, each thing once. Nothing is thrown: advice is never worth a failure. */
export async function adviceOn(
  plan: Pick<BuildPlan, 'file' | 'context' | 'workspace'>,
  progress: Pick<BuildProgress, 'contextBytes' | 'bases'>,
  config: Pick<ImageConfig, 'user'> | undefined,
  { files }: Pick<Ports, 'files'>,
): Promise<readonly Problem[]> {
  const path = dockerfileOf(plan);
  const ignoreFiles = [join(plan.context, '.dockerignore'), `${path}.dockerignore`];
  const kinds = await Promise.all(ignoreFiles.map(async (file) => files.kindOf(file)));
  const text = await files.readText(path).catch(() => '');
  return practiceAdvice({
    dockerfile: relative(plan.workspace, path),
    text,
    context: relative(plan.workspace, plan.context) || '.',
    hasIgnoreFile: kinds.includes('file'),
    contextBytes: progress.contextBytes,
    bases: progress.bases,
    user: config?.user,
  });
}

export type Practice = {
  /** Relative to the workspace, as is `context`. */
  readonly dockerfile: string;
  readonly text: string;
  readonly context: string;
  readonly hasIgnoreFile: boolean;
  readonly contextBytes: number;
  readonly bases: readonly string[];
  /** Undefined: not known. */
  readonly user: string | undefined;
};

export function practiceAdvice(practice: Practice): readonly Problem[] {
  return [...contextAdvice(practice), ...baseAdvice(practice), ...userAdvice(practice)];
}

function contextAdvice({ context, hasIgnoreFile, contextBytes, dockerfile, text }: Practice): readonly Problem[] {
  const file = dockerfile;
  const copiesAll = lineWhere(text, (words) => /^(?:COPY|ADD) (?:--\S+ +)*\.\/? /.test(words));
  const ignored: readonly Problem[] = hasIgnoreFile
    ? []
    : [
        {
          message: `The build context ${context} has no .dockerignore`,
          hint: 'List in it what no image needs (.git, node_modules, secrets): less is sent, and steps change less often.',
          file,
          ...(copiesAll === undefined ? {} : { line: copiesAll }),
        },
      ];
  const megabytes = Math.round(contextBytes / 1e6);
  const large: readonly Problem[] =
    contextBytes <= LARGE_CONTEXT_BYTES
      ? []
      : [
          {
            message: `${megabytes} MB of the build context ${context} were sent`,
            hint: 'Leave out what the build does not need with .dockerignore.',
            file,
          },
        ];
  return [...ignored, ...large];
}

function baseAdvice({ bases, dockerfile, text }: Practice): readonly Problem[] {
  return bases
    .filter((base) => base.endsWith(':latest') || !/[:@][^/]*$/.test(base))
    .map((base) => {
      const short = base.replace(/^docker\.io\/(?:library\/)?/, '').replace(/:latest$/, '');
      const line = lineWhere(
        text,
        (words) =>
          words.startsWith('FROM ') &&
          imageIn(words)
            .replace(/:latest$/, '')
            .endsWith(short),
      );
      return {
        message: `The base image ${short} has no fixed version (latest)`,
        hint: 'The same commit gives another image tomorrow. Name a version, or a digest.',
        file: dockerfile,
        ...(line === undefined ? {} : { line }),
      };
    });
}

/** Without a USER the image has that of its base: the last FROM is then to blame. */
function userAdvice({ user, dockerfile, text }: Practice): readonly Problem[] {
  if (user === undefined || !/^(?:root|0)?(?::.*)?$/.test(user)) {
    return [];
  }
  const line = lastLineWhere(text, (words) => /^(?:USER|FROM) /.test(words));
  return [
    {
      message: 'The image runs as root',
      hint: 'Give it a user of its own ("USER 1000"); clusters with Pod Security "restricted" do not run it otherwise.',
      file: dockerfile,
      ...(line === undefined ? {} : { line }),
    },
  ];
}

/** The image of "FROM --platform=… image AS name". */
function imageIn(from: string): string {
  return from.split(/\s+/).find((word, index) => index > 0 && !word.startsWith('--')) ?? '';
}

/** The line, from 1, whose words, the instruction in capitals, are as wanted. */
function lineWhere(text: string, isWanted: (words: string) => boolean): number | undefined {
  const index = instructionsOf(text).findIndex(isWanted);
  return index === -1 ? undefined : index + 1;
}

function lastLineWhere(text: string, isWanted: (words: string) => boolean): number | undefined {
  const index = instructionsOf(text).findLastIndex(isWanted);
  return index === -1 ? undefined : index + 1;
}

function instructionsOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim().replace(/^[a-z]+ /i, (word) => word.toUpperCase()));
}
