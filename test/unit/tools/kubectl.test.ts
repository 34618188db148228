import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { installKubectl, preinstalledKubectl } from '../../../src/tools/kubectl.ts';
import { sha256, wish, workbench, type Workbench } from './workbench.ts';

const PATH_KUBECTL = '/usr/bin/kubectl';
const client = (gitVersion: string): string => JSON.stringify({ clientVersion: { gitVersion } });

/** A runner with this kubectl on PATH, and a site with v1.34.9 and v1.30.1. */
async function runnerWith(t: TestContext, gitVersion: string | undefined): Promise<Workbench> {
  const bench = await workbench(t);
  if (gitVersion !== undefined) {
    bench.cache.putOnPath('kubectl', PATH_KUBECTL);
    bench.printed.set(PATH_KUBECTL, client(gitVersion));
  }
  for (const version of ['v1.34.9', 'v1.30.1']) {
    const url = `https://dl.k8s.io/release/${version}/bin/linux/amd64/kubectl`;
    bench.site.publish(url, version);
    bench.site.publish(`${url}.sha256`, sha256(version));
  }
  bench.site.publish('https://dl.k8s.io/release/stable-1.34.txt', 'v1.34.9');
  return bench;
}

const SUM = sha256('v1.34.9');

for (const [name, onPath, wished, source, version] of [
  ['auto: the kubectl of the server is used', 'v1.34.4', 'auto', 'preinstalled', 'v1.34.4'],
  ['auto: a kubectl one minor older is used', 'v1.33.0', 'auto', 'preinstalled', 'v1.33.0'],
  ['auto: a kubectl one minor newer is used', 'v1.35.0', 'auto', 'preinstalled', 'v1.35.0'],
  ["auto: a vendor's kubectl is used", 'v1.34.4-dispatcher', 'auto', 'preinstalled', 'v1.34.4-dispatcher'],
  ['auto: a kubectl two minors older is not used', 'v1.32.9', 'auto', 'download', 'v1.34.9'],
  ['auto: a kubectl two minors newer is not used', 'v1.36.0', 'auto', 'download', 'v1.34.9'],
  ["auto: without kubectl the server's minor is downloaded", undefined, 'auto', 'download', 'v1.34.9'],
  ['minor: a kubectl of that minor is used', 'v1.34.1', '1.34', 'preinstalled', 'v1.34.1'],
  ['minor: a kubectl of the next minor is not used', 'v1.35.1', '1.34', 'download', 'v1.34.9'],
  ['exact: that very kubectl is used', 'v1.34.9', 'v1.34.9', 'preinstalled', 'v1.34.9'],
  ['exact: another patch is not used', 'v1.34.8', 'v1.34.9', 'download', 'v1.34.9'],
  ["exact: a vendor's build of it is not used", 'v1.34.9-eks-1', 'v1.34.9', 'download', 'v1.34.9'],
  ['exact with a sum: an unknown file on PATH is not used', 'v1.34.9', `v1.34.9@sha256:${SUM}`, 'download', 'v1.34.9'],
] as const) {
  test(name, async (t) => {
    const bench = await runnerWith(t, onPath);
    const installed = await installKubectl(
      bench.plan({ kubectl: wish(wished) }),
      { major: 1, minor: 34 },
      await preinstalledKubectl(bench.ports),
      bench.ports,
    );
    assert.deepEqual([installed.source, installed.version], [source, version]);
    if (source === 'preinstalled') {
      assert.equal(installed.path, PATH_KUBECTL);
      assert.deepEqual(bench.site.urls, []);
    }
  });
}

test('a kubectl too far from the server is installed when asked for, with a warning', async (t) => {
  const bench = await runnerWith(t, undefined);
  const plan = bench.plan({ kubectl: wish('v1.30.1') });
  assert.equal(
    (await installKubectl(plan, { major: 1, minor: 34 }, await preinstalledKubectl(bench.ports), bench.ports)).version,
    'v1.30.1',
  );
  assert.deepEqual(bench.happenings, [
    {
      kind: 'warning',
      text: "kubectl v1.30.1 is more than one minor away from the server's 1.34, which Kubernetes does not support",
    },
  ]);
});

test('the kubectl of the runner is asked for its version without a cluster', async (t) => {
  const bench = await runnerWith(t, 'v1.34.4+k3s1');
  assert.deepEqual(await preinstalledKubectl(bench.ports), { path: PATH_KUBECTL, version: 'v1.34.4+k3s1' });
  assert.deepEqual(bench.commands[0]?.args, ['version', '--client', '-o', 'json']);
});

for (const [name, printed] of [
  ['does not start', undefined],
  ['prints no JSON', 'Client Version: v1.34.4'],
  ['prints other JSON', '{}'],
] as const) {
  test(`a kubectl on PATH that ${name} is as good as none`, async (t) => {
    const bench = await runnerWith(t, 'v1.34.4');
    bench.printed.delete(PATH_KUBECTL);
    if (printed !== undefined) {
      bench.printed.set(PATH_KUBECTL, printed);
    }
    assert.equal(await preinstalledKubectl(bench.ports), undefined);
    assert.equal(
      (
        await installKubectl(
          bench.plan({}),
          { major: 1, minor: 34 },
          await preinstalledKubectl(bench.ports),
          bench.ports,
        )
      ).source,
      'download',
    );
  });
}
