import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { bashArgs } from '../../../src/values/bash.ts';

/** As the runner starts it: not from another shell, and with a socket for its input. */
function bash(t: TestContext, command: string) {
  const home = mkdtempSync(join(tmpdir(), 'bash-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  for (const file of ['.bashrc', '.bash_profile', '.profile']) {
    writeFileSync(join(home, file), 'echo start-up file; export READ=yes\n');
  }
  const env = { PATH: process.env['PATH'], HOME: home };
  const { status, stdout, stderr } = spawnSync('bash', bashArgs(command), { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('a command of the user is run without start-up files', (t) => {
  assert.deepEqual(bash(t, 'echo "read: ${READ-no}"'), { status: 0, stdout: 'read: no\n', stderr: '' });
});

for (const [says, command] of [
  ['a command that fails', 'false; echo on'],
  ['a failure in a pipe', 'false | cat; echo on'],
  ['a variable that is not set', 'echo "$NOBODY_SET_THIS"; echo on'],
] as const) {
  test(`it ends at ${says}`, (t) => {
    const { status, stdout } = bash(t, command);
    assert.deepEqual([status === 0, stdout], [false, '']);
  });
}
