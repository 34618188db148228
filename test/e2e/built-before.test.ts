import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';

/** A commit that is built already needs no builder. */

let scene: Scene;
before(async () => {
  scene = await openScene('built-before');
  scene.useExample();
});
after(async () => scene.close());

/** Builds and deploys nothing. */
async function build(path?: string): Promise<Deploy> {
  return scene.deploy({
    inputs: { image: `${scene.repository}-before`, context: '.', kubeconfig: '', namespace: '' },
    ...(path === undefined ? {} : { path }),
  });
}

/** A PATH on which buildx waits for a builder that does not answer, and all else is as it was. */
function pathWithoutBuilder(): string {
  const program = 'programs/buildx';
  const path = scene.lab.env['PATH'] ?? '';
  scene.write(
    program,
    `#!/bin/sh
if [ "$1" = inspect ]; then
  sleep 60
fi
PATH='${path}' exec buildx "$@"
`,
  );
  chmodSync(join(scene.workspace, program), 0o755);
  return [join(scene.workspace, 'programs'), path].join(delimiter);
}

test('its image is taken although the builder does not answer: nobody waits for that, and nothing goes on asking', async () => {
  const first = await build();
  assert.equal(first.exitCode, 0, first.log);

  const second = await build(pathWithoutBuilder());

  assert.equal(second.exitCode, 0, second.log);
  assert.equal(second.outputs['digest'], first.outputs['digest']);
  assert.match(second.log, /was built before from the same inputs: nothing is built/);
  assert.doesNotMatch(second.log, /Builder:/);
  // buildx would wait for a minute.
  assert.ok(second.seconds < 40, `it took ${second.seconds.toFixed(1)} s`);
  assert.deepEqual([second.survivors, second.leftovers], [[], []]);
});
