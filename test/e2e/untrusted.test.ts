import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  BASE_REPOSITORY,
  commentPayload,
  HEAD,
  OWN,
  pullRequestPayload,
  workflowRunPayload,
} from '../support/event-payloads.ts';
import { openRegistryProxy, type RegistryProxy } from '../support/registry-proxy.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';

/** Commits of strangers in runs that have secrets: nothing is run, read or asked for them. */

let scene: Scene;
let registry: RegistryProxy;
let programs: string;
before(async () => {
  scene = await openScene('untrusted');
  registry = await openRegistryProxy({ upstream: scene.lab.env['REGISTRY'] ?? '' });
  programs = noteCalls();
  scene.write('Dockerfile', 'FROM scratch\n');
  scene.write('k8s/app.yaml', 'no manifest');
});
after(async () => {
  await registry.close();
  await scene.close();
});

/** A folder of programs that write down that they were called. */
function noteCalls(): string {
  const folder = join(scene.workspace, '../programs');
  mkdirSync(folder);
  for (const name of ['git', 'kubectl', 'buildx', 'docker', 'helm', 'skaffold', 'sh', 'bash', 'steal']) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >>"${folder}/calls"\nexit 1\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

const calls = (): string => (existsSync(join(programs, 'calls')) ? readFileSync(join(programs, 'calls'), 'utf8') : '');

type Event = { readonly name: string; readonly payload: unknown };

const event = (name: string, payload: object): Event => ({
  name,
  payload: { repository: BASE_REPOSITORY, sender: { login: 'stranger' }, ...payload },
});

/** All that a deploy may have, with a kubeconfig that is none: whoever reads it has another failure. */
async function deploy(of: Event, inputs: Readonly<Record<string, string>> = {}): Promise<Deploy> {
  return scene.deploy({
    event: of,
    sha: OWN,
    path: programs,
    runner: { GITHUB_REF: 'refs/heads/main', GITHUB_ACTOR: 'octocat', GITHUB_REPOSITORY_ID: '4711' },
    inputs: {
      image: `${registry.host}/e2e/untrusted`,
      context: '.',
      manifests: 'k8s',
      environment: 'prod',
      deployment: 'on',
      comment: 'on',
      kubeconfig: 'users: [{ name: x, user: { exec: { command: steal } } }]',
      'registry-auth': `- { registry: ${registry.host}, username: somebody, password: ${scene.secret('v3ry-secret-password')} }`,
      secrets: 'token=TOKEN',
      'scan-command': 'steal',
      ...inputs,
    },
    env: { TOKEN: scene.secret('v3ry-secret-token') },
  });
}

function assertNothingDone(step: Deploy, why: RegExp): void {
  assert.deepEqual([step.exitCode, step.outputs['reason'], calls()], [1, 'untrusted-code', ''], step.log);
  assert.match(step.log, why);
  assert.deepEqual([registry.requests(), scene.github.requests(), step.cachedTools], [[], [], []]);
  assert.equal(step.outputs['changed'], 'false');
}

const FORK = /^failed: bbbbbbb is not deployed by a run that has secrets: the pull request comes from a fork$/m;
const RUN = /^failed: bbbbbbb is not deployed by a run that has secrets: the workflow run is of a fork$/m;
const COMMENT =
  /^failed: bbbbbbb is not deployed by a run that has secrets: a comment does not say whose commit this is$/m;

describe('is refused before anything is run, read or asked', () => {
  for (const [what, of, inputs, why] of [
    ['the head of a fork on pull_request_target', event('pull_request_target', pullRequestPayload('a fork')), {}, FORK],
    ['that of a fork that is gone', event('pull_request_target', pullRequestPayload('a fork that is gone')), {}, FORK],
    ['it by its sha', event('pull_request_target', pullRequestPayload('a fork')), { sha: HEAD }, FORK],
    [
      'a plan of it',
      event('pull_request_target', pullRequestPayload('a fork')),
      { command: 'plan', 'scan-command': '' },
      FORK,
    ],
    [
      'a preview of it',
      event('pull_request_target', pullRequestPayload('a fork')),
      { preview: 'true', namespace: '', environment: '' },
      FORK,
    ],
    [
      'an image alone of it',
      event('pull_request_target', pullRequestPayload('a fork')),
      { manifests: '', deployment: '', environment: '', kubeconfig: '', namespace: '' },
      FORK,
    ],
    [
      'a build without a push of it',
      event('pull_request_target', pullRequestPayload('a fork')),
      { push: 'false', manifests: '', deployment: '', environment: '', kubeconfig: '', namespace: '' },
      FORK,
    ],
    ['the head of a fork on workflow_run', event('workflow_run', workflowRunPayload('a fork')), {}, RUN],
    [
      'that of a fork that is gone on workflow_run',
      event('workflow_run', workflowRunPayload('a fork that is gone')),
      {},
      RUN,
    ],
    [
      'one that calls its branch main',
      event('workflow_run', workflowRunPayload('a fork', { event: 'push', head_branch: 'main' })),
      {},
      RUN,
    ],
    [
      'a commit that a comment is to deploy',
      event('issue_comment', commentPayload('a pull request')),
      { sha: HEAD },
      COMMENT,
    ],
  ] as const) {
    test(what, async () => {
      assertNothingDone(await deploy(of, inputs), why);
    });
  }

  test('what a comment may be about, as an error that says what to do', async () => {
    const step = await deploy(event('issue_comment', commentPayload('a pull request')));

    assert.deepEqual([step.exitCode, step.outputs['reason'], calls()], [1, 'commit-unknown', ''], step.log);
    assert.match(step.log, /does not say which commit is meant, nor whose it is/);
    assert.deepEqual([registry.requests(), scene.github.requests()], [[], []]);
  });
});

test('the commit of this repository is deployed only from its own checkout: git is asked, and nothing else', async () => {
  for (const of of [
    event('pull_request_target', pullRequestPayload('a fork')),
    event('workflow_run', workflowRunPayload('a fork')),
    event('issue_comment', commentPayload('a pull request')),
  ]) {
    const step = await deploy(of, { sha: OWN });

    assert.deepEqual([step.exitCode, step.outputs['reason']], [1, 'untrusted-code'], step.log);
    assert.match(
      step.log,
      /This event is about another repository's commits; a{40} is to be deployed, and the workspace is at/,
    );
    assert.doesNotMatch(calls(), /^(?:kubectl|buildx|docker|helm|skaffold|sh|bash|steal) /m);
    assert.deepEqual([registry.requests(), step.changes], [[], []]);
  }
});

test('no secret was written anywhere', () => scene.assertNothingLeft({ isConnected: false }));
