import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAncestor } from '../../../src/order/ancestry.ts';
import { compareWithLive, liveOriginsOf, staleFailure, type LiveOrigin } from '../../../src/order/stale.ts';
import type { OrderPlan } from '../../../src/plan/slices.ts';
import type { GitHubOutcome, GitHubSite } from '../../../src/github-http.ts';
import type { Command } from '../../../src/ports.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { DeployError } from '../../../src/errors.ts';
import { fakePorts, instantClock } from '../../support/fake-ports.ts';

const OURS = 'a1b2c3d'.padEnd(40, '0');
const LIVE = 'b2c3d4e'.padEnd(40, '0');
const OTHER = 'c3d4e5f'.padEnd(40, '0');
const RUN = 'https://github.example/org/shop/actions/runs/7';

const PLAN: OrderPlan = {
  origin: { commit: OURS, repository: 'org/shop', runUrl: RUN },
  workspace: '/work space',
  allowDowngrade: false,
  github: { apiUrl: 'https://api.github.example', token: 'T0KEN' },
};
const WITHOUT_TOKEN: OrderPlan = { ...PLAN, github: undefined };

function deployment(annotations: unknown): JsonObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'server', namespace: 'shop', annotations } };
}

function origin(commit: string, repository = 'org/shop', name = 'Deployment/server in shop'): LiveOrigin {
  return { name, commit, repository, run: undefined };
}

describe('what an object says of its origin', () => {
  const whole = {
    'k8s-deploy/commit': LIVE,
    'k8s-deploy/repository': 'org/shop',
    'k8s-deploy/run': RUN,
  };
  test('commit, repository and run', () => {
    assert.deepEqual(liveOriginsOf([deployment(whole)]), [{ ...origin(LIVE), run: RUN }]);
  });
  for (const run of [undefined, 'javascript:alert(1)', 'https://a b', `https://${'x'.repeat(400)}`]) {
    test(`a run that is no URL (${String(run).slice(0, 20)}) is left out`, () => {
      assert.deepEqual(liveOriginsOf([deployment({ ...whole, 'k8s-deploy/run': run })]), [origin(LIVE)]);
    });
  }
  for (const [name, annotations] of [
    ['no annotations', undefined],
    ['annotations that are a text', 'commit'],
    ['no commit', { 'k8s-deploy/repository': 'org/shop' }],
    ['no repository', { 'k8s-deploy/commit': LIVE }],
    ['a short commit', { ...whole, 'k8s-deploy/commit': 'b2c3d4e' }],
    ['an option as the commit', { ...whole, 'k8s-deploy/commit': '--output=/etc/passwd' }],
    ['a commit with a line break', { ...whole, 'k8s-deploy/commit': `${LIVE}\n` }],
    ['a commit that is a number', { ...whole, 'k8s-deploy/commit': 7 }],
    ['a repository without owner', { ...whole, 'k8s-deploy/repository': 'shop' }],
    ['a repository that leads elsewhere', { ...whole, 'k8s-deploy/repository': 'org/..' }],
    ['a repository with three parts', { ...whole, 'k8s-deploy/repository': 'org/shop/issues' }],
    ['a repository with a query', { ...whole, 'k8s-deploy/repository': 'org/shop?x=' }],
  ] as const) {
    test(`${name}: nothing is known`, () => {
      assert.deepEqual(liveOriginsOf([deployment(annotations)]), []);
    });
  }
});

/** What git answers: the exit code of merge-base by the newer commit, and whether the clone is shallow. */
type Git = {
  readonly exitCodes: Readonly<Record<string, number>>;
  readonly isShallow?: boolean;
  readonly isMissing?: boolean;
};
type Github = Readonly<Record<string, readonly (string | number | Error)[]>>;

type Question = { readonly site: GitHubSite; readonly route: string; readonly parameters: object };

type Played = {
  readonly verdict: string;
  readonly commands: readonly Command[];
  readonly questions: readonly Question[];
  readonly seconds: number;
};

function portsWith(git: Git, github: Github) {
  const clock = instantClock();
  const commands: Command[] = [];
  const questions: Question[] = [];
  const asked = new Map<string, number>();
  const ports = fakePorts({
    clock,
    exec: {
      run: async (command) => {
        commands.push(command);
        if (git.isMissing === true) {
          throw new DeployError('tool-unavailable', 'git cannot be started');
        }
        const isQuestion = command.args.includes('merge-base');
        const exitCode = isQuestion ? (git.exitCodes[command.args.at(-1) ?? ''] ?? 128) : 0;
        const stdout = isQuestion ? '' : `${git.isShallow === true}\n`;
        return { exitCode, stdout, stderr: '', timedOut: false };
      },
    },
    github: {
      request: async (site, route, parameters): Promise<GitHubOutcome> => {
        questions.push({ site, route, parameters });
        const newer = String(parameters['head']);
        const count = asked.get(newer) ?? 0;
        asked.set(newer, count + 1);
        const replies = github[newer] ?? [404];
        const reply = replies[count] ?? replies.at(-1) ?? 404;
        if (reply instanceof Error) {
          return { kind: 'network', message: reply.message };
        }
        return typeof reply === 'number'
          ? { kind: 'answer', status: reply, headers: reply === 429 ? { 'retry-after': '60' } : {}, body: undefined }
          : { kind: 'answer', status: 200, headers: {}, body: reply === '<html>' ? reply : { status: reply } };
      },
    },
  });
  return { ports, clock, commands, questions };
}

async function play(origins: readonly LiveOrigin[], git: Git, github: Github = {}, plan = PLAN): Promise<Played> {
  const { ports, clock, commands, questions } = portsWith(git, github);
  const verdict = await compareWithLive(origins, plan, ports);
  const words =
    verdict.kind === 'in-order' ? [verdict.kind] : [verdict.kind, verdict.live.commit.slice(0, 7), verdict.live.name];
  const why = verdict.kind === 'unknown' ? `: ${verdict.why}` : '';
  return { verdict: `${words.join(' ')}${why}`, commands, questions, seconds: clock.elapsed() / 1000 };
}

const STALE = 'stale b2c3d4e Deployment/server in shop';
const UNKNOWN = 'unknown b2c3d4e Deployment/server in shop';
const MISSING: Git = { exitCodes: {} };

for (const [name, git, github, verdict] of [
  ['the history says that ours is an ancestor', { exitCodes: { [LIVE]: 0 } }, {}, STALE],
  ['the same in a shallow clone: a way is a way', { exitCodes: { [LIVE]: 0 }, isShallow: true }, {}, STALE],
  ['the history says that it is none', { exitCodes: { [LIVE]: 1 } }, {}, 'in-order'],
  [
    'a shallow clone says none, GitHub knows better',
    { exitCodes: { [LIVE]: 1 }, isShallow: true },
    { [LIVE]: ['ahead'] },
    STALE,
  ],
  ['a commit is not in the clone, GitHub has it ahead', MISSING, { [LIVE]: ['ahead'] }, STALE],
  ['GitHub has it behind', MISSING, { [LIVE]: ['behind'] }, 'in-order'],
  ['GitHub has them diverged', MISSING, { [LIVE]: ['diverged'] }, 'in-order'],
  ['GitHub has them identical', MISSING, { [LIVE]: ['identical'] }, 'in-order'],
  ['there is no git', { exitCodes: {}, isMissing: true }, { [LIVE]: ['ahead'] }, STALE],
  ['GitHub answers at the third time', MISSING, { [LIVE]: [502, new Error('reset'), 'ahead'] }, STALE],
  ['GitHub is down', MISSING, { [LIVE]: [503] }, `${UNKNOWN}: GitHub answered 503`],
  [
    'GitHub cannot be reached',
    MISSING,
    { [LIVE]: [new Error('no route')] },
    `${UNKNOWN}: GitHub did not answer (no route)`,
  ],
  [
    'GitHub does not have a commit, or not for us',
    MISSING,
    { [LIVE]: [404] },
    `${UNKNOWN}: GitHub does not have both commits, or the token may not read the repository (contents: read)`,
  ],
  [
    'GitHub refuses',
    MISSING,
    { [LIVE]: [403] },
    `${UNKNOWN}: GitHub refused the token, or answers no more questions for now (403)`,
  ],
  [
    'GitHub says something else',
    MISSING,
    { [LIVE]: ['<html>'] },
    `${UNKNOWN}: GitHub answered with something that is no comparison`,
  ],
] as const) {
  test(`${name}: ${verdict.split(':')[0] ?? ''}`, async () => {
    assert.equal((await play([origin(LIVE)], git, github)).verdict, verdict);
  });
}

test('without a token GitHub is not asked', async () => {
  const { verdict, questions } = await play([origin(LIVE)], MISSING, {}, WITHOUT_TOKEN);
  assert.equal(verdict, `${UNKNOWN}: the checkout does not have the history, and there is no token to ask GitHub with`);
  assert.deepEqual(questions, []);
});

test('git is asked in the workspace of whoever it is, and fetches nothing', async () => {
  const { commands } = await play([origin(LIVE)], { exitCodes: { [LIVE]: 1 } });
  const start = ['--no-replace-objects', '-c', 'safe.directory=/work space', '-C', '/work space'];
  assert.deepEqual(
    commands.map(({ args }) => args),
    [
      [...start, 'merge-base', '--is-ancestor', OURS, LIVE],
      [...start, 'rev-parse', '--is-shallow-repository'],
    ],
  );
  assert.deepEqual(commands[0]?.env, { GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1' });
});

test('GitHub is asked for the smallest answer, about the repository of the plan', async () => {
  const { questions } = await play([origin(LIVE)], MISSING, { [LIVE]: ['behind'] });
  const route = 'GET /repos/{owner}/{repo}/compare/{base}...{head}';
  const parameters = { owner: 'org', repo: 'shop', base: OURS, head: LIVE, per_page: 1, page: 2 };
  assert.deepEqual(questions, [{ site: { apiUrl: 'https://api.github.example', token: 'T0KEN' }, route, parameters }]);
});

for (const [name, reply, requests, seconds] of [
  ['a server error is asked again after 1 and 3 seconds', 500, 3, 4],
  ['too many questions: a minute is more than a deploy waits', 429, 1, 0],
  ['what is not there is not asked for again', 404, 1, 0],
  ['what is forbidden is not asked for again', 403, 1, 0],
] as const) {
  test(name, async () => {
    const played = await play([origin(LIVE)], MISSING, { [LIVE]: [reply] });
    assert.deepEqual([played.questions.length, played.seconds], [requests, seconds]);
  });
}

describe('several origins', () => {
  const git = { exitCodes: { [LIVE]: 0, [OTHER]: 1 } };
  test('one that is newer is enough', async () => {
    assert.equal((await play([origin(OTHER), origin(LIVE)], git)).verdict, STALE);
  });
  test('one that is newer counts more than one that is not known', async () => {
    const played = await play([origin(OTHER), origin(LIVE)], { exitCodes: { [LIVE]: 0 } }, {}, WITHOUT_TOKEN);
    assert.equal(played.verdict, STALE);
  });
  test('one that is not known is told when none is newer', async () => {
    const played = await play([origin(OTHER), origin(LIVE)], { exitCodes: { [OTHER]: 1 } }, {}, WITHOUT_TOKEN);
    assert.match(played.verdict, /^unknown b2c3d4e/);
  });
  test('each commit is asked for once, and the first object of it is named', async () => {
    const played = await play([origin(LIVE), origin(LIVE, 'org/shop', 'ConfigMap/x in shop')], git);
    assert.deepEqual([played.verdict, played.commands.length], [STALE, 1]);
  });
  test('one that is not known is not forgotten over many that are', async () => {
    const many = Array.from({ length: 12 }, (_, index) => String(index).padStart(40, '0'));
    const exitCodes = Object.fromEntries(many.map((commit) => [commit, 1]));
    const origins = [LIVE, ...many].map((commit) => origin(commit));
    assert.match((await play(origins, { exitCodes }, {}, WITHOUT_TOKEN)).verdict, /^unknown b2c3d4e/);
  });
  for (const [name, live] of [
    ['our own commit', origin(OURS)],
    ['a commit of another repository', origin(LIVE, 'org/other')],
  ] as const) {
    test(`${name} is in order, and nobody is asked`, async () => {
      const played = await play([live], git);
      assert.deepEqual([played.verdict, played.commands.length, played.questions.length], ['in-order', 0, 0]);
    });
  }
  test('the same repository in other letters is the same repository', async () => {
    assert.match((await play([origin(LIVE, 'Org/Shop')], git)).verdict, /^stale/);
  });
  test('the newest of many is found', async () => {
    const many = Array.from({ length: 12 }, (_, index) => String(index).padStart(40, '0'));
    const exitCodes = { ...Object.fromEntries(many.map((commit) => [commit, 1])), [LIVE]: 0 };
    assert.equal(
      (
        await play(
          [...many, LIVE].map((commit) => origin(commit)),
          { exitCodes },
        )
      ).verdict,
      STALE,
    );
  });
});

test('a stale deploy names what is live and the run, and how to go back on purpose', () => {
  const live = { ...origin(LIVE), run: RUN };
  const failure = staleFailure({ kind: 'stale', live }, PLAN);
  assert.deepEqual(
    [failure.code, failure.message, failure.hint],
    [
      'stale',
      `a1b2c3d is older than b2c3d4e, which is live in Deployment/server in shop (run ${RUN})`,
      'To go back on purpose, set allow-downgrade: true.',
    ],
  );
  assert.doesNotMatch(staleFailure({ kind: 'stale', live: origin(LIVE) }, PLAN).message, /run/);
});

for (const [name, older, newer, expected] of [
  ['a commit and its descendant', OURS, LIVE, true],
  ['two that have nothing to do with each other', OURS, OTHER, false],
  ['a commit and itself', OURS, OURS, false],
  ['an option in the place of a commit', '--help', LIVE, undefined],
  ['a short commit', OURS, 'b2c3d4e', undefined],
  ['one that nobody knows', OURS, '9'.repeat(40), undefined],
] as const) {
  test(`is it an ancestor: ${name}`, async () => {
    const { ports } = portsWith({ exitCodes: { [LIVE]: 0, [OTHER]: 1, b2c3d4e: 0, [OURS]: 0 } }, {});
    assert.equal(await isAncestor(older, newer, PLAN, ports), expected);
  });
}

async function cancelledRun(): Promise<never> {
  throw new DeployError('cancelled', 'stop');
}

test('a run that is cancelled meanwhile ends', async () => {
  const ports = fakePorts({ exec: { run: cancelledRun } });
  await assert.rejects(compareWithLive([origin(LIVE)], PLAN, ports), /stop/);
});
