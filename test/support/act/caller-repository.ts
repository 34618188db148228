import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { forAct } from './for-act.ts';

const ROOT = join(import.meta.dirname, '../../..');
const REUSABLE = ['deploy.yml', 'preview.yml'] as const;

/** A repository of somebody who calls the reusable workflows, with what its runs leave behind beside it. */
export type CallerRepository = {
  readonly path: string;
  /** Of the newest commit. */
  readonly sha: () => string;
  /** Writes files and commits them; returns the new SHA. */
  readonly commit: (files: Readonly<Record<string, string>>) => string;
  /** Folder for artifacts, actions and caches of its runs. */
  readonly around: string;
  readonly remove: () => void;
};

export type CallerOptions = {
  /** Is copied into the repository: examples/shop, say. */
  readonly application?: string;
  /** Path → text, in addition; the caller's workflow has to be among them. */
  readonly files: Readonly<Record<string, string>>;
  /** The order of the environments, which act cannot work out by itself (`for-act.ts`). */
  readonly order?: 'parallel' | 'sequence';
};

/**
 * Makes the repository "org/app", with the reusable workflows under .github/workflows/k8s-deploy-*.yml: the caller names them
 * `uses: ./.github/workflows/k8s-deploy-deploy.yml`, for act fetches no workflow of another repository.
 */
export function callerRepository({ application, files, order = 'parallel' }: CallerOptions): CallerRepository {
  const around = mkdtempSync(join(tmpdir(), 'act-'));
  const path = join(around, 'app');
  mkdirSync(path);
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-C', path, '-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com', ...words], {
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet', '--initial-branch', 'main');
  git('remote', 'add', 'origin', 'https://github.com/org/app.git');
  git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  if (application !== undefined) {
    cpSync(application, path, { recursive: true, filter: (source) => !/\/(node_modules|\.github)(\/|$)/.test(source) });
  }
  const commit = (changed: Readonly<Record<string, string>>): string => {
    for (const [name, text] of Object.entries(changed)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    }
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', 'Another commit');
    return git('rev-parse', 'HEAD');
  };
  commit({ ...reusableWorkflows(order), ...files });
  return {
    path,
    around,
    sha: () => git('rev-parse', 'HEAD'),
    commit,
    remove: () => rmSync(around, { recursive: true, force: true }),
  };
}

function reusableWorkflows(order: 'parallel' | 'sequence'): Record<string, string> {
  return Object.fromEntries(
    REUSABLE.map((name) => [
      `.github/workflows/k8s-deploy-${name}`,
      forAct(readFileSync(join(ROOT, '.github/workflows', name), 'utf8'), order),
    ]),
  );
}
