import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runStep, type StepOptions, type StepResult } from '../support/runner.ts';
import { OUTPUTS } from '../../src/report/outputs.ts';

/** The bundle as a process of its own, with the runner's environment and without a cluster. */

const SHA = '0123456789abcdef0123456789abcdef01234567';

let folder: string;
let workspace: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  workspace = join(folder, 'workspace');
  mkdirSync(workspace);
});
after(() => rmSync(folder, { recursive: true, force: true }));

function run(options: Omit<StepOptions, 'workspace'>): Promise<StepResult> {
  return runStep({ sha: SHA, ...options, workspace });
}

describe('inputs', () => {
  test('all problems are reported at once, and a name that is not known comes with the nearest one', async () => {
    const step = await run({
      inputs: { manifest: 'k8s', timeout: 'soon', sha: 'main', context: '.', restart: 'pod/server' },
    });

    assert.equal(step.exitCode, 1);
    assert.equal(step.outputs['reason'], 'input-invalid');
    assert.match(step.log, /^failed: 5 problems with the inputs$/m);
    for (const problem of [
      /- manifest: did you mean manifests\?/,
      /- timeout: "soon"/,
      /- sha: /,
      /- restart: "pod\/server" is not a workload/,
      /- image: needed to build/,
    ]) {
      assert.match(step.log, problem);
    }
    assert.equal(step.annotations.length, 5);
  });

  test('a step without any input says what to give', async () => {
    const step = await run({ inputs: {} });

    assert.equal(step.outputs['result'], 'failed');
    assert.match(step.log, /nothing to do: give manifests, set-image, or something to build/);
  });

  test('every output is set, also of a run that failed', async () => {
    const step = await run({ inputs: {} });

    assert.deepEqual(Object.keys(step.outputs).toSorted(), Object.keys(OUTPUTS).toSorted());
  });
});

describe('a run', () => {
  test('says its first word at once', async () => {
    const step = await run({ inputs: { manifests: 'missing.yaml', kubeconfig: 'none' } });

    assert.match(step.log, /^::group::Render\n/);
    // 250 ms on an idle machine (`npm run bench`); this one may be busy with other tests.
    assert.ok(step.secondsToFirstLine < 1.5, `${step.secondsToFirstLine} s`);
  });

  test('leaves nothing in RUNNER_TEMP, and no process', async () => {
    const step = await run({ inputs: { manifests: 'missing.yaml', kubeconfig: 'none' } });

    assert.equal(step.outputs['reason'], 'manifest-not-found');
    assert.deepEqual(step.leftovers, []);
    assert.deepEqual(step.survivors, []);
  });

  test('knows the head of a pull request, not the merge commit that GitHub makes', async () => {
    const head = 'fedcba9876543210fedcba9876543210fedcba98';

    const step = await run({
      inputs: { manifests: 'missing.yaml', kubeconfig: 'none' },
      event: {
        name: 'pull_request',
        payload: { pull_request: { number: 7, head: { sha: head, repo: { id: 1 } }, base: { repo: { id: 1 } } } },
      },
    });

    assert.equal(step.outputs['sha'], head);
  });
});

/** A file that is there and cannot be read as one: nothing that the action expects. */
const provoke = (): Promise<StepResult> => {
  rmSync(join(workspace, 'odd.yaml'), { force: true });
  symlinkSync('/proc/self/mem', join(workspace, 'odd.yaml'));
  return run({ inputs: { manifests: 'odd.yaml', kubeconfig: 'none' } });
};

describe('a defect of the action', () => {
  const skip = process.platform !== 'linux' && 'needs /proc';

  test(
    'is told apart from a mistake of the user, with a stack and without the line of the bundle',
    { skip },
    async () => {
      const step = await provoke();

      assert.equal(step.exitCode, 1);
      assert.deepEqual([step.outputs['result'], step.outputs['reason']], ['failed', 'internal'], step.log);
      assert.match(step.log, /^failed: This is a defect of k8s-deploy: /m);
      assert.match(step.log, /^ {4}at /m);
      assert.ok(
        step.raw.split('\n').every((line) => line.length < 1000),
        'a line of the bundle is in the log',
      );
      assert.deepEqual(step.leftovers, []);
    },
  );
});

describe('a runner that is not as it should be', () => {
  const inputs = { manifests: 'missing.yaml', kubeconfig: 'none' };
  const cases: readonly { readonly what: string; readonly runner: NonNullable<StepOptions['runner']> }[] = [
    { what: 'an event file that is no JSON', runner: { GITHUB_EVENT_PATH: '/etc/hostname' } },
    { what: 'an event file that is missing', runner: { GITHUB_EVENT_PATH: '/nowhere/event.json' } },
    { what: 'a RUNNER_TEMP that is missing', runner: { RUNNER_TEMP: '/proc/nowhere' } },
    { what: 'no file for outputs', runner: { GITHUB_OUTPUT: '/nowhere/output' } },
    { what: 'no file for the summary', runner: { GITHUB_STEP_SUMMARY: '/nowhere/summary' } },
  ];
  for (const { what, runner } of cases) {
    test(`with ${what} the run is red and says why, without the bundle's one long line`, async () => {
      const step = await run({ inputs, runner });

      assert.equal(step.exitCode, 1);
      assert.ok(step.annotations.length > 0, step.raw.slice(0, 2000));
      assert.ok(
        step.raw.split('\n').every((line) => line.length < 1000),
        'a line of the bundle is in the log',
      );
    });
  }
});

/** A buildx whose builds take for ever, with a child of their own; `onTerm` is what they do when they are told to end. */
const fakeBuildx = (onTerm: string): Readonly<Record<string, string>> => {
  const bin = mkdtempSync(join(folder, 'bin-'));
  const script = `#!/bin/sh
if [ "$1" = version ]; then echo 'github.com/docker/buildx v0.36.1 fake'; exit 0; fi
if [ "$1" = imagetools ]; then echo "ERROR: $3: not found" >&2; exit 1; fi
if [ "$1" = inspect ]; then printf 'Name: remote\nDriver: remote\n\nNodes:\nName: remote0\nStatus: running\n'; exit 0; fi
trap '${onTerm}' TERM INT
echo 'a step of the build' >&2
sleep 60 &
while :; do wait; sleep 1; done
`;
  writeFileSync(join(bin, 'buildx'), script, { mode: 0o755 });
  return { PATH: `${bin}:/usr/bin:/bin` };
};

const build = (onTerm: string, name: NodeJS.Signals): Promise<StepResult> =>
  run({
    inputs: { image: 'registry.example/app', context: '.' },
    env: fakeBuildx(onTerm),
    signal: { name, atText: 'a step of the build' },
  });

describe('a build that is stopped', () => {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    test(`${name}: the run is cancelled and gone within 5 s, with all its children`, async () => {
      const step = await build('exit 1', name);

      assert.equal(step.exitCode, 1);
      assert.deepEqual([step.outputs['result'], step.outputs['reason']], ['cancelled', 'cancelled'], step.log);
      assert.ok((step.secondsToStop ?? Infinity) < 5, `${step.secondsToStop ?? '?'} s`);
      assert.deepEqual(step.survivors, []);
      assert.deepEqual(step.leftovers, []);
      assert.match(step.log, new RegExp(`cancelled: The run was cancelled \\(${name}\\)`));
    });
  }

  test('a tool that does not listen to SIGTERM is killed, and the run is still gone within 5 s', async () => {
    const step = await build(':', 'SIGTERM');

    assert.equal(step.outputs['result'], 'cancelled', step.log);
    assert.ok((step.secondsToStop ?? Infinity) < 5, `${step.secondsToStop ?? '?'} s`);
    assert.deepEqual(step.survivors, []);
  });

  test('SIGKILL leaves a folder in RUNNER_TEMP that the post step removes', async () => {
    const step = await build('exit 1', 'SIGKILL');
    step.survivors.forEach(({ pid }) => process.kill(pid, 'SIGKILL'));

    assert.deepEqual(step.outputs, {});
    assert.deepEqual(step.leftovers, []);
  });
});
