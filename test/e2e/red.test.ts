import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BROKEN_WORKLOADS, brokenWorkload } from '../support/broken-workloads.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';

/** Deploys that can never come up. How many seconds each takes is measured by `npm run bench:red`; here it only has to be long before the timeout. */

let scene: Scene;
before(async () => {
  scene = await openScene('red');
});
after(async () => scene.close());

/** Deploys one of the broken workloads in a namespace of its own. */
async function deployBroken(name: string): Promise<Deploy> {
  const broken = brokenWorkload(name);
  const own = scene.addNamespace(`${scene.cluster.namespace}-${BROKEN_WORKLOADS.indexOf(broken)}`);
  await own.kubectl(['create', 'namespace', own.namespace]);
  for (const label of broken.namespace.labels) {
    await own.kubectl(['label', 'namespace', own.namespace, label]);
  }
  for (const object of broken.namespace.objects) {
    await own.kubectl(['apply', '--filename=-'], { input: JSON.stringify(object) });
  }
  const registries = { open: scene.lab.env['REGISTRY'] ?? '', refusing: scene.lab.env['REFUSING_REGISTRY'] };
  scene.write('server.yaml', broken.manifest(registries));
  // What is missing would be found before the first change; here it is to be found by what becomes of the pods.
  const inputs = { manifests: 'server.yaml', namespace: own.namespace, timeout: '110s', 'must-exist': 'none' };
  return scene.deploy({ inputs });
}

const NAMES = [
  'invalid image name',
  'tag not in the registry',
  'registry refusing login',
  'crash at start',
  'missing Secret (env)',
  'runAsNonRoot violated',
  'command not found',
  'quota refuses the pods',
  'PodSecurity refuses the pods',
  'StatefulSet: crash at start',
  'DaemonSet: tag not in the registry',
] as const;

describe('a workload that cannot come up is red long before the timeout, and says why:', () => {
  for (const name of NAMES) {
    const { reason, says, needsRefusingRegistry } = brokenWorkload(name);
    test(`${name}: ${reason}`, async (context) => {
      if (needsRefusingRegistry && scene.lab.env['REFUSING_REGISTRY'] === undefined) {
        context.skip(`the ${scene.lab.provider} lab has no registry that refuses login`);
        return;
      }
      const deploy = await deployBroken(name);

      assert.deepEqual(
        [deploy.outputs['result'], deploy.outputs['reason'], deploy.exitCode],
        ['failed', reason, 1],
        deploy.log,
      );
      for (const place of [deploy.log, deploy.annotations.join('\n'), deploy.summary]) {
        assert.match(place, says);
      }
    });
  }
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
