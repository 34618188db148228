import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandsIn } from '../../support/runner-commands.ts';

const MODULE = join(import.meta.dirname, '../../../src/adapters/uncaught.ts');

test('what nobody caught is one annotation, whatever the words and the stack of the error say', () => {
  const message = 'a 100%0A\r::stop-commands::x\n##[add-mask]x\n    at ##[group]x\u202e';
  const program = `import ${JSON.stringify(MODULE)}; throw new Error(${JSON.stringify(message)});`;

  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });

  assert.equal(status, 1);
  const [command, ...others] = commandsIn(stdout);
  assert.deepEqual(others, [], stdout);
  assert.equal(command?.properties['title'], 'k8s-deploy: internal');
  assert.equal(
    command?.data,
    String.raw`This is a defect of k8s-deploy: a 100%0A ::stop-commands::x # #[add-mask]x     at # #[group]x\u202e`,
  );
});
