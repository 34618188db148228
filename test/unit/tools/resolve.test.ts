import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pinnedSum } from '../../../src/tools/checksums.ts';
import {
  DEFAULT_BUILDX_VERSION,
  DEFAULT_HELM_VERSION,
  resolveBuildx,
  resolveKubectl,
} from '../../../src/tools/resolve.ts';
import { parseVersionWish } from '../../../src/values/version.ts';
import { wish, workbench } from './workbench.ts';

const SERVER = { major: 1, minor: 35 };

/** A tool cache without any kubectl. */
const none = async (): Promise<undefined> => undefined;

for (const [name, kubectl, server, channel, expected] of [
  ['a minor means its newest patch', '1.34', SERVER, 'https://dl.k8s.io/release/stable-1.34.txt', 'v1.34.9'],
  ["auto means the server's minor", 'auto', SERVER, 'https://dl.k8s.io/release/stable-1.35.txt', 'v1.35.2'],
  ['auto without a known server means 1.36', 'auto', undefined, 'https://dl.k8s.io/release/stable-1.36.txt', 'v1.36.4'],
] as const) {
  test(name, async (t) => {
    const bench = await workbench(t);
    bench.site.publish(channel, `${expected}\n`);
    assert.equal(await resolveKubectl(bench.plan({ kubectl: wish(kubectl) }), server, none, bench.ports), expected);
    assert.deepEqual(bench.site.urls, [channel]);
  });
}

test('an exact version is taken as it is, and nobody is asked', async (t) => {
  const bench = await workbench(t);
  assert.equal(await resolveKubectl(bench.plan({ kubectl: wish('1.34.4') }), SERVER, none, bench.ports), 'v1.34.4');
  assert.deepEqual(bench.site.urls, []);
});

for (const [name, body] of [
  ['of another minor', 'v1.15.0'],
  ['of another major', 'v2.34.0'],
  ['that is none', '<html>Please log in</html>'],
  ['that is a release candidate', 'v1.34.0-rc.1'],
] as const) {
  test(`a site that answers with a version ${name} is an error, never another kubectl`, async (t) => {
    const bench = await workbench(t);
    bench.site.publish('https://dl.k8s.io/release/stable-1.34.txt', body);
    await assert.rejects(resolveKubectl(bench.plan({ kubectl: wish('1.34') }), SERVER, none, bench.ports), {
      code: 'tool-unavailable',
      message: `https://dl.k8s.io/release/stable-1.34.txt does not name a version of kubectl 1.34: "${body}".`,
      hint: 'Give kubectl-version an exact version: then this file is not asked.',
    });
  });
}

test('a site without that minor is an error with the URL and the status', async (t) => {
  const bench = await workbench(t);
  await assert.rejects(resolveKubectl(bench.plan({ kubectl: wish('1.99') }), SERVER, none, bench.ports), {
    code: 'tool-unavailable',
    message: 'kubectl cannot be installed: https://dl.k8s.io/release/stable-1.99.txt answered 404.',
  });
  assert.deepEqual(bench.pauses, []);
});

for (const [name, fault] of [
  ['does not answer', { networkError: 'connect ECONNREFUSED' }],
  ['is busy', { status: 503 }],
  ['does not have the file', { status: 404 }],
] as const) {
  test(`when the site ${name}, the newest patch in the tool cache is good enough, and that is said`, async (t) => {
    const bench = await workbench(t);
    const url = 'https://dl.k8s.io/release/stable-1.34.txt';
    bench.site.failNext(url, fault, fault);
    const plan = bench.plan({ kubectl: wish('1.34') });
    assert.equal(await resolveKubectl(plan, SERVER, async () => 'v1.34.7', bench.ports), 'v1.34.7');
    assert.equal(bench.site.urls.length <= 2, true);
    assert.match(
      JSON.stringify(bench.happenings.at(-1)),
      /kubectl v1\.34\.7 of the tool cache is used, whether or not it is the newest/,
    );
  });
}

test('a newer patch that the site names comes before the one in the tool cache', async (t) => {
  const bench = await workbench(t);
  bench.site.publish('https://dl.k8s.io/release/stable-1.34.txt', 'v1.34.9');
  const plan = bench.plan({ kubectl: wish('1.34') });
  assert.equal(await resolveKubectl(plan, SERVER, async () => 'v1.34.7', bench.ports), 'v1.34.9');
});

test('buildx: auto is a version that was tested with this action, exact is exact', () => {
  assert.equal(resolveBuildx(parseVersionWish('auto')), DEFAULT_BUILDX_VERSION);
  assert.equal(resolveBuildx(parseVersionWish('0.30.1')), 'v0.30.1');
});

test('buildx: a minor is refused with what to write instead', () => {
  assert.throws(() => resolveBuildx(parseVersionWish('0.36')), {
    code: 'tool-unavailable',
    hint: 'Give buildx-version the exact version, for example v0.36.0, or auto.',
  });
});

test('the sums of the default buildx and helm travel with the action', () => {
  assert.match(pinnedSum('buildx', DEFAULT_BUILDX_VERSION, 'linux-amd64') ?? '', /^[0-9a-f]{64}$/);
  assert.match(pinnedSum('helm', DEFAULT_HELM_VERSION, 'linux-amd64') ?? '', /^[0-9a-f]{64}$/);
  assert.equal(pinnedSum('kubectl', 'v1.34.4', 'linux-amd64'), undefined);
});
