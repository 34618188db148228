import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { actionYaml } from '../action-docs.ts';
import type { WorkflowFile } from './workflow-file.ts';

const ROOT = join(import.meta.dirname, '../..');
const WORKFLOWS = '.github/workflows';

/** What GitHub has and this actionlint (1.7.12) does not know yet. Each is let through as it is said, nothing wider. */
const IGNORED: readonly string[] = [
  // Since May 2026: as many runs as there are wait, instead of one.
  '^unexpected key "queue" for "concurrency" section',
  // Since March 2026: an environment without a deployment of the job's own.
  '^unexpected key "deployment" for "environment" section',
];

/**
 * What actionlint, at the version that the lab pins, says of workflows; nothing when all is well. It is given copies in which our own action is named
 * by its folder: it does not know `$/`, and so it compares inputs and outputs with action.yml, in examples too.
 */
export function actionlintFindings(files: readonly WorkflowFile[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'actionlint-'));
  try {
    // It takes a folder with these for a repository, and looks up local actions there.
    mkdirSync(join(folder, '.git'));
    mkdirSync(join(folder, WORKFLOWS), { recursive: true });
    mkdirSync(join(folder, 'dist'));
    for (const bundle of ['index.js', 'post.js']) writeFileSync(join(folder, 'dist', bundle), '');
    writeFileSync(join(folder, 'action.yml'), actionYaml());
    const copies = new Map(files.map((file) => [nameOfCopy(file), file]));
    const paths = [...copies].map(([name, { text }]) => {
      writeFileSync(join(folder, WORKFLOWS, name), byFolder(text));
      return join(folder, WORKFLOWS, name);
    });
    const ignored = IGNORED.flatMap((pattern) => ['-ignore', pattern]);
    const args = ['-C', 'test/lab/go/actionlint', 'tool', 'actionlint', '-no-color', '-oneline', ...ignored, ...paths];
    const { status, stdout, stderr, error } = spawnSync('go', args, { cwd: ROOT, encoding: 'utf8' });
    if (error !== undefined) throw new Error(`go cannot be started: ${error.message}`);
    if (status === 0) return [];
    // 1 is for findings, and of go for whatever it cannot do; anything else is no verdict either.
    if (status !== 1 || stdout.trim() === '') throw new Error(`actionlint ended with ${String(status)}: ${stderr}`);
    return stdout
      .trim()
      .split('\n')
      .map((line) => {
        const [, name = '', finding = ''] = /^.*?\/\.github\/workflows\/([^:/]+):(.*)$/.exec(line) ?? [];
        return `${copies.get(name)?.path ?? line}:${finding.replace(/ available inputs are .*/, '')}`;
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Examples get names of their own beside the workflows of this project, which they may call. */
function nameOfCopy({ path }: WorkflowFile): string {
  return path.startsWith(`${WORKFLOWS}/`) ? basename(path) : path.replaceAll('/', '__');
}

/** The action and the workflows of this project, by the folder that they are in. */
export function byFolder(text: string): string {
  return text
    .replaceAll(/(uses:\s*)(?:\$\/|org\/k8s-deploy\/)(\.github\/workflows\/[\w-]+\.yml)(?:@\S+)?/g, '$1./$2')
    .replaceAll(/(uses:\s*)(?:\$\/|org\/k8s-deploy@\S+)(?=\s|$)/g, '$1./');
}
