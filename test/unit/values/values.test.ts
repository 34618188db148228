import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from '../../../src/values/duration.ts';
import { numberAt, objectsAt, textAt, valueAt } from '../../../src/values/json.ts';
import { parseNamespace } from '../../../src/values/namespace.ts';
import { compareVersions, minorOf, parseVersionWish, withinOneMinor } from '../../../src/values/version.ts';
import { formatWorkload, parseWorkloadName, sameWorkload } from '../../../src/values/workload.ts';

for (const [text, seconds] of [
  ['90', 90],
  ['90s', 90],
  ['5m', 300],
  ['1h30m', 5400],
  ['7d', 604_800],
  ['1d12h', 129_600],
  ['1h', 3600],
  ['1h2m3s', 3723],
  ['1m30', 90],
  [' 10m ', 600],
] as const) {
  test(`a duration "${text}" is ${seconds} seconds`, () => assert.equal(parseDuration(text), seconds));
}

for (const text of ['', ' ', 'soon', '1.5h', '-5m', '5 m', '5M', '1m1h', '10ms', '1w', '1h1d']) {
  test(`"${text}" is no duration`, () => assert.throws(() => parseDuration(text), /is not a duration like/));
}

for (const text of ['0', '0s', '0h0m']) {
  test(`a duration of "${text}" is refused`, () => assert.throws(() => parseDuration(text), /no time at all/));
}

const SUM = 'ab'.repeat(32);

for (const [text, wish] of [
  ['auto', { kind: 'auto' }],
  ['1.34', { kind: 'minor', minor: { major: 1, minor: 34 } }],
  ['v1.34', { kind: 'minor', minor: { major: 1, minor: 34 } }],
  ['1.34.4', { kind: 'exact', version: 'v1.34.4', sha256: undefined }],
  ['v1.34.0-rc.1', { kind: 'exact', version: 'v1.34.0-rc.1', sha256: undefined }],
  [`v1.34.4@sha256:${SUM}`, { kind: 'exact', version: 'v1.34.4', sha256: SUM }],
] as const) {
  test(`a version "${text.slice(0, 20)}" means ${wish.kind}`, () => assert.deepEqual(parseVersionWish(text), wish));
}

for (const text of ['latest', 'stable', '1', '1.34.4.5', 'v1.34.4@sha256:abc', `1.34@sha256:${SUM}`, '', 'v1.34.x']) {
  test(`"${text.slice(0, 20)}" is no version`, () => {
    assert.throws(() => parseVersionWish(text), /is not auto, a minor like 1.34, or a version/);
  });
}

for (const [version, minor] of [
  ['v1.32.4-gke.1', 32],
  ['v1.34.4+k3s1', 34],
  ['1.30', 30],
  ['v1.9.0', 9],
] as const) {
  test(`the minor of ${version} is ${minor}`, () => assert.deepEqual(minorOf(version), { major: 1, minor }));
}

test('the minor of what is no version is not known', () => assert.equal(minorOf('unknown'), undefined));

for (const [client, server, fits] of [
  [34, 34, true],
  [33, 34, true],
  [35, 34, true],
  [32, 34, false],
  [36, 34, false],
] as const) {
  test(`a kubectl 1.${client} ${fits ? 'fits' : 'does not fit'} a server 1.${server}`, () => {
    assert.equal(withinOneMinor({ major: 1, minor: client }, { major: 1, minor: server }), fits);
  });
}

test('another major version never fits', () => {
  assert.equal(withinOneMinor({ major: 2, minor: 34 }, { major: 1, minor: 34 }), false);
});

for (const [text, kind, name] of [
  ['deployment/server', 'Deployment', 'server'],
  ['deploy/server', 'Deployment', 'server'],
  ['Deployments/server', 'Deployment', 'server'],
  ['sts/db', 'StatefulSet', 'db'],
  ['statefulset/db', 'StatefulSet', 'db'],
  ['ds/agent', 'DaemonSet', 'agent'],
  ['daemonsets/my.agent-2', 'DaemonSet', 'my.agent-2'],
] as const) {
  test(`"${text}" is the ${kind} ${name}`, () => {
    assert.deepEqual(parseWorkloadName(text), { kind, name });
    assert.equal(formatWorkload(parseWorkloadName(text)), `${kind.toLowerCase()}/${name}`);
  });
}

for (const text of ['server', 'job/x', 'deployment/', 'deployment/Server', 'deployment/a/b', '/server', 'pod/x', '']) {
  test(`"${text}" is no workload`, () => assert.throws(() => parseWorkloadName(text), /is not a workload like/));
}

test('workloads are the same when kind, namespace and name are', () => {
  const one = { kind: 'Deployment', namespace: 'shop', name: 'server' } as const;
  assert.equal(sameWorkload(one, { ...one }), true);
  assert.equal(sameWorkload(one, { ...one, namespace: 'other' }), false);
  assert.equal(sameWorkload(one, { ...one, kind: 'StatefulSet' }), false);
  assert.equal(sameWorkload(one, { ...one, name: 'worker' }), false);
});

test('namespaces follow the rule of the API', () => {
  assert.equal(parseNamespace('shop-1'), 'shop-1');
  for (const text of ['', 'Shop', '-shop', 'shop-', 'a.b', 'a'.repeat(64), 'a b']) {
    assert.throws(() => parseNamespace(text), /is not a namespace/, text);
  }
});

test('what is not there, or is of another type, reads as missing', () => {
  const object = { a: { list: [{ name: 'x' }, 'text', null, { name: 'y' }], n: 1, none: null } };
  assert.equal(textAt(object, 'a', 'list', 0, 'name'), 'x');
  assert.equal(textAt(object, 'a', 'n'), undefined);
  assert.equal(numberAt(object, 'a', 'n'), 1);
  assert.equal(numberAt(object, 'a', 'none', 'deeper'), undefined);
  assert.equal(valueAt(object, 'a', 'list', 'name'), undefined);
  assert.equal(valueAt(undefined, 'a'), undefined);
  assert.deepEqual(objectsAt(object, 'a', 'list'), [{ name: 'x' }, { name: 'y' }]);
  assert.deepEqual(objectsAt(object, 'a'), []);
});

for (const [older, newer] of [
  ['v1.34.9', 'v1.34.10'],
  ['v1.34.10', 'v1.35.0'],
  ['1.9.0', 'v1.10.0'],
  ['v1.35.0-rc.1', 'v1.35.0'],
  ['v1.35.0-rc.2', 'v1.35.0-rc.10'],
] as const) {
  test(`${newer} is newer than ${older}`, () => {
    assert.ok(compareVersions(older, newer) < 0);
    assert.ok(compareVersions(newer, older) > 0);
    assert.equal(compareVersions(newer, newer), 0);
  });
}
