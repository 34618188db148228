import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  ALL_PERMISSIONS,
  assertGreen,
  assertWellAsked,
  HEAD_OF_7,
  gitHubsFor,
  sentTo,
  warningsIn,
  type GitHubScene,
  type GitHubScenes,
} from '../support/github-scene.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { workloadText } from '../support/workload-text.ts';

/** What GitHub shows of a deploy as a deployment. Each test has a GitHub of its own. */

const PRODUCTION = { environment: 'production', 'environment-url': 'https://shop.example.com/start' };
const MAIN = { runner: { GITHUB_REF: 'refs/heads/main', GITHUB_RUN_ID: '4242' } };
const LOG_URL = 'https://github.com/org/app/actions/runs/4242/attempts/1';

let scene: Scene;
let hubs: GitHubScenes;
before(async () => {
  scene = await openScene('github');
  hubs = gitHubsFor(scene);
});
after(async () => {
  await hubs.close();
  await scene.close();
});

async function open(): Promise<GitHubScene> {
  const hub = await hubs.open();
  hub.app.setRef('refs/heads/main', scene.sha);
  return hub;
}

/** A Deployment that never becomes ready. */
function writeStuck(name: string): Readonly<Record<string, string>> {
  const readinessProbe = { exec: { command: ['false'] }, periodSeconds: 1 };
  scene.write(`${name}.yaml`, workloadText({ name, containers: [{ readinessProbe }] }));
  return { ...PRODUCTION, manifests: `${name}.yaml`, 'must-exist': 'none' };
}

test('a push: in progress while it runs, then a success with address, log and verdict, of the branch and the commit', async () => {
  const hub = await open();
  scene.write('web.yaml', workloadText({ name: 'web' }));
  let during: readonly string[] = [];

  const deploy = await hub.deploy(
    { ...PRODUCTION, manifests: 'web.yaml', 'must-exist': 'none' },
    {
      ...MAIN,
      meanwhile: {
        atText: '::group::Roll out',
        act: async () => {
          during = await until('a deployment in progress', async () => (hub.states()[0] ? hub.states() : undefined));
        },
      },
    },
  );

  assertGreen(deploy);
  assert.deepEqual(during, ['in_progress']);
  assert.deepEqual(
    hub.app.deployments().map(({ ref, sha, task, environment, isProduction, isTransient, state }) => ({
      ref,
      sha,
      task,
      environment,
      isProduction,
      isTransient,
      state,
    })),
    [
      {
        ref: 'main',
        sha: scene.sha,
        task: 'deploy:app',
        environment: 'production',
        isProduction: true,
        isTransient: false,
        state: 'success',
      },
    ],
  );
  const told = hub.app.deployments()[0]?.statuses.map(({ state, description, environmentUrl, logUrl }) => ({
    state,
    description,
    environmentUrl,
    logUrl,
  }));
  const verdict = `Deployed ${scene.sha.slice(0, 7)}: rolled out deployment/web (created), 1 object changed`;
  assert.deepEqual(told, [
    { state: 'in_progress', description: 'The deploy is running', environmentUrl: '', logUrl: LOG_URL },
    { state: 'success', description: verdict, environmentUrl: PRODUCTION['environment-url'], logUrl: LOG_URL },
  ]);
  assert.equal(deploy.outputs['url'], PRODUCTION['environment-url']);
  assert.deepEqual(warningsIn(deploy), []);
});

describe('what the deployment is made of', () => {
  for (const [name, ref, prepare, expected] of [
    ['a branch with a slash', 'refs/heads/feature/x', ['refs/heads/feature/x'], 'feature/x'],
    ['a branch that has moved on: the commit', 'refs/heads/gone-on', [], undefined],
    ['a tag', 'refs/tags/v1.2.3', ['refs/tags/v1.2.3'], 'v1.2.3'],
  ] as const) {
    test(name, async () => {
      const hub = await open();
      hub.app.setRef('refs/heads/gone-on', 'f'.repeat(40));
      prepare.forEach((one) => hub.app.setRef(one, scene.sha));
      assertGreen(await hub.deploy(PRODUCTION, { runner: { GITHUB_REF: ref } }));
      const [made] = hub.app.deployments();
      assert.deepEqual([made?.ref, made?.sha], [expected ?? scene.sha, scene.sha]);
    });
  }

  test('a pull request: the commit at its top, and staging is not production', async () => {
    const hub = await open();
    assertGreen(await hub.deployPullRequest({ environment: 'staging' }));
    const [made] = hub.app.deployments();
    assert.deepEqual([made?.ref, made?.sha, made?.isProduction], [HEAD_OF_7, HEAD_OF_7, false]);
  });
});

describe('a deploy that is not green', () => {
  test('fails: a failure, whose description is the verdict, cut to 140 letters', async () => {
    const hub = await open();
    const name = 'not-there'.repeat(6);
    scene.write('failing.yaml', workloadText({ name: 'failing', containers: [{ envFrom: name }] }));

    const deploy = await hub.deploy({ ...PRODUCTION, manifests: 'failing.yaml' }, MAIN);

    assert.equal(deploy.exitCode, 1, deploy.log);
    assert.deepEqual(hub.states(), ['in_progress failure']);
    const [, verdict = ''] = /^failed: (.*)$/m.exec(deploy.log) ?? [];
    const description = hub.app.deployments()[0]?.statuses.at(-1)?.description ?? '';
    assert.ok(verdict.length > 140, verdict);
    assert.equal(description, `${verdict.slice(0, 139)}…`);
  });

  test('runs out of time: a failure', async () => {
    const hub = await open();
    const deploy = await hub.deploy({ ...writeStuck('slow'), timeout: '3s' }, MAIN);
    assert.equal(deploy.outputs['result'], 'timed-out', deploy.log);
    assert.deepEqual(hub.states(), ['in_progress failure']);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`is cancelled by ${signal}: an error, which the post step tells`, async () => {
      const hub = await open();
      const deploy = await hub.deploy(writeStuck(`cancelled-${signal.toLowerCase()}`), {
        ...MAIN,
        signal: { name: signal, atText: '0 of 1 updated' },
      });
      assert.equal(deploy.outputs['result'], 'cancelled', deploy.log);
      assert.deepEqual(hub.states(), ['in_progress error']);
      assert.match(deploy.log, /^The deployment of production on GitHub is marked as cancelled$/m);
      assert.equal(hub.app.deployments()[0]?.statuses.at(-1)?.description, 'The run was cancelled');
    });
  }

  test('is killed: an error, which the post step tells', async () => {
    const hub = await open();
    const kill = { name: 'SIGKILL', atText: '0 of 1 updated' } as const;
    const deploy = await hub.deploy(writeStuck('killed'), { ...MAIN, signal: kill });
    endOrphans(deploy);
    assert.deepEqual(hub.states(), ['in_progress error'], deploy.log);
  });

  test('is killed, and its machine with it: in progress until the next deploy of the app has succeeded, then inactive', async () => {
    const hub = await open();
    const kill = { name: 'SIGKILL', atText: '0 of 1 updated' } as const;
    const temp = join(dirname(scene.workspace), 'machine');
    endOrphans(await hub.deploy(writeStuck('gone'), { ...MAIN, signal: kill, hasPost: false, temp }));
    assert.deepEqual(hub.states(), ['in_progress']);
    assertGreen(await hub.deploy(PRODUCTION, MAIN));
    assert.deepEqual(hub.states(), ['in_progress inactive', 'in_progress success']);
  });
});

test('a later deploy of the same app makes the earlier one inactive, and that of another app stays', async () => {
  const hub = await open();
  assertGreen(await hub.deploy({ ...PRODUCTION, app: 'shop' }, MAIN));
  assertGreen(await hub.deploy({ ...PRODUCTION, app: 'admin' }, MAIN));
  assert.deepEqual(hub.states(), ['in_progress success', 'in_progress success']);
  assertGreen(await hub.deploy({ ...PRODUCTION, app: 'shop' }, MAIN));
  assertGreen(await hub.deploy({ environment: 'staging', app: 'shop' }, MAIN));
  assert.deepEqual(hub.states(), [
    'in_progress success inactive',
    'in_progress success',
    'in_progress success',
    'in_progress success',
  ]);
});

describe('no deployment', () => {
  const none: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['deployment: off', { ...PRODUCTION, deployment: 'off' }],
    ['auto without a token', { ...PRODUCTION, 'github-token': '' }],
    ['auto without an environment', {}],
    ['a plan', { ...PRODUCTION, command: 'plan' }],
  ];
  for (const [name, inputs] of none) {
    test(name, async () => {
      const hub = await open();
      const deploy = await hub.deploy(inputs, MAIN);
      assertGreen(deploy);
      assert.deepEqual([hub.states(), warningsIn(deploy)], [[], []]);
    });
  }

  test('the job has one of its own: it is left alone, which is said; with deployment: on there is another', async () => {
    const hub = await open();
    hub.app.addJobDeployment({ environment: 'production', sha: scene.sha, runId: 4242 });
    const deploy = await hub.deploy(PRODUCTION, MAIN);
    assertGreen(deploy);
    assert.deepEqual(hub.states(), ['in_progress']);
    const said = 'GitHub gets no deployment from us: the job has a deployment of its own to production';
    assert.ok(deploy.log.split('\n').includes(said), deploy.log);
    assertGreen(await hub.deploy({ ...PRODUCTION, deployment: 'on' }, MAIN));
    assert.deepEqual(hub.states(), ['in_progress', 'in_progress success']);
  });
});

/** Where a path of an enterprise server leads to here. */
function pathBehind(path: string): string | undefined {
  if (path === '/api/graphql') {
    return '/graphql';
  }
  const [, rest] = /^\/api\/v3(\/.*)$/.exec(path) ?? [];
  return rest === '/graphql' ? undefined : rest;
}

test('an enterprise server: its API is at /api/v3, and the one for the author of a comment beside it', async (t) => {
  const hub = await open();
  const front = createServer((message, response) => {
    const path = pathBehind(message.url ?? '');
    if (path === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { method, headers } = message;
    const behind = request(`${hub.github.url}${path}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    message.pipe(behind);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  t.after(() => front.close());
  const address = front.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const env = { GITHUB_API_URL: `http://127.0.0.1:${port}/api/v3` };
  const runner = { GITHUB_SERVER_URL: 'https://github.example.com' };
  const app = { login: 'deployer[bot]', kind: 'app' } as const;
  const token = scene.secret(hub.github.token(app, ALL_PERMISSIONS));
  const inputs = { ...PRODUCTION, comment: 'on', 'github-token': token };

  const deploys: readonly Deploy[] = [
    await hub.deployPullRequest(inputs, { env, runner }),
    await hub.deployPullRequest(inputs, { env, runner }),
  ];

  deploys.forEach(assertGreen);
  assert.deepEqual(deploys.flatMap(warningsIn), []);
  assert.deepEqual(hub.states(), ['in_progress success inactive', 'in_progress success']);
  assert.equal(hub.comments().length, 1);
  const [made] = hub.app.deployments();
  assert.match(made?.statuses[0]?.logUrl ?? '', /^https:\/\/github\.example\.com\/org\/app\/actions\/runs\/\d+/);
});

test('GitHub was asked as it wants to be asked, the token stands nowhere, and nothing is left', () => {
  hubs.all().forEach(assertWellAsked);
  assert.ok(hubs.all().every(({ github }) => !/gh[sp]_/.test(sentTo(github))));
  scene.assertNothingLeft();
});

/** What a killed process has started goes on: the runner ends it with the job. */
function endOrphans({ survivors }: Pick<Deploy, 'survivors'>): void {
  survivors.forEach(({ pid }) => process.kill(pid));
}
