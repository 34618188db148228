import * as core from '@actions/core';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mask } from '../ports.ts';
import { harmless } from '../report/harmless.ts';
import { keepSecret, withoutSecrets } from './known-secrets.ts';
import type { Annotation, Output, UserInterface } from '../report/interface.ts';

/** What the user sees, through the runner's own commands and files. */
export function createUserInterface(): UserInterface {
  return {
    line: (text) => core.info(harmless(text)),
    openGroup: (title) => core.startGroup(title),
    closeGroup: () => core.endGroup(),
    annotate: (annotation) => annotate(annotation),
    output: (output) => setOutput(output),
    summary: async (markdown) => {
      if (process.env['GITHUB_STEP_SUMMARY'] !== undefined) {
        await core.summary.addRaw(markdown, true).write();
      }
    },
    report: async (text) => {
      const path = join(process.env['RUNNER_TEMP'] ?? tmpdir(), `k8s-deploy-report-${randomUUID()}.json`);
      await writeFile(path, withoutSecrets(text), { mode: 0o600 });
      return path;
    },
    fail: () => {
      process.exitCode = core.ExitCode.Failure;
    },
  };
}

/** The runner masks its log and the summary; in the files of a step it masks nothing. */
export const maskInLog: Mask = (secret) => {
  core.setSecret(secret);
  keepSecret(secret);
};

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
