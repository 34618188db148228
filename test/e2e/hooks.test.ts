import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { numberAt, objectsAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import { answeringApp } from '../support/answering-app.ts';
import { jobText, shell } from '../support/job-text.ts';
import { secondOf } from '../support/runner.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { configMapText, documents, manifestText, workloadText } from '../support/workload-text.ts';

/** What runs before the workloads are touched, and what is tried after them. */

let scene: Scene;
before(async () => {
  scene = await openScene('hooks');
});
after(async () => scene.close());

/** A commit of the application: its configuration, its Secret, a Service and a Deployment, and what its migration does. */
function writeShop(version: string, migration: string): void {
  scene.write(
    'k8s/shop.yaml',
    documents(
      configMapText('settings', { VERSION: version }),
      manifestText({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' }, stringData: { KEY: version } }),
      manifestText({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'shop', labels: { version } },
        spec: { selector: { app: 'shop' }, ports: [{ port: 80 }] },
      }),
      workloadText({ name: 'shop', containers: [{ env: { VERSION: version } }] }),
    ),
  );
  scene.write('jobs/migrate.yaml', migration);
}

const deployShop = (inputs: Readonly<Record<string, string>> = {}): Promise<Deploy> =>
  scene.deploy({ inputs: { manifests: 'k8s', 'pre-deploy': 'jobs', timeout: '60s', ...inputs } });

/** What a failed migration must leave alone. */
async function touchedLast(): Promise<unknown> {
  const [deployment, service] = [await scene.cluster.get('deployment/shop'), await scene.cluster.get('service/shop')];
  return [
    valueAt(deployment, 'metadata', 'resourceVersion'),
    deployment['spec'],
    valueAt(service, 'metadata', 'resourceVersion'),
    await scene.cluster.revisions(),
  ];
}

async function jobUid(name = 'migrate'): Promise<string> {
  return textAt(await scene.cluster.get(`job/${name}`), 'metadata', 'uid') ?? '';
}

const dataOf = async (name: string): Promise<unknown> => (await scene.cluster.get(name))['data'];

describe('pre-deploy', () => {
  test('the Job runs with the new configuration, and has completed before the workload gets its new revision', async () => {
    writeShop('one', jobText({ name: 'migrate', containers: [shell('echo to $VERSION', { envFrom: 'settings' })] }));
    const first = await deployShop();
    assert.equal(first.exitCode, 0, first.log);
    assert.match(first.log, /^ +\[migrate\] to one$/m);
    const line = 'echo to $VERSION; sleep 5; echo done';
    writeShop('two', jobText({ name: 'migrate', containers: [shell(line, { envFrom: 'settings' })] }));
    const before = await jobUid();

    const second = await deployShop();

    assert.equal(second.exitCode, 0, second.log);
    assert.match(second.log, /^ +\[migrate\] to two$/m);
    assert.notEqual(await jobUid(), before);
    const completed = textAt(await scene.cluster.get('job/migrate'), 'status', 'completionTime') ?? '';
    const newest = objectsAt(JSON.parse(await scene.cluster.kubectl(['get', 'replicasets', '--output=json'])), 'items')
      .map((set) => textAt(set, 'metadata', 'creationTimestamp') ?? '')
      .toSorted()
      .at(-1);
    assert.ok(completed !== '' && completed <= (newest ?? ''), `${completed} and ${newest}`);
    // Streamed: what it wrote first is in the log seconds before its end.
    const [began = 0, ended = 0] = ['[migrate] to two', '[migrate] done'].map((text) => secondOf(second, text));
    assert.ok(began > 0 && ended - began > 1, `${began} s and ${ended} s`);
  });

  test('the same commit again does not run a Job that has completed, and changes nothing', async () => {
    const before = await scene.cluster.snapshot();
    const uid = await jobUid();

    const deploy = await deployShop();

    assert.deepEqual([deploy.exitCode, deploy.outputs['changed'], deploy.changes], [0, 'false', []], deploy.log);
    assert.equal(await jobUid(), uid);
    assert.deepEqual(await scene.cluster.snapshot(), before);
  });

  test('a Job that fails stops the deploy: red with its last words, configuration applied, Service and workload as they were', async () => {
    writeShop(
      'three',
      jobText({ name: 'migrate', containers: [shell('echo begin; echo column price is taken; exit 3')] }),
    );
    const before = await touchedLast();

    const deploy = await deployShop();

    assert.equal(deploy.exitCode, 1, deploy.log);
    assert.deepEqual([deploy.outputs['result'], deploy.outputs['reason']], ['failed', 'job-failed'], deploy.log);
    assert.match(deploy.log, /^failed: job\/migrate did not succeed: .*column price is taken/m);
    assert.deepEqual(await touchedLast(), before);
    assert.deepEqual(await dataOf('configmap/settings'), { VERSION: 'three' });
    assert.deepEqual(await dataOf('secret/key'), { KEY: Buffer.from('three').toString('base64') });
  });

  test('the same commit again runs the Job that failed once more', async () => {
    const [uid, before] = [await jobUid(), await touchedLast()];

    const deploy = await deployShop();

    assert.equal(deploy.outputs['reason'], 'job-failed', deploy.log);
    assert.notEqual(await jobUid(), uid);
    assert.deepEqual(await touchedLast(), before);
  });

  test('lines of several containers have pod and container before them, and a line that looks like a command commands nothing', async () => {
    const lines = ["echo '::error::from the migration'", "echo '::add-mask::shop'", "echo '##[error]too'"];
    writeShop(
      'four',
      jobText({
        name: 'migrate',
        initContainers: [shell('echo schema', { name: 'prepare' })],
        containers: [shell(lines.join(';'), { name: 'main' }), shell('echo seeded', { name: 'seed' })],
      }),
    );

    const deploy = await deployShop();

    assert.equal(deploy.exitCode, 0, deploy.log);
    for (const said of [/ prepare\] schema$/m, / seed\] seeded$/m, / main\] ::error::from the migration$/m]) {
      assert.match(deploy.log, said);
    }
    assert.match(deploy.log, /^ +\[migrate-\w+ prepare\] schema$/m);
    assert.deepEqual(
      deploy.annotations.filter((line) => line.includes('from the migration')),
      [],
    );
    assert.doesNotMatch(deploy.raw, /^\s*::(error::from|add-mask::shop$)|##\[error\]/m);
  });

  test('a Job whose image is the one of this run is replaced and run when the image is another', async () => {
    const registry = scene.lab.env['REGISTRY'] ?? '';
    writeShop(
      'five',
      jobText({ name: 'migrate', containers: [shell('echo by image', { image: `${registry}/library/busybox:any` })] }),
    );
    const first = await deployShop({ images: `${registry}/library/busybox:1` });
    assert.equal(first.exitCode, 0, first.log);
    const uid = await jobUid();
    scene.replace('jobs/migrate.yaml', 'library/busybox', 'library/node');

    const second = await deployShop({ images: `${registry}/library/node:24` });

    assert.equal(second.exitCode, 0, second.log);
    assert.notEqual(await jobUid(), uid);
    assert.match(second.log, /\[migrate\] by image$/m);
    const [container] = objectsAt(await scene.cluster.get('job/migrate'), 'spec', 'template', 'spec', 'containers');
    assert.equal(textAt(container, 'image'), second.outputs['image']);
    assert.match(second.outputs['image'] ?? '', /\/library\/node:24@sha256:/);
  });

  test('a Job that hangs is given the timeout, and the workload is not touched', async () => {
    writeShop('six', jobText({ name: 'migrate', containers: [shell('echo waits for a lock; sleep 600')] }));
    const before = await touchedLast();

    const deploy = await deployShop({ timeout: '8s' });

    assert.equal(deploy.exitCode, 1, deploy.log);
    assert.deepEqual(
      [deploy.outputs['result'], deploy.outputs['reason']],
      ['timed-out', 'rollout-timed-out'],
      deploy.log,
    );
    assert.match(deploy.log, /^timed-out: job\/migrate did not succeed in time/m);
    assert.deepEqual(await touchedLast(), before);
    await scene.cluster.kubectl(['delete', 'job/migrate', '--wait=false']);
  });
});

type Tried = { readonly test: string; readonly result: string; readonly last: string; readonly attempts: number };

/** The smoke tests of the JSON report. */
function triedIn(deploy: Deploy): readonly Tried[] {
  const report: JsonObject = JSON.parse(deploy.report);
  return objectsAt(report, 'smokeTests').map((entry) => ({
    test: textAt(entry, 'test') ?? '',
    result: textAt(entry, 'result') ?? '',
    last: textAt(entry, 'last') ?? '',
    attempts: numberAt(entry, 'attempts') ?? 0,
  }));
}

const smoke = (tests: readonly string[], inputs: Readonly<Record<string, string>> = {}): Promise<Deploy> =>
  scene.deploy({
    inputs: {
      manifests: 'app.yaml',
      timeout: '60s',
      'smoke-timeout': '20s',
      'smoke-test': tests.join('\n'),
      ...inputs,
    },
  });

describe('smoke-test', () => {
  test('a Service that answers 503 at first is asked again, until it answers as it should', async () => {
    scene.write('app.yaml', answeringApp({ name: 'app', version: 'v1', warmSeconds: 5 }));

    const deploy = await smoke(['service/app:8080/health contains=v1 says 200']);

    assert.equal(deploy.exitCode, 0, deploy.log);
    const [tried] = triedIn(deploy);
    assert.equal(tried?.result, 'passed');
    assert.ok((tried?.attempts ?? 0) > 1, deploy.log);
    assert.match(
      deploy.log,
      /smoke test service\/app:8080\/health .*: 503 Service Unavailable: v1 says 503 \(attempt 1\)/,
    );
  });

  test('whatever the app answers is its answer: by port or its name, any status, a plain text with 500 or 502, too', async () => {
    const tests = [
      'service/app:web/',
      'svc/app:8080/?status=404 status=404',
      'service/app:8080/?status=500&type=text/plain status=500 contains=v1 says 500',
      'service/app:8080/?status=502&type=text/plain status=502 contains=v1 says 502',
    ];

    const deploy = await smoke(tests);

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.deepEqual(
      triedIn(deploy).map(({ test, result, attempts }) => [test, result, attempts]),
      tests.map((test) => [test, 'passed', 1]),
    );
  });

  test('each test that does not come out right in time is told with what it was answered last', async () => {
    const refused = [
      ['service/app:8080/?status=500&type=text/plain', /^500 Internal Server Error: v1 says 500$/],
      ['service/app:8080/?status=502&type=text/plain', /^502 Bad Gateway: v1 says 502$/],
      ['service/app:8080/ status=204', /^200: v1 says 200$/],
      ['service/app:8080/ contains=v2', /^200, but the body has not "v2": v1 says 200$/],
      ['service/nobody:8080/ status=404', /^404 Not Found: services "nobody" not found$/],
    ] as const;

    const deploy = await smoke(
      refused.map(([line]) => line),
      { 'smoke-timeout': '4s' },
    );

    assert.equal(deploy.exitCode, 1, deploy.log);
    assert.deepEqual([deploy.outputs['result'], deploy.outputs['reason']], ['failed', 'smoke-test-failed'], deploy.log);
    assert.match(deploy.log, /^failed: 5 of 5 smoke tests failed/m);
    const tried = triedIn(deploy);
    refused.forEach(([line, last], index) => {
      assert.deepEqual([tried[index]?.test, tried[index]?.result], [line, 'failed']);
      assert.match(tried[index]?.last ?? '', last);
    });
  });

  test('a URL is asked from the runner, with a status and a text to be there', async () => {
    const site = createServer((request, response) => {
      response.writeHead(request.url === '/teapot' ? 418 : 200);
      response.end('all is well');
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const address = site.address();
    const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    try {
      const green = await smoke([`${origin}/ contains=is well`, `${origin}/teapot status=418`]);
      const red = await smoke([`${origin}/ contains=is up`, `${origin}/teapot`], { 'smoke-timeout': '3s' });

      assert.equal(green.exitCode, 0, green.log);
      assert.equal(red.outputs['reason'], 'smoke-test-failed', red.log);
      assert.deepEqual(
        triedIn(red).map(({ last }) => last),
        ['200, but the body has not "is up": all is well', '418'],
      );
    } finally {
      site.closeAllConnections();
      site.close();
    }
  });

  test('a program has the cluster and the namespace in its environment, and its last line when it fails', async () => {
    const script = [
      '#!/bin/sh',
      'set -e',
      'echo "in $NAMESPACE"',
      '[ "$1" = 0 ] || { echo "exit is $1"; exit "$1"; }',
      'kubectl --context="$KUBE_CONTEXT" --namespace="$NAMESPACE" get deployment/app --output=name',
      'echo "::error::of the program"',
      '',
    ];
    scene.write('scripts/smoke.sh', script.join('\n'));
    chmodSync(join(scene.workspace, 'scripts/smoke.sh'), 0o755);

    const green = await smoke(['run scripts/smoke.sh 0']);
    const red = await smoke(['run scripts/smoke.sh 4'], { 'smoke-timeout': '3s' });

    assert.equal(green.exitCode, 0, green.log);
    assert.match(green.log, new RegExp(`\\[smoke\\.sh\\] in ${scene.cluster.namespace}$`, 'm'));
    assert.match(green.log, /\[smoke\.sh\] deployment\.apps\/app$/m);
    assert.deepEqual(
      green.annotations.filter((line) => line.includes('of the program')),
      [],
    );
    assert.deepEqual([red.exitCode, red.outputs['reason']], [1, 'smoke-test-failed'], red.log);
    assert.match(red.log, /smoke test run scripts\/smoke\.sh 4: exit code 4: exit is 4/);
  });

  test('with on-failure: rollback a smoke test that fails brings the version back that served before', async () => {
    scene.write('app.yaml', answeringApp({ name: 'app', version: 'v2' }));

    const deploy = await smoke(['service/app:8080/ contains=v3'], { 'smoke-timeout': '4s', 'on-failure': 'rollback' });

    assert.equal(deploy.exitCode, 1, deploy.log);
    assert.deepEqual(
      [deploy.outputs['result'], deploy.outputs['reason'], deploy.outputs['rolled-back']],
      ['failed', 'smoke-test-failed', 'true'],
      deploy.log,
    );
    assert.match(deploy.log, /the body has not "v3": v2 says 200/);
    // The Service may point at a pod that is just gone for a moment more.
    const path = `/api/v1/namespaces/${scene.cluster.namespace}/services/app:8080/proxy/?status=200`;
    await until('the version that served before', async () => {
      const answer = await scene.cluster.kubectl(['get', `--raw=${path}`]).catch(() => '');
      return answer === 'v1 says 200' ? answer : undefined;
    });
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
