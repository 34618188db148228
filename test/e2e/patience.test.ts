import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PATIENCE_CASES } from '../support/patience-cases.ts';
import { openScene, type Scene } from '../support/scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene('patience');
});
after(async () => scene.close());

describe('a rollout that has a hard time, and ends green:', () => {
  for (const { name, run } of PATIENCE_CASES) {
    test(name, async (context) => {
      if (scene.lab.provider !== 'native') {
        context.skip(`the ${scene.lab.provider} lab cannot break all of these`);
        return;
      }
      const deploy = await run(scene);

      assert.deepEqual(
        [deploy.outputs['result'], deploy.outputs['reason'], deploy.exitCode],
        ['succeeded', '', 0],
        deploy.log,
      );
    });
  }
});
