import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  ALL_PERMISSIONS,
  assertGreen,
  assertWellAsked,
  HEAD_OF_7,
  gitHubsFor,
  sentTo,
  warningsIn,
  type GitHubScenes,
} from '../support/github-scene.ts';
import { JOB } from '../support/fake-github/fake-github.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { configMapText, documents } from '../support/workload-text.ts';

/** The one comment on a pull request. Each test has a GitHub of its own. */

const SHORT = HEAD_OF_7.slice(0, 7);

let scene: Scene;
let hubs: GitHubScenes;
before(async () => {
  scene = await openScene('github-comments');
  hubs = gitHubsFor(scene);
});
after(async () => {
  await hubs.close();
  await scene.close();
});

const markerOf = (body: string): string => body.split('\n', 1)[0] ?? '';

describe('a plan on a pull request', () => {
  const inputs = { manifests: 'planned.yaml', environment: 'production' };

  test('has a comment with verdict, difference and hash; a deploy with that hash goes through, another one is refused', async () => {
    const hub = await hubs.open();
    scene.write('planned.yaml', configMapText('planned', { level: 'low' }));
    assertGreen(await hub.deploy(inputs));
    scene.write('planned.yaml', configMapText('planned', { level: 'high' }));

    const planned = await hub.deployPullRequest({ ...inputs, command: 'plan' });

    assertGreen(planned);
    const [comment = ''] = hub.comments();
    const hash = planned.outputs['plan-hash'] ?? '';
    assert.match(hash, /^[0-9a-f]{16,}$/);
    const [, verdict = ''] = /^succeeded: (.*)$/m.exec(planned.log) ?? [];
    assert.equal(markerOf(comment), `<!-- k8s-deploy: plan app production ${scene.cluster.namespace} -->`);
    for (const part of [verdict, hash, '-   level: low', '+   level: high', `commit \`${SHORT}\``]) {
      assert.ok(comment.includes(part), `${part} is not in:\n${comment}`);
    }
    assert.equal(hub.comments().length, 1);

    scene.write('planned.yaml', configMapText('planned', { level: 'higher' }));
    const changed = await hub.deploy({ ...inputs, 'plan-hash': hash });
    assert.deepEqual([changed.exitCode, changed.outputs['reason']], [1, 'plan-changed'], changed.log);
    scene.write('planned.yaml', configMapText('planned', { level: 'high' }));
    const approved = await hub.deploy({ ...inputs, 'plan-hash': hash });
    assert.deepEqual([approved.exitCode, approved.outputs['changed']], [0, 'true'], approved.log);
  });

  test('is kept up to date with each commit, and shows nothing of a Secret', async () => {
    const hub = await hubs.open();
    const value = scene.secret('s3cret-of-the-plan');
    const key = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' }, stringData: { KEY: value } };
    for (const level of ['one', 'two', 'three']) {
      scene.write('planned.yaml', documents(configMapText('kept', { level }), JSON.stringify(key)));
      assertGreen(await hub.deployPullRequest({ ...inputs, command: 'plan' }));
      assert.equal(hub.comments().length, 1);
      assert.ok(hub.comments()[0]?.includes(`level: ${level}`), hub.comments()[0]);
    }
    assert.ok(!sentTo(hub.github).includes(value));
  });

  test('of many objects is cut to what GitHub takes', async () => {
    const hub = await hubs.open();
    const data = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`key-${index}`, 'x'.repeat(50)]));
    const names = Array.from({ length: 60 }, (_, index) => configMapText(`large-${index}`, data));
    scene.write('planned.yaml', documents(...names));
    const planned = await hub.deployPullRequest({ ...inputs, command: 'plan' });
    assertGreen(planned);
    const [comment = ''] = hub.comments();
    assert.ok(comment.length > 30_000 && comment.length <= 65_000, String(comment.length));
    assert.ok(comment.includes(planned.outputs['plan-hash'] ?? '-'), 'the hash is there whatever is cut');
    assert.deepEqual(warningsIn(planned), []);
  });
});

describe('a deploy on a pull request', () => {
  const on = { comment: 'on', environment: 'staging', 'environment-url': 'https://staging.example.com' };

  test('with comment: on has one, which three deploys keep up to date; it has the address and the run', async () => {
    const hub = await hubs.open();
    for (const run of ['51', '52', '53']) {
      const deploy = await hub.deployPullRequest(on, { runner: { GITHUB_RUN_ID: run } });
      assertGreen(deploy);
      const [, verdict = '-'] = /^succeeded: (.*)$/m.exec(deploy.log) ?? [];
      const [comment = '', ...others] = hub.comments();
      assert.deepEqual(others, []);
      for (const part of [verdict, 'https://staging.example.com', `/actions/runs/${run}/`, `commit \`${SHORT}\``]) {
        assert.ok(comment.includes(part), `${part} is not in:\n${comment}`);
      }
    }
    assert.equal(hub.github.requests('POST /repos/{owner}/{repo}/issues/{issue_number}/comments').length, 1);
  });

  test('that fails says why', async () => {
    const hub = await hubs.open();
    scene.write('broken.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: Not_a_name }\n');
    const deploy = await hub.deployPullRequest({ ...on, manifests: 'broken.yaml' });
    assert.equal(deploy.exitCode, 1, deploy.log);
    const [, verdict = ''] = /^failed: (.*)$/m.exec(deploy.log) ?? [];
    assert.ok(hub.comments()[0]?.includes('Not'), hub.comments()[0]);
    assert.ok(verdict.length > 0);
  });

  test('finds its comment behind 300 others, and leaves those of others alone, also one with the same marker', async () => {
    const hub = await hubs.open();
    assertGreen(await hub.deployPullRequest(on));
    const [own = ''] = hub.comments();
    const forged = `${markerOf(own)}\nI was here first`;
    hub.app.addComment(7, { login: 'stranger', kind: 'user' }, forged);
    hub.app.addComment(7, { login: 'other-app[bot]', kind: 'app' }, forged);
    Array.from({ length: 300 }, (_, index) => hub.app.addComment(7, JOB, `about ${index}`));
    const others = hub.comments().slice(1);

    assertGreen(await hub.deployPullRequest({ ...on, 'environment-url': 'https://moved.example.com' }));

    assert.deepEqual(hub.comments().slice(1), others);
    assert.ok(hub.comments()[0]?.includes('https://moved.example.com'));
  });

  test('writes its own behind a forged one that is older', async () => {
    const hub = await hubs.open();
    const marker = `<!-- k8s-deploy: deploy app staging ${scene.cluster.namespace} -->`;
    hub.app.addComment(7, { login: 'stranger', kind: 'user' }, `${marker}\nI was here first`);
    assertGreen(await hub.deployPullRequest(on));
    assertGreen(await hub.deployPullRequest(on));
    assert.equal(hub.comments().length, 2);
    assert.equal(hub.comments()[0], `${marker}\nI was here first`);
    assert.equal(markerOf(hub.comments()[1] ?? ''), marker);
  });

  test('of a person or a GitHub App: the comment is of that one, and kept up to date', async () => {
    for (const account of [
      { login: 'octocat', kind: 'user' },
      { login: 'deployer[bot]', kind: 'app' },
    ] as const) {
      const hub = await hubs.open();
      const token = scene.secret(hub.github.token(account, ALL_PERMISSIONS));
      assertGreen(await hub.deployPullRequest({ ...on, 'github-token': token }));
      assertGreen(await hub.deployPullRequest({ ...on, 'github-token': token }));
      assert.deepEqual(
        hub.app.comments(7).map(({ author }) => author.login),
        [account.login],
      );
    }
  });

  test('two apps have two comments', async () => {
    const hub = await hubs.open();
    for (const app of ['shop', 'admin', 'shop']) {
      assertGreen(await hub.deployPullRequest({ ...on, app }));
    }
    const { namespace } = scene.cluster;
    assert.deepEqual(hub.comments().map(markerOf), [
      `<!-- k8s-deploy: deploy shop staging ${namespace} -->`,
      `<!-- k8s-deploy: deploy admin staging ${namespace} -->`,
    ]);
  });

  const none: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['comment: auto, which is for previews and plans', { environment: 'staging' }],
    ['comment: off, of a plan', { command: 'plan', comment: 'off' }],
    ['a plan without a token', { command: 'plan', 'github-token': '' }],
  ];
  for (const [name, inputs] of none) {
    test(`has none: ${name}`, async () => {
      const hub = await hubs.open();
      const deploy = await hub.deployPullRequest(inputs);
      assertGreen(deploy);
      assert.deepEqual([hub.comments(), warningsIn(deploy)], [[], []]);
    });
  }
});

test('GitHub was asked as it wants to be asked, the token stands nowhere, and nothing is left', () => {
  hubs.all().forEach(assertWellAsked);
  assert.ok(hubs.all().every(({ github }) => !/gh[sp]_/.test(sentTo(github))));
  scene.assertNothingLeft();
});
