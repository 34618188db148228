import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { GitHubFault, GitHubRequest, Route } from '../support/fake-github/fake-github.ts';
import {
  ALL_PERMISSIONS,
  assertGreen,
  gitHubsFor,
  sentTo,
  warningsIn,
  type GitHubScene,
  type GitHubScenes,
} from '../support/github-scene.ts';
import { secondOf } from '../support/runner.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { textAt } from '../../src/values/json.ts';

/** A GitHub that fails: the deploy is green all the same, nothing is there twice, and what is missing is said once. */

const DEPLOYMENT: Route = 'POST /repos/{owner}/{repo}/deployments';
const STATUS: Route = 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
const COMMENT: Route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';

const ON = { comment: 'on', environment: 'staging', 'environment-url': 'https://staging.example.com' };
const DONE = 'in_progress success';
/** Longer than anybody has patience. */
const SILENT = { kind: 'slow', milliseconds: 600_000 } as const;

let scene: Scene;
let hubs: GitHubScenes;
before(async () => {
  scene = await openScene('github-faults');
  hubs = gitHubsFor(scene);
});
after(async () => {
  await hubs.close();
  await scene.close();
});

const isEnd = ({ body }: GitHubRequest): boolean => textAt(body, 'state') === 'success';
const isRetirement = ({ body }: GitHubRequest): boolean => textAt(body, 'state') === 'inactive';

/** One line of the log says it, and the summary has what would have been there. */
function assertSaid(deploy: Deploy, sentence: string): void {
  assertGreen(deploy);
  assert.deepEqual(warningsIn(deploy), [`warning: ${sentence}`], deploy.log);
  const [title = '', why = ''] = sentence.split(/: (.*)/s);
  assert.ok(deploy.summary.includes(`**${title}**: ${why}`), deploy.summary);
  assert.deepEqual(deploy.annotations, []);
}

function assertCommentInSummary(deploy: Deploy): void {
  const folded = deploy.summary.split('<summary>The comment on pull request 7</summary>')[1] ?? '';
  for (const part of [deploy.outputs['sha']?.slice(0, 7) ?? '-', 'https://staging.example.com', 'namespace']) {
    assert.ok(folded.includes(part), `${part} is not in:\n${deploy.summary}`);
  }
}

const status = (code: number, message?: string): GitHubFault => ({ kind: 'status', status: code, message });
const limit = (seconds: number, kind: 'primary' | 'secondary' = 'secondary', code: 403 | 429 = 403): GitHubFault => ({
  kind: 'rate-limit',
  limit: kind,
  seconds,
  status: code,
});

// Most of their time they wait.
describe('a GitHub that fails', { concurrency: 4 }, () => {
  describe(
    'a GitHub that is down holds up nothing but the end of the step, and that for less than a minute',
    {
      concurrency: 5,
    },
    () => {
      const LONGEST_SECONDS = 60;
      /** Of the rollout, on a machine that has other things to do. */
      const SOON_SECONDS = 30;

      async function measure(hub: GitHubScene): Promise<Deploy> {
        const began = performance.now();
        const deploy = await hub.deployPullRequest(ON);
        const seconds = (performance.now() - began) / 1000;
        assertGreen(deploy);
        const rollout = secondOf(deploy, '::group::Roll out') ?? Infinity;
        assert.ok(rollout < SOON_SECONDS, `the rollout began after ${rollout} s`);
        assert.ok(seconds - rollout < LONGEST_SECONDS + 15, `the step took ${seconds} s`);
        return deploy;
      }

      test('it never answers', async (t) => {
        const hub = await hubs.open();
        hub.github.fail(SILENT);
        const deploy = await measure(hub);
        t.diagnostic(`${deploy.seconds.toFixed(1)} s: ${warningsIn(deploy).join('; ')}`);
        assert.deepEqual(warningsIn(deploy).toSorted(), [
          'warning: No deployment of staging was made on GitHub: GitHub did not answer (no answer within 10 s)',
          'warning: The comment on pull request 7: GitHub did not answer (no answer within 10 s)',
        ]);
        assertCommentInSummary(deploy);
      });

      test('it falls silent once the deploy runs', async (t) => {
        const hub = await hubs.open();
        hub.github.fail(SILENT, { matches: isEnd });
        hub.github.fail(SILENT, { matches: ({ method, path }) => method === 'GET' && !/environment=/.test(path) });
        const deploy = await measure(hub);
        t.diagnostic(`${deploy.seconds.toFixed(1)} s: ${warningsIn(deploy).join('; ')}`);
        assert.equal(hub.states().length, 1);
        assert.equal(warningsIn(deploy).length, 2, deploy.log);
      });

      test('nobody is at home', async (t) => {
        const hub = await hubs.open();
        await hub.close();
        const deploy = await measure(hub);
        t.diagnostic(`${deploy.seconds.toFixed(1)} s: ${warningsIn(deploy).join('; ')}`);
        assert.match(warningsIn(deploy).join('\n'), /GitHub did not answer \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)/);
      });

      test('it answers 502 to everything', async (t) => {
        const hub = await hubs.open();
        hub.github.fail(status(502));
        const deploy = await measure(hub);
        t.diagnostic(`${deploy.seconds.toFixed(1)} s: ${warningsIn(deploy).join('; ')}`);
        assert.equal(warningsIn(deploy).length, 2, deploy.log);
      });

      test('it asks for half a minute each time', async (t) => {
        const hub = await hubs.open();
        hub.github.fail(limit(30));
        const deploy = await measure(hub);
        t.diagnostic(`${deploy.seconds.toFixed(1)} s: ${warningsIn(deploy).join('; ')}`);
        assert.equal(warningsIn(deploy).length, 2, deploy.log);
      });
    },
  );

  describe('a permission that is missing', () => {
    test('deployments: write', async () => {
      const hub = await hubs.open({ contents: 'read', 'pull-requests': 'write' });
      const deploy = await hub.deployPullRequest(ON);
      assertSaid(deploy, 'No deployment of staging was made on GitHub: the token lacks deployments: write');
      assert.deepEqual([hub.states(), hub.comments().length], [[], 1]);
    });

    test('pull-requests: write', async () => {
      const hub = await hubs.open({ contents: 'read', deployments: 'write' });
      const deploy = await hub.deployPullRequest(ON);
      const lacking = 'the token lacks issues: write or pull-requests: write';
      assertSaid(deploy, `The comment on pull request 7: ${lacking}`);
      assertCommentInSummary(deploy);
      assert.deepEqual([hub.states(), hub.comments()], [[DONE], []]);
    });

    test('contents: read, with which a branch is known to be at the commit: the deployment is of the commit', async () => {
      const hub = await hubs.open({ deployments: 'write' });
      hub.app.setRef('refs/heads/main', scene.sha);
      const deploy = await hub.deploy({ environment: 'staging' }, { runner: { GITHUB_REF: 'refs/heads/main' } });
      assertGreen(deploy);
      assert.deepEqual([hub.app.deployments()[0]?.ref, hub.states(), warningsIn(deploy)], [scene.sha, [DONE], []]);
    });
  });

  describe('what passes is not even said, and nothing is there twice', { concurrency: 2 }, () => {
    const passing: readonly (readonly [string, GitHubFault])[] = [
      ['500', status(500)],
      ['502', status(502)],
      ['503 with a time', { kind: 'status', status: 503, headers: { 'retry-after': '1' } }],
      ['502, though it is done', { kind: 'status', status: 502, when: 'after' }],
      ['429 with a time', limit(1, 'secondary', 429)],
      ['the secondary limit', limit(1)],
      ['a limit that ends soon', limit(2, 'primary')],
      ['3 s for each answer', { kind: 'slow', milliseconds: 3000 }],
      ['a connection that is reset before', { kind: 'reset', when: 'before' }],
      ['a connection that is reset after it is done', { kind: 'reset', when: 'after' }],
      ['half of an answer', { kind: 'garbage' }],
    ];
    for (const [name, fault] of passing) {
      test(`${name}: once for each thing that is written`, async () => {
        const hub = await hubs.open();
        for (const route of [DEPLOYMENT, COMMENT] as const) {
          hub.github.fail(fault, { route, times: 1 });
        }
        hub.github.fail(fault, { route: STATUS, matches: isEnd, times: 1 });
        const deploy = await hub.deployPullRequest(ON);
        assertGreen(deploy);
        assert.deepEqual([hub.states(), hub.comments().length, warningsIn(deploy)], [[DONE], 1, []], deploy.log);
      });
    }

    test('each question is answered with 503 at first', async () => {
      const hub = await hubs.open();
      hub.github.fail(status(503), { matches: ({ method }) => method === 'GET', times: 3 });
      const deploy = await hub.deployPullRequest(ON);
      assertGreen(deploy);
      assert.deepEqual([hub.states(), hub.comments().length, warningsIn(deploy)], [[DONE], 1, []], deploy.log);
    });
  });

  describe('what does not pass', { concurrency: 2 }, () => {
    const unmade: readonly (readonly [string, GitHubFault, string])[] = [
      ['401', status(401), 'GitHub does not accept the token: Bad credentials'],
      ['409', status(409, 'Conflict merging main into more.'), 'GitHub answered 409: Conflict merging main into more'],
      ['422', status(422), 'GitHub answered 422: Validation Failed'],
      ['500', status(500), 'GitHub answered 500'],
      [
        '429 for an hour',
        limit(3600, 'secondary', 429),
        'GitHub answered 429, too many requests (it asks for 3600 s of patience)',
      ],
    ];
    for (const [name, fault, why] of unmade) {
      test(`no deployment can be made: ${name}`, async () => {
        const hub = await hubs.open();
        hub.github.fail(fault, { route: DEPLOYMENT });
        const deploy = await hub.deployPullRequest(ON);
        assertSaid(deploy, `No deployment of staging was made on GitHub: ${why}`);
        assert.deepEqual([hub.states(), hub.comments().length], [[], 1]);
      });
    }

    const unended: readonly (readonly [string, GitHubFault, string])[] = [
      ['422', status(422), 'GitHub answered 422: Validation Failed'],
      ['502', status(502), 'GitHub answered 502'],
    ];
    for (const [name, fault, why] of unended) {
      test(`the end of a deployment cannot be told: ${name}`, async () => {
        const hub = await hubs.open();
        hub.github.fail(fault, { route: STATUS, matches: isEnd });
        const deploy = await hub.deployPullRequest(ON);
        assertSaid(deploy, `The deployment of staging on GitHub is not up to date: ${why}`);
        assert.deepEqual([hub.states(), hub.comments().length], [['in_progress'], 1]);
      });
    }

    test('the end of a deployment cannot be told until the post step does, which retires the earlier one, too', async () => {
      const hub = await hubs.open();
      assertGreen(await hub.deployPullRequest(ON));
      // As often as the main step tries.
      hub.github.fail(status(503), { route: STATUS, matches: isEnd, times: 3 });
      const deploy = await hub.deployPullRequest(ON);
      assertSaid(deploy, 'The deployment of staging on GitHub is not up to date: GitHub answered 503');
      assert.match(deploy.log, /^The deployment of staging on GitHub is marked as success$/m);
      assert.deepEqual(hub.states(), [`${DONE} inactive`, DONE]);
    });

    test('the earlier deployment cannot be retired: the new one is a success', async () => {
      const hub = await hubs.open();
      assertGreen(await hub.deployPullRequest(ON));
      hub.github.fail(status(422), { route: STATUS, matches: isRetirement });
      const deploy = await hub.deployPullRequest(ON);
      const why = 'GitHub answered 422: Validation Failed';
      assertSaid(deploy, `The deployment of staging on GitHub is not up to date: ${why}`);
      assert.deepEqual(hub.states(), [DONE, DONE]);
    });

    const LOCKED = 'Unable to create comment because issue is locked.';
    const unwritten: readonly (readonly [string, GitHubFault, string])[] = [
      ['a conversation that is locked', status(403, LOCKED), `GitHub refuses it: ${LOCKED.slice(0, -1)}`],
      ['404', status(404), 'GitHub answered 404: it is not there, or the token may not see it'],
      [
        '422, too long',
        status(422, 'Body is too long (maximum is 65536 characters)'),
        'GitHub answered 422: Body is too long (maximum is 65536 characters)',
      ],
      ['503', status(503), 'GitHub answered 503'],
    ];
    for (const [name, fault, why] of unwritten) {
      test(`no comment can be written: ${name}`, async () => {
        const hub = await hubs.open();
        hub.github.fail(fault, { route: COMMENT });
        const deploy = await hub.deployPullRequest(ON);
        assertSaid(deploy, `The comment on pull request 7: ${why}`);
        assertCommentInSummary(deploy);
        assert.deepEqual([hub.states(), hub.comments()], [[DONE], []]);
      });
    }

    test('a comment that is there cannot be changed, for the conversation was locked meanwhile', async () => {
      const hub = await hubs.open();
      assertGreen(await hub.deployPullRequest(ON));
      hub.app.changePullRequest(7, { isLocked: true });
      const before = hub.comments();
      const deploy = await hub.deployPullRequest({ ...ON, deployment: 'off' });
      assertSaid(deploy, `The comment on pull request 7: GitHub refuses it: ${LOCKED.slice(0, -1)}`);
      assertCommentInSummary(deploy);
      assert.deepEqual(hub.comments(), before);
    });

    test('answers that break off, each time: what is written is found, and written once', async () => {
      const hub = await hubs.open();
      for (const route of [DEPLOYMENT, STATUS, COMMENT] as const) {
        hub.github.fail({ kind: 'garbage' }, { route });
      }
      const deploy = await hub.deployPullRequest(ON);
      assertGreen(deploy);
      assert.deepEqual([hub.states(), hub.comments().length, warningsIn(deploy)], [[DONE], 1, []], deploy.log);
    });

    for (const [name, given, why] of [
      ['a token that is not known', 'a stranger', 'GitHub does not accept the token: Bad credentials'],
      [
        'a repository that the token may not see',
        'of another repository',
        'GitHub answered 404: it is not there, or the token may not see it',
      ],
    ] as const) {
      test(`${name}: the deployment and the comment, each is said once`, async () => {
        const hub = await hubs.open();
        const token =
          given === 'a stranger' ? 'ghs_nobodyKnowsThisOne' : hub.github.jobToken(ALL_PERMISSIONS, ['org/other']);
        const deploy = await hub.deployPullRequest({ ...ON, 'github-token': scene.secret(token) });
        assertGreen(deploy);
        assert.deepEqual(warningsIn(deploy).toSorted(), [
          `warning: No deployment of staging was made on GitHub: ${why}`,
          `warning: The comment on pull request 7: ${why}`,
        ]);
        assertCommentInSummary(deploy);
        assert.deepEqual([hub.states(), hub.comments()], [[], []]);
      });
    }
  });
});

test('the token stands nowhere, and nothing is left', () => {
  assert.deepEqual(
    hubs.all().flatMap(({ github }) => github.mistakes()),
    [],
  );
  assert.ok(hubs.all().every(({ github }) => !/gh[sp]_/.test(sentTo(github))));
  scene.assertNothingLeft();
});
