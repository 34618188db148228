import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GivenInputs } from '../../src/inputs/read.ts';
import type { RunEvent } from '../../src/inputs/commit.ts';
import { run } from '../../src/main.ts';
import { createJournal } from '../../src/report/journal.ts';
import { commandLine } from '../../src/report/log-lines.ts';
import { report } from '../../src/report/report.ts';
import { event, HEAD, OWN, pullRequestPayload, pushPayload, workflowRunPayload } from '../support/event-payloads.ts';
import { fakePorts, instantClock } from '../support/fake-ports.ts';
import { fakeTools } from '../support/fake-tools.ts';
import { FakeUi } from '../support/fake-ui.ts';
import { FACTS } from '../support/runner-facts.ts';
import { BUILD, DEPLOY, openShop } from './deploying.ts';

/** What a pull request of a stranger gets: the whole of main, with every secret empty. */

const FORK = event('pull_request', pullRequestPayload('a fork'));
const WHY = 'the pull request comes from a fork, so this run has no secrets and must not push or deploy';

/** Every command that is run, what is said, and what the registry has afterwards. */
async function meet(inputs: GivenInputs, happened: RunEvent, ref = 'refs/pull/7/merge') {
  const { world } = openShop();
  const ui = new FakeUi();
  const clock = instantClock();
  const exec = fakeTools(world, () => {});
  const asked: string[] = [];
  const journal = createJournal(ui, clock);
  const ports = fakePorts({
    exec,
    clock,
    files: world.files,
    http: {
      request: async (_target, { method, path }) => {
        asked.push(`${method} ${path}`);
        throw new Error('no API is there');
      },
      stream: async () => {
        throw new Error('no API is there');
      },
    },
    toolCache: {
      find: async () => undefined,
      store: async () => '',
      onPath: async (name) => (name === 'docker-buildx' ? undefined : `/usr/bin/${name}`),
    },
    notify: (happening) => journal.hear(happening),
  });
  const facts = {
    ...FACTS,
    folder: '/private',
    event: happened,
    ref,
    proxies: {},
    variable: () => '',
    pluginFolders: [],
  };
  const outcome = await run(inputs, facts, ports, journal);
  await report(outcome, ui);
  const commands = exec.commands.map(commandLine).filter((line) => !line.startsWith('git '));
  return { outcome, outputs: ui.outputs, commands, asked, log: ui.lines.join('\n'), registry: world.registry };
}

describe('a pull request of a fork', () => {
  test('is built, neither pushed nor deployed, and that is said', async () => {
    const { outcome, outputs, commands, asked, registry } = await meet(
      {
        ...BUILD,
        ...DEPLOY,
        kubeconfig: '',
        environment: 'staging',
        'registry-auth': '- { registry: ghcr.io, username: "", password: "" }',
      },
      FORK,
    );
    assert.equal(outcome.verdict, `Built the image of ${HEAD.slice(0, 7)} without pushing it: ${WHY}`);
    assert.deepEqual([outcome.result, outputs['result']], ['succeeded', 'succeeded']);
    assert.equal(
      commands.filter((line) => line.includes('build ') && line.includes('type=cacheonly')).length,
      1,
      commands.join('\n'),
    );
    assert.deepEqual(
      commands.filter((line) => /kubectl|imagetools create|--push|push=true/.test(line)),
      [],
    );
    assert.deepEqual([asked, [...registry]], [[], []]);
  });

  test('has no outputs that a later job could deploy', async () => {
    const { outputs } = await meet({ ...BUILD, ...DEPLOY, kubeconfig: '' }, FORK);
    assert.deepEqual([outputs['image'], outputs['images'], outputs['tag'], outputs['digest']], ['', '', '', '']);
    assert.deepEqual([outputs['sha'], outputs['changed']], [HEAD, 'false']);
  });

  test('passes by the gates that need an image, which is said', async () => {
    const { outcome, log } = await meet(
      { ...BUILD, ...DEPLOY, kubeconfig: '', 'image-tests': 'tests/*.yaml', 'scan-command': 'trivy' },
      FORK,
    );
    assert.equal(outcome.result, 'succeeded', outcome.verdict);
    assert.match(log, /image-tests and scan-command did not run: what is not pushed cannot be pulled/);
  });

  for (const [says, inputs] of [
    ['manifests alone', { ...DEPLOY, kubeconfig: '' }],
    ['a plan', { ...BUILD, ...DEPLOY, kubeconfig: '', command: 'plan' }],
    ['images of another job', { ...DEPLOY, kubeconfig: '', images: 'ghcr.io/org/server:1' }],
  ] as const) {
    test(`${says}: there is nothing to do, and no command is run`, async () => {
      const { outcome, commands } = await meet(inputs, FORK);
      assert.equal(outcome.verdict, `Nothing of ${HEAD.slice(0, 7)} was built or deployed: ${WHY}`);
      assert.deepEqual(commands, []);
    });
  }

  test('is told which inputs had no value', async () => {
    const { log } = await meet({ ...BUILD, kubeconfig: '', secrets: 'npm=\nNPM_TOKEN' }, FORK);
    assert.match(log, /Left out, since it has no value in this run: the secret npm, the secret NPM_TOKEN/);
  });
});

describe('the commit of a stranger in a run that has secrets', () => {
  for (const [name, payload] of [
    ['pull_request_target', pullRequestPayload('a fork')],
    ['workflow_run', workflowRunPayload('a fork')],
  ] as const) {
    test(`${name}: is refused before anything is run`, async () => {
      const { outcome, commands, asked } = await meet({ ...BUILD, ...DEPLOY }, event(name, payload), 'refs/heads/main');
      assert.deepEqual([outcome.result, outcome.reason], ['failed', 'untrusted-code']);
      assert.match(
        outcome.verdict,
        /^bbbbbbb is not deployed by a run that has secrets: the (?:pull request|workflow run)/,
      );
      assert.deepEqual([commands, asked], [[], []]);
    });

    test(`${name}: our own commit is not deployed from a workspace that nobody knows`, async () => {
      const { outcome } = await meet({ ...DEPLOY, sha: OWN }, event(name, payload), 'refs/heads/main');
      assert.equal(outcome.reason, 'untrusted-code');
      assert.match(outcome.verdict, /the workspace is at /);
    });
  }
});

test('push: false builds the image of a push, and says why it is not pushed', async () => {
  const { outcome, registry, outputs } = await meet(
    { ...BUILD, push: 'false' },
    event('push', pushPayload()),
    'refs/heads/main',
  );
  assert.equal(outcome.verdict, `Built the image of ${OWN.slice(0, 7)} without pushing it: push is false`);
  assert.deepEqual([[...registry], outputs['image']], [[], '']);
});

test('a push that deleted a branch deploys nothing, and says what to do', async () => {
  const gone = event('push', pushPayload({ deleted: true, after: '0'.repeat(40) }));
  const { outcome, commands } = await meet(DEPLOY, gone, 'refs/heads/main');
  assert.deepEqual([outcome.reason, commands], ['commit-unknown', []]);
  assert.match(outcome.hint ?? '', /github\.event\.deleted/);
});
