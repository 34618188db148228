import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createArgs, driverOption, proxySecrets } from '../../../src/builder/create-args.ts';
import { planOf } from './plans.ts';

const START = ['create', '--name', 'k8s-deploy-77-1', '--driver'];

test('a builder with nothing special is made by its name and driver alone, and waited for', () => {
  assert.deepEqual(createArgs('k8s-deploy-77-1', 'docker-container', undefined, planOf()), [
    ...START,
    'docker-container',
    '--bootstrap',
  ]);
});

test('image, proxies and options are one option each, those of the user last, so that they count', () => {
  const plan = planOf({
    image: 'mirror.example/moby/buildkit:v0.33.1',
    proxies: { HTTP_PROXY: 'http://proxy.example:3128', no_proxy: 'localhost,.svc,10.0.0.0/8' },
    options: ['env.HTTP_PROXY=http://other.example', '"nodeselector=a=b,c=d"'],
  });
  assert.deepEqual(createArgs('k8s-deploy-77-1', 'kubernetes', '/private/buildkitd.toml', plan), [
    ...START,
    'kubernetes',
    '--driver-opt',
    'image=mirror.example/moby/buildkit:v0.33.1',
    '--driver-opt',
    'env.HTTP_PROXY=http://proxy.example:3128',
    '--driver-opt',
    '"env.no_proxy=localhost,.svc,10.0.0.0/8"',
    '--driver-opt',
    'env.HTTP_PROXY=http://other.example',
    '--driver-opt',
    '"nodeselector=a=b,c=d"',
    '--buildkitd-config',
    '/private/buildkitd.toml',
    '--bootstrap',
  ]);
});

test('a running BuildKit gets its TLS options with absolute paths, and nothing else', () => {
  const plan = planOf({
    wish: { kind: 'remote', endpoint: 'tcp://buildkit.example:1234' },
    image: 'x',
    proxies: { HTTP_PROXY: 'http://proxy.example' },
    options: ['cacert=certs/ca.pem', 'cert=/etc/cert.pem', 'key=a,b.pem', 'servername=buildkit'],
  });
  assert.deepEqual(createArgs('k8s-deploy-77-1', 'remote', undefined, plan), [
    ...START,
    'remote',
    '--driver-opt',
    'cacert=/checkout/certs/ca.pem',
    '--driver-opt',
    'cert=/etc/cert.pem',
    '--driver-opt',
    '"key=/checkout/a,b.pem"',
    '--driver-opt',
    'servername=buildkit',
    '--bootstrap',
    'tcp://buildkit.example:1234',
  ]);
});

// The container of buildx v0.36.1 had NO_PROXY=a,b "c",.svc after the third.
for (const [key, value, option] of [
  ['image', 'x/y:1', 'image=x/y:1'],
  ['env.NO_PROXY', 'a,b', '"env.NO_PROXY=a,b"'],
  ['env.NO_PROXY', 'a,b "c",.svc', '"env.NO_PROXY=a,b ""c"",.svc"'],
  ['env.A', 'b c=d', 'env.A=b c=d'],
] as const) {
  test(`${key} with the value ${value} reaches buildx as ${option}`, () =>
    assert.equal(driverOption(key, value), option));
}

for (const [address, secrets] of [
  ['http://proxy.example:3128', []],
  ['http://user:p%40ssword@proxy.example:3128', ['user:p%40ssword', 'p%40ssword', 'p@ssword']],
  ['user:password@proxy.example:3128', ['user:password', 'password']],
  ['http://user:p@proxy.example', ['user:p']],
  ['http://user@proxy.example/a:b', []],
  ['socks5h://user:%zzzz@proxy.example', ['user:%zzzz', '%zzzz']],
  ['localhost,.svc,10.0.0.0/8', []],
] as const) {
  test(`${secrets.length === 0 ? 'nothing' : secrets.join(' and ')} of ${address} is masked`, () => {
    assert.deepEqual(proxySecrets({ HTTPS_PROXY: address, https_proxy: address }), secrets);
  });
}
