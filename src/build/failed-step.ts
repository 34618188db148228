import { basename } from 'node:path';
import type { Problem } from '../errors.ts';

/** Where in the Dockerfile a build failed, and the instruction there; empty when buildx does not say. */
export type FailedPlace = {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
};

const LONGEST_INSTRUCTION = 120;

/** buildx names the file without its folder and then shows an excerpt: "Dockerfile:12", a ruler, lines of which ">>>" marks the culprits. */
export function placeOfFailure(stderr: string, dockerfile: string): FailedPlace {
  const [, file, line] = [...stderr.matchAll(/^(\S.*):(\d+)\n-{10,}$/gm)].at(-1) ?? [];
  return file === basename(dockerfile) ? { file: dockerfile, line: Number(line) } : {};
}

/** The instruction that failed, its first line shortened; undefined when buildx does not say. */
export function instructionAt(stderr: string): string | undefined {
  const excerpt = stderr.slice(stderr.lastIndexOf('\n------\n'));
  const [, instruction] = /^ *\d+ \| >>> (.+)$/m.exec(excerpt) ?? [];
  return instruction === undefined ? undefined : shortened(instruction.trim());
}

/** What is wrong with a step that ended badly, with its instruction and its last words; `output` is what it printed. */
export function stepFailure(
  stderr: string,
  words: string,
  place: FailedPlace,
): { readonly problem: Problem; readonly output: string } {
  const output = [...stderr.matchAll(/^ > \[.*:\n((?:.*\n)*?)-{6}$/gm)].at(-1)?.[1] ?? '';
  const instruction = instructionAt(stderr);
  const [, exitCode] = /exit code: (\d+)$/.exec(words) ?? [];
  const lastWords = output
    .split('\n')
    .map((line) => line.replace(/^\d+\.\d+ /, '').trim())
    .findLast((line) => line !== '');
  const what = instruction ?? 'A step of the build';
  const ending = exitCode === undefined ? `failed: ${words}` : `ended with exit code ${exitCode}`;
  const said = lastWords === undefined ? '' : ` (${shortened(lastWords)})`;
  return {
    problem: {
      ...place,
      message: `${what} ${ending}${said}`,
      hint: 'All that the step printed is in the log of the phase Build.',
    },
    output,
  };
}

function shortened(text: string): string {
  return text.length > LONGEST_INSTRUCTION ? `${text.slice(0, LONGEST_INSTRUCTION - 1)}…` : text;
}
