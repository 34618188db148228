import * as core from '@actions/core';
import type { Mask } from '../ports.ts';
import type { Annotation, Output, UserInterface } from '../report/interface.ts';

const FOLDER_STATE = 'folder';

/** What the user sees, through the runner's own commands and files. */
export function createUserInterface(): UserInterface {
  return {
    line: (text) => core.info(text),
    openGroup: (title) => core.startGroup(title),
    closeGroup: () => core.endGroup(),
    annotate: (annotation) => annotate(annotation),
    output: (output) => setOutput(output),
    summary: async (markdown) => {
      if (process.env['GITHUB_STEP_SUMMARY'] !== undefined) {
        await core.summary.addRaw(markdown, true).write();
      }
    },
    fail: () => {
      process.exitCode = core.ExitCode.Failure;
    },
  };
}

export const maskInLog: Mask = (secret) => core.setSecret(secret);

/** The post step of the same run is told which folder to remove. */
export function rememberFolder(folder: string): void {
  core.saveState(FOLDER_STATE, folder);
}

/** The folder that the main step made; undefined in the main step itself. */
export function rememberedFolder(): string | undefined {
  const folder = core.getState(FOLDER_STATE);
  return folder === '' ? undefined : folder;
}

function annotate(annotation: Annotation): void {
  const properties = {
    title: annotation.title,
    ...(annotation.file === undefined ? {} : { file: annotation.file }),
    ...(annotation.line === undefined ? {} : { startLine: annotation.line }),
  };
  const say = annotation.level === 'error' ? core.error : core.warning;
  say(annotation.message, properties);
}

function setOutput(output: Output): void {
  core.setOutput(output.name, output.value);
}
