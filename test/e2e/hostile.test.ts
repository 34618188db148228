import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { textAt } from '../../src/values/json.ts';
import {
  assertTame,
  BRANCH,
  commitOn,
  FILE,
  LINES,
  NAME,
  printing,
  pullRequest,
  pushTo,
  roleText,
  WORDS,
} from '../support/hostile-scene.ts';
import { registryView } from '../support/registry-view.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { assertTamePage, HIDDEN } from '../support/tame-page.ts';
import { configMapText, documents, manifestText, workloadText } from '../support/workload-text.ts';

/** Names, titles, logs and answers that somebody else chose, through real deploys: they are told, and nothing else comes of them. */

let scene: Scene;
before(async () => {
  scene = await openScene('hostile');
});
after(async () => scene.close());

describe('a deploy of which every text is hostile', () => {
  let step: Deploy;
  before(async () => {
    scene.useExample();
    scene.replace('k8s/server.yaml', 'e2e/server:', 'e2e/server-hostile:');
    // No other run has this commit.
    scene.write('server.txt', scene.sha);
    scene.write(
      FILE,
      manifestText({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'texts', annotations: { 'example.com/text': LINES } },
        data: { words: WORDS, lines: LINES },
      }),
    );
    scene.write('k8s/role.json', roleText('get'));
    scene.write('jobs/print.json', printing('Job', 'print', 0));
    commitOn(BRANCH, scene);
    step = await scene.deploy({
      ...pushTo(BRANCH, scene),
      inputs: {
        image: `${scene.repository}-hostile`,
        context: '.',
        tags: 'type=ref,event=branch\ntype=raw,value={{branch}}-x',
        labels: `org.example.text=${WORDS}\norg.example.option=--output=pwned`,
        manifests: 'k8s',
        'pre-deploy': 'jobs',
        vars: 'REGISTRY\nAPI_KEY\nAGENT_PASSWORD',
        environment: NAME,
        app: NAME,
        'environment-url': 'https://shop.example.com/?a|b',
        deployment: 'on',
        timeout: '60s',
      },
      env: { API_KEY: WORDS, AGENT_PASSWORD: 'x' },
    });
  });

  test('is green, and the cluster has the texts as they are', async () => {
    assert.equal(step.exitCode, 0, step.log);
    const texts = await scene.cluster.get('configmap/texts');
    assert.deepEqual(texts['data'], { words: WORDS, lines: LINES });
    assert.match(await scene.cluster.kubectl(['get', 'roles', '--output=name']), /::error::pwned <img/);
    assert.equal(textAt(texts, 'metadata', 'annotations', 'example.com/text'), LINES);
  });

  test('says nothing to the runner', () => {
    assert.deepEqual(assertTame(step, scene), []);
    assert.match(step.log, /\[print\] x"'`\$\(touch pwned\)/);
  });

  test('makes tags that are tags, and labels that are the texts', async () => {
    const pushed = registryView(scene.lab.env['REGISTRY'] ?? '', 'e2e/server-hostile');
    const tags = (await pushed.tags()).filter((tag) => !/^[0-9a-f]{40}$/.test(tag));
    assert.ok(tags.includes('feat-touch-IFS-pwned-id----org-team-1-b-gnp-x'), tags.join(' '));
    assert.ok(
      tags.some((tag) => /^verified-prod-[a-z0-9-]+-[0-9a-f]{64}$/.test(tag)),
      tags.join(' '),
    );
    const labels = await pushed.labels(scene.sha);
    assert.deepEqual([labels['org.example.text'], labels['org.example.option']], [WORDS.trim(), '--output=pwned']);
  });

  test('is told to GitHub in words that mean nothing', () => {
    const [deployment, ...others] = scene.github.repository('org/app').deployments();
    assert.deepEqual([deployment?.environment, deployment?.ref, deployment?.sha], [NAME, BRANCH, scene.sha]);
    assert.deepEqual([deployment?.task, others, deployment?.state], [`deploy:${NAME}`, [], 'success']);
    assert.equal(textAt(deployment?.payload, 'app'), NAME);
    for (const { description, environmentUrl } of deployment?.statuses ?? []) {
      assert.doesNotMatch(description, HIDDEN);
      assert.ok(environmentUrl === '' || environmentUrl.startsWith('https://shop.example.com/'), environmentUrl);
    }
    assert.deepEqual([...scene.github.mistakes(), ...scene.github.defects()], []);
  });
});

const failWith = async (file: string, text: string, number: number, inputs = {}): Promise<Deploy> => {
  scene.write(file, text);
  return scene.deploy({
    ...pullRequest(number, scene),
    inputs: {
      manifests: file,
      environment: NAME,
      app: NAME,
      deployment: 'on',
      comment: 'on',
      timeout: '40s',
      ...inputs,
    },
  });
};
const commentOn = (number: number): string => {
  const [comment, ...others] = scene.github.repository('org/app').comments(number);
  assert.deepEqual(others, []);
  return comment?.body ?? '';
};

describe('a deploy that fails with hostile words', () => {
  test('of its container: the log, the page and the comment have them as text', async () => {
    const step = await failWith('broken/words.json', printing('Deployment', 'words', 3), 21);

    assert.deepEqual([step.exitCode, step.outputs['reason']], [1, 'container-crashed'], step.log);
    const [annotation, ...others] = assertTame(step, scene);
    assert.deepEqual([others, annotation?.properties['file']], [[], 'broken/words.json']);
    assertTamePage(commentOn(21));
    assert.match(commentOn(21), /^ *\| # pwned$/m);
    const deployment = scene.github.repository('org/app').deployments().at(-1);
    assert.equal(deployment?.state, 'failure');
    deployment?.statuses.forEach(({ description }) => assert.doesNotMatch(description, HIDDEN));
  });

  test('of its image, its file and its field: a clear error that names them', async () => {
    const file = 'broken/x\n::error::pwned <b>|@org.json';
    const image = `busybox:1" ::error::pwned <b>|@org/team \u202e`;
    const step = await failWith(file, workloadText({ name: 'image', containers: [{ image }] }), 22, {
      manifests: 'broken/*pwned*.json',
    });

    assert.equal(step.exitCode, 1, step.log);
    const [annotation] = assertTame(step, scene);
    assert.equal(annotation?.properties['file'], file);
    assertTamePage(commentOn(22));
  });
});

const plannedTexts = (value: string): string =>
  configMapText('planned', { words: `${value} ${WORDS}`, lines: `${value}\n${LINES}` });

describe('a plan with hostile texts', () => {
  test('shows them as text in the log, on the page and in the comment', async () => {
    scene.write('planned.json', plannedTexts('old'));
    const first = await scene.deploy({ inputs: { manifests: 'planned.json' } });
    assert.equal(first.exitCode, 0, first.log);
    scene.write(
      'planned.json',
      documents(plannedTexts('new'), roleText('list'), configMapText('another', { LINES: LINES })),
    );

    const step = await scene.deploy({
      ...pullRequest(23, scene),
      inputs: { command: 'plan', manifests: 'planned.json', app: NAME },
    });

    assert.equal(step.exitCode, 0, step.log);
    assert.deepEqual(assertTame(step, scene), []);
    const [comment] = scene.github.repository('org/app').comments(23);
    assertTamePage(comment?.body ?? '');
    assert.match(comment?.body ?? '', /\+ {3}words: /);
  });
});

describe('what GitHub refuses with hostile words', () => {
  test('is told, and does not fail the deploy', async (t) => {
    t.after(() => scene.github.heal());
    for (const route of [
      'POST /repos/{owner}/{repo}/deployments',
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    ] as const) {
      scene.github.fail({ kind: 'status', status: 422, message: LINES }, { route });
    }
    scene.write('fine.json', configMapText('fine', { x: scene.sha }));

    const step = await scene.deploy({
      ...pullRequest(24, scene),
      inputs: { manifests: 'fine.json', environment: NAME, app: NAME, deployment: 'on', comment: 'on' },
    });

    assert.equal(step.exitCode, 0, step.log);
    assert.deepEqual(assertTame(step, scene), []);
    assert.match(step.log, /warning: No deployment of prod .* was made on GitHub: GitHub answered 422: x"/);
  });
});
