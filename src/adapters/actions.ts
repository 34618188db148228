import * as core from '@actions/core';
import type { Mask } from '../ports.ts';
import type { Annotation, Output, UserInterface } from '../report/interface.ts';

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
