import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BUNDLE, processesWith, type Survivor } from '../runner.ts';
import { jobsOf, type ActJob } from './act-log.ts';
import type { CallerRepository } from './caller-repository.ts';
import { actArguments } from './act-arguments.ts';
import { ACTION } from './for-act.ts';
import { layOutStandIns } from './stand-ins.ts';

const LONGEST_RUN_SECONDS = 180;

export type ActOptions = {
  readonly repository: CallerRepository;
  /** Of the calling workflow: ".github/workflows/deploy.yml". */
  readonly workflow: string;
  readonly event: { readonly name: string; readonly payload: unknown };
  /** GITHUB_SHA; the newest commit without it. For pull requests GitHub has the merge commit here. */
  readonly sha?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Repository and organisation variables: `vars.NAME`. */
  readonly vars?: Readonly<Record<string, string>>;
  /** All that steps inherit, PATH with node 24, act and the tools of a lab first among it. Nothing of this process is handed on. */
  readonly env: Readonly<Record<string, string>> & { readonly PATH: string };
  /** The API that stands for GitHub's, and what `github.token` is. */
  readonly github?: { readonly url: string; readonly token: string };
  readonly runId?: number;
  /** From 2 on it is a re-run: artifacts of the earlier attempts of the same `runId` are there. Every job runs again. */
  readonly attempt?: number;
  /** The folder of the action that the reusable workflows run; the committed bundle without it. */
  readonly action?: string;
  /** More actions: "aws-actions/configure-aws-credentials@<pin>" → folder. */
  readonly actions?: Readonly<Record<string, string>>;
  /** As who cancels the run: SIGINT once the output has this text. */
  readonly cancelAtText?: string;
  /** Is called once, as soon as the output has the text; the run's result waits for it too. */
  readonly meanwhile?: { readonly atText: string; readonly act: () => Promise<unknown> };
  /** Runs only these of a matrix, by the field `name`, as who re-runs failed jobs. */
  readonly legs?: readonly string[];
  readonly longestSeconds?: number;
};

export type ActRun = {
  /** 0 when every job of every workflow has succeeded. */
  readonly exitCode: number;
  readonly jobs: readonly ActJob[];
  /** What act wrote, JSON lines and complaints. */
  readonly raw: string;
  readonly seconds: number;
  /** Processes of the run that were still there when act had ended; they are gone now. */
  readonly survivors: readonly Survivor[];
};

/** Runs the workflow as GitHub would at that event, as far as act plays GitHub (`for-act.ts` says how far). Throws when it takes too long. */
export async function runAct(options: ActOptions): Promise<ActRun> {
  const { repository } = options;
  const folder = mkdtempSync(join(repository.around, 'run-'));
  const actions = {
    [`${ACTION.repository}@${ACTION.ref}`]: options.action ?? layOutAction(join(folder, 'action')),
    ...layOutStandIns(join(folder, 'stand-ins'), {
      artifacts: join(repository.around, 'artifacts'),
      origin: repository.path,
    }),
    ...options.actions,
  };
  const event = join(folder, 'event.json');
  writeFileSync(event, JSON.stringify(options.event.payload));
  const home = join(folder, 'home');
  mkdirSync(home);
  const mark = `K8S_DEPLOY_ACT_RUN=${folder}`;
  const child = spawn('act', [...actArguments(options, event, actions)], {
    cwd: repository.path,
    // What act inherits, steps inherit.
    env: { HOME: home, ...options.env, XDG_CACHE_HOME: join(home, 'cache'), K8S_DEPLOY_ACT_RUN: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = performance.now();
  let raw = '';
  let isCancelled = false;
  let acting: Promise<unknown> | undefined;
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.setEncoding('utf8').on('data', (text: string) => {
      raw += text;
      if (options.cancelAtText !== undefined && !isCancelled && raw.includes(options.cancelAtText)) {
        isCancelled = true;
        child.kill('SIGINT');
      }
      if (options.meanwhile !== undefined && acting === undefined && raw.includes(options.meanwhile.atText)) {
        acting = options.meanwhile.act();
        // Whether it fails is looked at in the end.
        acting.catch(() => undefined);
      }
    });
  }
  const longest = options.longestSeconds ?? LONGEST_RUN_SECONDS;
  let isTooLong = false;
  const watchdog = setTimeout(() => {
    isTooLong = true;
    child.kill('SIGKILL');
  }, longest * 1000);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
  clearTimeout(watchdog);
  const survivors = await endAll(mark);
  if (isTooLong) {
    throw new Error(`act took more than ${longest} s; its output ends with\n${raw.slice(-4000)}`);
  }
  await acting;
  return { exitCode, jobs: jobsOf(raw), raw, seconds: (performance.now() - started) / 1000, survivors };
}

/** act reads the whole folder for each step: only what the action is made of. */
function layOutAction(folder: string): string {
  cpSync(dirname(BUNDLE), join(folder, 'dist'), { recursive: true });
  cpSync(join(import.meta.dirname, '../../../action.yml'), join(folder, 'action.yml'));
  return folder;
}

/** Those that are there a second after act has ended; SIGKILL for them. */
async function endAll(mark: string): Promise<readonly Survivor[]> {
  for (let look = 0; look < 10 && processesWith(mark).length > 0; look += 1) {
    await sleep(100);
  }
  const survivors = processesWith(mark);
  for (const { pid } of survivors) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
  return survivors;
}
