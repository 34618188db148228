import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GitHubHttp } from '../../src/github-http.ts';
import { isLeftToPost, endDeploymentOf } from '../../src/undo.ts';
import { event, HEAD, pullRequestPayload } from '../support/event-payloads.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { FACTS } from '../support/runner-facts.ts';
import { DEPLOYMENTS, repository, STATUSES, type Repository } from '../unit/github/fake-deployments.ts';
import { answer, pageOf, RESET, status, type Fault } from '../unit/github/play.ts';
import { APP, DEPLOY, openShop, SHA, type Deployed, type Shop } from './deploying.ts';

/** What the steps tell GitHub, and that nothing of it changes how a deploy ends. */

const COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const INPUTS = {
  ...DEPLOY,
  environment: 'prod',
  'github-token': 'ghs_T0KEN',
  'environment-url': 'https://shop.example',
};
const LEFT = '/private/github-deployment.json';

type Place = Shop & {
  readonly repo: Repository;
  readonly comments: string[];
  /** The GitHub that does what it is asked. */
  readonly ask: GitHubHttp['request'];
};

/** A shop whose deploys are told to a GitHub, as runs of pull request 7. */
async function open(): Promise<Place> {
  const shop = openShop();
  await shop.write('k8s/server.yaml', APP['k8s/server.yaml'].replace('ghcr.io/org/server', 'server:1.0'));
  const repo = repository();
  const comments: string[] = [];
  shop.facts = { event: event('pull_request', pullRequestPayload('here')), ref: 'refs/pull/7/merge' };
  const ask: Place['ask'] = async (site, route, parameters, timeoutSeconds) => {
    if (route === `GET ${COMMENTS}`) {
      return pageOf([], parameters);
    }
    if (route === `POST ${COMMENTS}`) {
      comments.push(String(parameters['body']));
      return answer(201, { id: comments.length });
    }
    return repo.ports.github.request(site, route, parameters, timeoutSeconds);
  };
  shop.github = { request: ask };
  return Object.assign(shop, { repo, comments, ask });
}

const warnings = ({ ui }: Deployed): readonly string[] => ui.lines.filter((line) => line.startsWith('warning: '));
const history = ({ repo }: Place): readonly string[] =>
  repo.deployments.map(({ statuses }) => statuses.map(({ state }) => state).join(' '));
const always = (fault: Fault): readonly Fault[] => Array.from({ length: 50 }, () => fault);

/** What the post step of the last run does. */
async function post(place: Place): Promise<readonly string[]> {
  const ports = fakePorts({ files: place.world.files, clock: place.clock, github: place.github });
  const facts = { ...FACTS, ...place.facts, folder: '/private', variable: () => 'x' };
  return endDeploymentOf(INPUTS, facts, ports);
}

test('a deploy on a pull request is a deployment of its commit, and a comment when that is wished', async () => {
  const place = await open();
  const { outcome } = await place.deploy({ ...INPUTS, comment: 'on' }, HEAD);
  assert.equal(outcome.result, 'succeeded', outcome.verdict);
  assert.deepEqual(history(place), ['in_progress success']);
  const [made] = place.repo.deployments;
  assert.deepEqual([made?.ref, made?.statuses[1]?.['environment_url']], [HEAD, 'https://shop.example']);
  assert.equal(made?.statuses[1]?.['description'], outcome.verdict);
  assert.match(place.comments.join(), /^<!-- k8s-deploy: deploy app prod -->\n### ✅ Deployed bbbbbbb/);
  assert.equal(await place.world.files.kindOf(LEFT), 'missing');
});

test('a plan on a pull request shows no value that the environment has given, and those that stand in the inputs', async () => {
  const place = await open();
  const vars = 'API_KEY\nLEVEL=everything';
  await place.write(
    'k8s/level.yaml',
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: level\ndata:\n  level: "${LEVEL}"\n',
  );
  const { environment: _environment, ...inputs } = INPUTS;
  const { outcome } = await place.deploy({ ...inputs, command: 'plan', vars }, HEAD);
  assert.equal(outcome.result, 'succeeded', outcome.verdict);
  const [comment = ''] = place.comments;
  assert.match(comment, /key: "?\*\*\*/);
  assert.match(comment, /level: "?everything/);
  assert.doesNotMatch(comment, /variable-s3cret/);
});

test('nobody knows how it went: an error', async () => {
  const place = await open();
  place.world.before = (command) => {
    place.cluster.isAway ||= command.startsWith('rollout status');
  };
  place.cluster.behave('server:1.0', { kind: 'hangs' });
  const { outcome } = await place.deploy(INPUTS);
  assert.equal(outcome.result, 'unknown', outcome.verdict);
  assert.deepEqual(history(place), ['in_progress error']);
});

test('a deploy that others have overtaken is inactive, and leaves what is live alone', async () => {
  const place = await open();
  assert.equal((await place.deploy(INPUTS)).outcome.result, 'succeeded');
  const path = '/apis/apps/v1/namespaces/default/deployments/server';
  await place.write('k8s/server.yaml', APP['k8s/server.yaml'].replace('ghcr.io/org/server', 'server:2.0'));
  place.world.before = (command) => {
    const object = place.cluster.object(path);
    if (command.startsWith('rollout status') && object !== undefined) {
      place.cluster.store(path, JSON.parse(JSON.stringify(object).replaceAll('server:2.0', 'server:3.0')));
    }
  };
  const { outcome } = await place.deploy(INPUTS);
  assert.equal(outcome.result, 'superseded', outcome.verdict);
  assert.deepEqual(history(place), ['in_progress success', 'in_progress inactive']);
});

describe('what stays untold is in the summary, and said once', () => {
  test('a deployment that GitHub refuses after the deploy is done already', async () => {
    const place = await open();
    const { ask } = place;
    place.github = {
      request: async (...asked) => {
        await place.clock.sleep(20_000);
        return asked[1] === `POST ${DEPLOYMENTS}` ? answer(403) : ask(...asked);
      },
    };
    const deployed = await place.deploy({ ...INPUTS, deployment: 'on' });
    assert.equal(deployed.outcome.result, 'succeeded', deployed.outcome.verdict);
    assert.deepEqual(warnings(deployed), [
      'warning: No deployment of prod was made on GitHub: the token lacks deployments: write',
    ]);
    assert.match(deployed.ui.markdown, /\*\*No deployment of prod was made on GitHub\*\*: the token lacks/);
  });

  test('an end that GitHub does not hear: the earlier deployment stays as it is', async () => {
    const place = await open();
    place.repo.add({ task: 'deploy:app' }, { state: 'success' });
    const { ask } = place;
    place.github = {
      request: async (site, route, parameters, seconds) =>
        route === `POST ${STATUSES}` && parameters['state'] === 'success'
          ? answer(502)
          : ask(site, route, parameters, seconds),
    };
    const deployed = await place.deploy({ ...INPUTS, deployment: 'on' });
    assert.equal(deployed.outcome.result, 'succeeded', deployed.outcome.verdict);
    assert.equal(warnings(deployed).length, 1, warnings(deployed).join('\n'));
    assert.deepEqual(history(place), ['success', 'in_progress']);

    assert.deepEqual(await post(place), [], 'the run has said so');
    place.github = { request: ask };
    assert.deepEqual(await post(place), ['The deployment of prod on GitHub is marked as success']);
    assert.deepEqual(history(place), ['success inactive', 'in_progress success']);
    assert.equal(place.repo.deployments[1]?.statuses[1]?.['description'], deployed.outcome.verdict);
  });

  for (const [name, request] of [
    ['what no port may do: it throws', async () => Promise.reject(new Error('octokit is broken'))],
    ['a GitHub that is not there', async () => RESET],
  ] as const satisfies readonly (readonly [string, GitHubHttp['request']])[]) {
    test(`${name}: the deploy is green`, async () => {
      const place = await open();
      place.github = { request };
      const deployed = await place.deploy({ ...INPUTS, comment: 'on' });
      assert.equal(deployed.outcome.result, 'succeeded', deployed.outcome.verdict);
      assert.equal(warnings(deployed).length, 2, warnings(deployed).join('\n'));
      assert.equal(deployed.outcome.facts.untold.length, 2);
    });
  }
});

for (const [name, heard] of [
  ['never answers', 0],
  ['falls silent once the deploy runs', 2],
] as const) {
  test(`a GitHub that ${name} holds up no change, and the end of a run for 45 s at most`, async () => {
    const place = await open();
    const commands: number[] = [];
    let asked = 0;
    place.github = {
      request: async (site, route, parameters, timeoutSeconds) => {
        asked += 1;
        if (asked <= heard) {
          return place.ask(site, route, parameters, timeoutSeconds);
        }
        await place.clock.sleep(timeoutSeconds * 1000);
        return RESET;
      },
    };
    place.world.before = () => commands.push(place.clock.elapsed());
    const deployed = await place.deploy({ ...INPUTS, deployment: 'on', comment: 'on' }, HEAD);
    assert.equal(deployed.outcome.result, 'succeeded', deployed.outcome.verdict);
    const last = commands.at(-1) ?? Infinity;
    assert.ok(last < 10_000, `the last command waited for ${last} ms`);
    assert.ok(place.clock.elapsed() - last <= 46_000, `${place.clock.elapsed()} ms`);
    assert.deepEqual([history(place), warnings(deployed).length], [heard === 0 ? [] : ['in_progress'], 2]);
  });
}

test('a full disk: the deployment is ended all the same', async () => {
  const place = await open();
  const { files } = place.world;
  const write = files.writePrivate.bind(files);
  files.writePrivate = async (path, text) => (path === LEFT ? Promise.reject(new Error('ENOSPC')) : write(path, text));
  const deployed = await place.deploy(INPUTS);
  assert.equal(deployed.outcome.result, 'succeeded', deployed.outcome.verdict);
  assert.deepEqual([history(place), warnings(deployed)], [['in_progress success'], []]);
});

describe('a run that is cancelled', () => {
  test('leaves its deployment to the post step, which says that it was cancelled', async () => {
    const place = await open();
    place.world.before = (command) => {
      if (command.startsWith('apply')) {
        place.cancellation.cancel('SIGINT');
      }
    };
    const { outcome } = await place.deploy(INPUTS);
    assert.equal(outcome.result, 'cancelled', outcome.verdict);
    assert.deepEqual(history(place), ['in_progress']);
    assert.equal(await isLeftToPost(outcome, '/private', place.world.files), true);
    assert.deepEqual(await post(place), ['The deployment of prod on GitHub is marked as cancelled']);
    assert.deepEqual(history(place), ['in_progress error']);
  });

  for (const [name, text, said] of [
    ['half of a file, whose writer was killed', '{"id": 1, "end', []],
    ['a file without a deployment', '{}', []],
    [
      'an end that is none',
      '{"id": 1, "ending": {"state": "x"}}',
      ['The deployment of prod on GitHub is marked as cancelled'],
    ],
  ] as const) {
    test(`the post step is not confused by ${name}`, async () => {
      const place = await open();
      place.repo.add({ task: 'deploy:app' }, { state: 'in_progress' });
      await place.world.files.writePrivate(LEFT, text);
      assert.deepEqual(await post(place), said);
    });
  }

  test('the post step says what GitHub still shows when it cannot be told', async () => {
    const place = await open();
    place.repo.add({ task: 'deploy:app' }, { state: 'in_progress' });
    await place.world.files.writePrivate(LEFT, '{"id": 1}');
    place.repo.fail(`POST ${STATUSES}`, ...always(status(422, 'Validation Failed')));
    assert.deepEqual(await post(place), [
      'warning: the deployment of prod on GitHub still says that it is in progress: GitHub answered 422: Validation Failed',
    ]);
  });
});

test('nothing of a run has the token', async () => {
  const place = await open();
  const { ui, outputs, masked } = await place.deploy({ ...INPUTS, comment: 'on' }, SHA);
  const said = JSON.stringify([ui.lines, ui.markdown, ui.written, outputs, place.comments, place.repo.deployments]);
  assert.ok(masked.includes('ghs_T0KEN'));
  assert.ok(!said.includes('ghs_T0KEN'));
});
