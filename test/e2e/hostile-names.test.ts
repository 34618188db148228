import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { objectsAt, textAt } from '../../src/values/json.ts';
import { assertTame, BRANCH, commitOn, LINES, NAME, pullRequest, pushTo, WORDS } from '../support/hostile-scene.ts';
import { openRegistryProxy } from '../support/registry-proxy.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { assertTamePage, HIDDEN } from '../support/tame-page.ts';
import { configMapText } from '../support/workload-text.ts';

/** Branches, environments, apps and reports that somebody else named, and a registry that answers with words of its own. */

let scene: Scene;
before(async () => {
  scene = await openScene('names');
  scene.write('Dockerfile', 'FROM scratch\nCOPY fine.json /\n');
  scene.write('fine.json', configMapText('fine', { x: scene.sha }));
  commitOn(BRANCH, scene);
});
after(async () => scene.close());

/** For a command that has nothing to do with a cluster. */
const NO_CLUSTER = { namespace: '', kubeconfig: '' };
const BUILD = { ...NO_CLUSTER, image: '127.0.0.1:1/e2e/names', context: '.' };

describe('a branch', () => {
  for (const [what, branch] of [
    ['that begins like an option', '--output=pwned'],
    ['of 250 letters', 'l'.repeat(250)],
    ['without a letter that tags have', '🚀\u202e'],
  ] as const) {
    test(`${what} makes no tag: a clear error, before anything is built`, async () => {
      const step = await scene.deploy({
        ...pushTo(branch, scene),
        inputs: { ...BUILD, tags: 'type=ref,event=branch' },
      });

      assert.deepEqual([step.exitCode, step.outputs['reason'], step.commands], [1, 'input-invalid', []], step.log);
      assert.match(step.log, /^failed: tags: "type=ref,event=branch" makes ".*", which is not a tag$/m);
      const [annotation, ...others] = assertTame(step, scene);
      assert.deepEqual([others, annotation?.properties['title']], [[], 'k8s-deploy: input-invalid']);
    });
  }

  for (const branch of ['--output=pwned', '-n', '\'"`;&&|$(touch pwned)', 'l'.repeat(250), '🚀\u202e', '@{org}#1']) {
    test(`called ${JSON.stringify(branch).slice(0, 40)} can be planned`, async () => {
      const step = await scene.deploy({
        ...pushTo(branch, scene),
        inputs: { command: 'plan', manifests: 'fine.json', environment: NAME },
      });

      assert.equal(step.exitCode, 0, step.log);
      assert.deepEqual(assertTame(step, scene), []);
      assert.deepEqual(step.changes, []);
    });
  }

  test('that no git has, of two lines, makes no tag and no command', async () => {
    const step = await scene.deploy({
      ...pushTo('main\n::error::pwned', scene),
      inputs: { command: 'plan', manifests: 'fine.json' },
    });

    assert.equal(step.exitCode, 0, step.log);
    assert.deepEqual(assertTame(step, scene), []);
  });
});

test('an environment of two lines, and one of 256 letters, are clear errors', async () => {
  for (const environment of [LINES.trim(), 'e'.repeat(256)]) {
    const step = await scene.deploy({ inputs: { manifests: 'fine.json', environment } });

    assert.deepEqual([step.exitCode, step.outputs['reason']], [1, 'input-invalid'], step.log);
    assert.match(step.log, /environment: the name of an environment is one line of up to 255 letters/);
    assertTame(step, scene);
  }
});

test('a matrix has its environments by the names that they were given', async () => {
  const environments = [
    { name: NAME, namespace: 'shop', vars: ['A=$(touch pwned)', `B=${WORDS}`], 'runs-on': ['self-hosted', '$(id)'] },
    { name: '--output=pwned' },
    { name: '__proto__' },
  ];
  const inputs = { ...NO_CLUSTER, command: 'matrix', environments: JSON.stringify(environments), order: 'sequence' };
  const step = await scene.deploy({ inputs });

  assert.equal(step.exitCode, 0, step.log);
  assert.deepEqual(assertTame(step, scene), []);
  const rows = objectsAt(JSON.parse(step.outputs['matrix'] ?? ''), 'include');
  assert.deepEqual(
    rows.map((row) => [row['name'], row['require-verified']]),
    [
      [NAME, ''],
      ['--output=pwned', NAME],
      ['__proto__', '--output=pwned'],
    ],
  );
});

test('reports of other jobs are a table of texts, and bring no address but of the web', async () => {
  const report = {
    schemaVersion: 1,
    result: 'failed',
    reason: LINES,
    verdict: LINES,
    sha: WORDS,
    images: [{ digest: WORDS }, { digest: LINES }],
    seconds: 'SECONDS',
    target: { app: WORDS, environment: NAME, namespace: LINES, attempt: 2, url: 'javascript:alert(1)', runUrl: LINES },
  };
  const good = { ...report.target, environment: '@org/team', url: 'https://x.example.com/?a|b`c`<d>', runUrl: '' };
  scene.write('results/1/report.json', JSON.stringify(report));
  scene.write(
    'results/2/report.json',
    JSON.stringify({ ...report, result: 'succeeded', target: good }).replace('"SECONDS"', '1e999'),
  );
  scene.write('results/3/::error::pwned\n##[error]pwned <b>|@org.json', `{"schemaVersion": ${JSON.stringify(LINES)}`);
  scene.write('results/4/x.json', JSON.stringify({ schemaVersion: 1, target: { environment: LINES, app: 'x' } }));

  const step = await scene.deploy({ inputs: { ...NO_CLUSTER, command: 'collect', results: 'results' } });

  assert.deepEqual([step.exitCode, step.outputs['reason']], [1, 'environment-failed'], step.log);
  assert.ok(assertTame(step, scene).length > 0);
  const deploys = objectsAt({ deploys: JSON.parse(step.outputs['deploys'] ?? '') }, 'deploys');
  assert.deepEqual(
    deploys.map((deploy) => [deploy['environment'], deploy['url'], deploy['runUrl']]),
    [
      ['@org/team', 'https://x.example.com/?a|b`c`<d>', null],
      [NAME, null, null],
    ],
  );
});

test('a preview of an app with such a name has a namespace that is one, and a comment that is tame', async () => {
  const wish = pullRequest(25, scene);
  const step = await scene.deploy({
    ...wish,
    inputs: { namespace: '', preview: 'true', app: WORDS, manifests: 'fine.json' },
  });

  assert.equal(step.exitCode, 0, step.log);
  assert.deepEqual(assertTame(step, scene), []);
  const { namespace = '' } = step.outputs;
  scene.addNamespace(namespace);
  assert.match(namespace, /^[a-z][a-z0-9-]{0,39}$/);
  const [comment, ...others] = scene.github.repository('org/app').comments(25);
  assert.deepEqual(others, []);
  assertTamePage(comment?.body ?? '');
  const preview = scene.github.repository('org/app').deployments().at(-1);
  assert.deepEqual([preview?.environment, textAt(preview?.payload, 'app')], ['preview', WORDS.trim()]);

  const end = await scene.deploy({
    ...wish,
    inputs: { namespace: '', command: 'destroy', preview: 'true', app: WORDS },
  });

  assert.equal(end.exitCode, 0, end.log);
  assert.deepEqual(assertTame(end, scene), []);
  assert.deepEqual([...scene.github.mistakes(), ...scene.github.defects()], []);
});

test('a build command that prints hostile lines says nothing to the runner', async () => {
  scene.write('words.txt', LINES);
  const image = `${scene.lab.env['REGISTRY'] ?? ''}/e2e/${scene.cluster.namespace}`;
  const inputs = { ...BUILD, image, context: '', 'build-command': 'cat words.txt; cat words.txt >&2; exit 3' };
  const step = await scene.deploy({ ...pushTo(BRANCH, scene), inputs });

  assert.deepEqual([step.exitCode, step.outputs['reason']], [1, 'build-failed'], step.log);
  assert.equal(assertTame(step, scene).length, 1);
  assert.match(step.log, /^ +: :error::pwned$/m);
});

describe('a registry that answers with hostile words', () => {
  for (const [step, status, code] of [
    ['manifest-put', 403, 'DENIED'],
    ['manifest-put', 400, LINES],
    ['upload-start', 401, 'UNAUTHORIZED'],
  ] as const) {
    test(`${status} to ${step}: they are told as text`, async (t) => {
      const proxy = await openRegistryProxy({ upstream: scene.lab.env['REGISTRY'] ?? '' });
      t.after(async () => proxy.close());
      proxy.inject({ step, times: 'always', answer: { status, code, message: LINES } });

      const pushed: Deploy = await scene.deploy({
        ...pushTo(BRANCH, scene),
        inputs: { ...BUILD, image: `${proxy.host}/e2e/${scene.cluster.namespace}-${step}`, cache: 'off' },
      });

      assert.equal(pushed.exitCode, 1, pushed.log);
      assert.match(pushed.outputs['reason'] ?? '', /^push-refused|registry-/);
      const [annotation] = assertTame(pushed, scene);
      assert.doesNotMatch(annotation?.data ?? '', HIDDEN);
      assert.match(pushed.log, /^failed: .*pwned/m);
    });
  }
});
