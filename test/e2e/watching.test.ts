import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCancellation } from '../../src/adapters/cancellation.ts';
import { createClock } from '../../src/adapters/clock.ts';
import { createExec } from '../../src/adapters/exec.ts';
import { createHttp } from '../../src/adapters/http.ts';
import { followCollection } from '../../src/kube/collection-follow.ts';
import { openApi } from '../../src/kube/open-api.ts';
import { createReachability } from '../../src/kube/reachability.ts';
import { textAt } from '../../src/values/json.ts';
import { clusterOf } from '../support/cluster.ts';
import { borrowLab } from '../support/e2e-lab.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

test('kubectl proxy is killed: requests go on, and the watch misses nothing', async (t) => {
  const { lab, giveBack } = await borrowLab();
  t.after(giveBack);
  const cluster = clusterOf(lab, `e2e-watching-${randomBytes(3).toString('hex')}`);
  await cluster.kubectl(['create', 'namespace', cluster.namespace]);
  t.after(async () => cluster.kubectl(['delete', 'namespace', cluster.namespace, '--wait=false']));

  const cancellation = createCancellation();
  const clock = createClock(cancellation);
  const socketPath = join(await temporaryFolder(t), 'api.sock');
  const [kubeconfigPath = '', path = ''] = [lab.env['KUBECONFIG'], lab.env['PATH']];
  const env = { ...process.env, KUBECONFIG: kubeconfigPath, PATH: path };
  const inShell = (command: string): string => execFileSync('sh', ['-c', command], { env, encoding: 'utf8' }).trim();
  const kubectl = {
    path: inShell('command -v kubectl'),
    kubeconfigPath,
    context: inShell('kubectl config current-context'),
  };
  const api = await openApi(kubectl, socketPath, createExec(cancellation), createHttp(cancellation));
  t.after(() => api.close());

  const names = new Set<string>();
  const stop = new AbortController();
  const following = followCollection(
    { path: `/api/v1/namespaces/${cluster.namespace}/configmaps` },
    { api, clock, reachability: createReachability(clock) },
    (event) => {
      const objects = event.kind === 'listed' ? event.objects : event.kind === 'changed' ? [event.object] : [];
      objects.forEach((object) => names.add(textAt(object, 'metadata', 'name') ?? ''));
    },
    stop.signal,
  );
  const arrival = async (name: string) => until(name, async () => (names.has(name) ? name : undefined));
  await cluster.kubectl(['create', 'configmap', 'before']);
  await arrival('before');

  const proxyId = (): string => inShell(`pgrep -f "^[^ ]*kubectl .*--unix-socket=${socketPath}"`);
  const first = proxyId();
  process.kill(Number(first), 'SIGKILL');
  await cluster.kubectl(['create', 'configmap', 'after']);
  assert.equal((await api.request({ method: 'GET', path: '/version' })).status, 200);
  await arrival('after');
  assert.notEqual(proxyId(), first);
  stop.abort();
  await following;
});
