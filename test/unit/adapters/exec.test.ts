import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createCancellation } from '../../../src/adapters/cancellation.ts';
import { createExec } from '../../../src/adapters/exec.ts';
import type { Command, OutputLine } from '../../../src/ports.ts';
import { failureOfWork } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Real children: small programs for this very node, and small scripts for sh. */

const program = (code: string, more: Partial<Command> = {}): Command => ({
  tool: process.execPath,
  args: ['-e', code],
  ...more,
});
const script = (code: string, more: Partial<Command> = {}): Command => ({
  tool: '/bin/sh',
  args: ['-c', code],
  ...more,
});
const exec = () => createExec(createCancellation());

/** A shell whose own child sleeps: the pid of that child is printed. It ends only when its whole group is told to. */
const WITH_GRANDCHILD = 'sleep 60 & echo "grandchild $!"; wait';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A killed process is there until its parent, or init, has taken notice: that happens soon, but not at once. */
async function assertGone(pid: number): Promise<void> {
  for (let look = 0; isAlive(pid) && !(await isZombie(pid)); look += 1) {
    assert.ok(look < 500, `process ${pid} is still there`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}

async function isZombie(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return /\) Z/.test(stat);
}

const pidIn = (text: string): number => Number(/grandchild (\d+)/.exec(text)?.[1]);

for (const exitCode of [0, 1, 77]) {
  test(`exit code ${exitCode} is a result, never an exception`, async () => {
    const result = await exec().run(script(`echo out; echo err >&2; exit ${exitCode}`));
    assert.deepEqual(result, { exitCode, stdout: 'out\n', stderr: 'err\n', timedOut: false });
  });
}

test('a child that dies by a signal of its own is not a success', async () => {
  assert.notEqual((await exec().run(script('kill -9 $$'))).exitCode, 0);
});

test('lines are told while they come, each with its stream, also a last one without an end', async () => {
  const lines: OutputLine[] = [];
  await exec().run(script('echo one; echo two >&2; printf three'), (line) => lines.push(line));
  assert.deepEqual(
    lines.toSorted((one, other) => one.text.localeCompare(other.text)),
    [
      { stream: 'stdout', text: 'one' },
      { stream: 'stdout', text: 'three' },
      { stream: 'stderr', text: 'two' },
    ],
  );
});

test('letters of several bytes arrive whole, however the output is cut', async () => {
  const { stdout } = await exec().run(program('process.stdout.write("€".repeat(100000))'));
  assert.equal(stdout, '€'.repeat(100_000));
});

test('stdin reaches the child; without one its input just ends', async () => {
  const big = 'x'.repeat(300_000);
  assert.equal((await exec().run(script('wc -c', { stdin: big }))).stdout.trim(), '300000');
  assert.equal((await exec().run(script('wc -c'))).stdout.trim(), '0');
});

test('a child that ends without reading its input is judged by its exit code', async () => {
  assert.equal((await exec().run(script('exit 3', { stdin: 'x'.repeat(1_000_000) }))).exitCode, 3);
});

test('arguments reach the child as they are: no shell looks at them', async () => {
  const args = ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', '$HOME', 'a b', '`x`', '*', "'", ''];
  const { stdout } = await exec().run({ tool: process.execPath, args });
  assert.deepEqual(JSON.parse(stdout), ['$HOME', 'a b', '`x`', '*', "'", '']);
});

test('inputs, which may be secret, are not passed on; the rest of the environment and what is added is', async (t: TestContext) => {
  process.env['INPUT_KUBECONFIG'] = 's3cret';
  process.env['EXEC_TEST'] = 'kept';
  t.after(() => {
    delete process.env['INPUT_KUBECONFIG'];
    delete process.env['EXEC_TEST'];
  });
  const { stdout } = await exec().run(script('env', { env: { KUBECONFIG: '/private/kc' } }));
  assert.doesNotMatch(stdout, /s3cret|INPUT_/);
  assert.match(stdout, /^EXEC_TEST=kept$/m);
  assert.match(stdout, /^KUBECONFIG=\/private\/kc$/m);
});

test('the child runs in the folder that is asked for', async (t) => {
  const folder = await temporaryFolder(t);
  assert.equal((await exec().run(script('pwd -P', { cwd: folder }))).stdout.trim(), folder);
});

for (const [says, tool] of [
  ['does not exist', '/nowhere/kubectl'],
  ['is not executable', '/etc/passwd'],
] as const) {
  test(`a tool that ${says} is tool-unavailable, by name`, async () => {
    const failure = await failureOfWork(() => exec().run({ tool, args: [] }));
    assert.equal(failure.code, 'tool-unavailable');
    assert.match(failure.message, new RegExp(`^${tool} cannot be started`));
  });
}

test('a timeout ends the child and what it started', async () => {
  const result = await exec().run(script(WITH_GRANDCHILD, { timeoutSeconds: 0.3 }));
  assert.equal(result.timedOut, true);
  assert.notEqual(result.exitCode, 0);
  await assertGone(pidIn(result.stdout));
});

test('a child that does not listen to SIGTERM is killed a little later', async () => {
  const result = await exec().run(script("trap '' TERM; sleep 60; sleep 60", { timeoutSeconds: 0.2 }));
  assert.equal(result.timedOut, true);
});

test('a very long timeout is no timeout', async () => {
  const result = await exec().run(script('sleep 0.2; echo done', { timeoutSeconds: 100 * 24 * 3600 }));
  assert.deepEqual([result.timedOut, result.stdout], [false, 'done\n']);
});

test('a cancellation ends the child and what it started, and the run throws cancelled', async () => {
  const cancellation = createCancellation();
  let grandchild = 0;
  const failure = await failureOfWork(() =>
    createExec(cancellation).run(script(WITH_GRANDCHILD), ({ text }) => {
      grandchild = pidIn(text);
      cancellation.cancel('SIGINT');
    }),
  );
  assert.deepEqual([failure.code, failure.message], ['cancelled', 'The run was cancelled (SIGINT)']);
  await assertGone(grandchild);
});

test('nothing is started after a cancellation', async (t) => {
  const cancellation = createCancellation();
  const exec = createExec(cancellation);
  cancellation.cancel('SIGTERM');
  const mark = join(await temporaryFolder(t), 'started');
  assert.equal((await failureOfWork(() => exec.run(script(`touch ${mark}`)))).code, 'cancelled');
  assert.equal((await failureOfWork(() => exec.start(script(`touch ${mark}`), 'x'))).code, 'cancelled');
  await assert.rejects(readFile(mark), { code: 'ENOENT' });
});

test('a child in the background is ready when it says so, and stops with what it started', async () => {
  const child = await exec().start(script(WITH_GRANDCHILD), 'grandchild');
  await child.stop();
  const { stdout } = await child.exited;
  await assertGone(pidIn(stdout));
});

test('stopping a child that has ended already is fine', async () => {
  const child = await exec().start(script('echo ready'), 'ready');
  await child.exited;
  await child.stop();
});

for (const [says, code, words] of [
  ['ends before it is ready', 'echo "error: no such context" >&2; exit 1', /no such context/],
  ['ends well but was never ready', 'echo hello', /ended at once/],
] as const) {
  test(`a child in the background that ${says} is a failure in its own words`, async () => {
    const failure = await failureOfWork(() => exec().start(script(code), 'Starting to serve'));
    assert.equal(failure.code, 'tool-unavailable');
    assert.match(failure.message, words);
  });
}

test('a cancellation ends a child in the background, also one that is not ready yet', async () => {
  const cancellation = createCancellation();
  const child = await createExec(cancellation).start(script(WITH_GRANDCHILD), 'grandchild');
  const notReady = failureOfWork(() => createExec(cancellation).start(script('sleep 60'), 'never'));
  cancellation.cancel('SIGTERM');
  await assertGone(pidIn((await child.exited).stdout));
  assert.equal((await notReady).code, 'cancelled');
});
