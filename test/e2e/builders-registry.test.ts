import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertPushed, openBuildScene, type BuildScene } from '../support/own-builder-scene.ts';
import { openRegistryProxy, type RegistryProxy } from '../support/registry-proxy.ts';
import { privateCertificate } from '../support/registry-tls.ts';
import { tokenGate } from '../support/registry-tokens.ts';
import type { Deploy } from '../support/scene.ts';

/** A registry with a certificate that no machine knows, and proxies: what reaches buildx and the BuildKit of our own. */

const PASSWORD = 's3cr3t-password-of-the-pusher';
const PROXY_PASSWORD = 's3cr3t-password-of-the-proxy';

let scene: BuildScene;
let folder: string;
let authority: string;
let proxy: RegistryProxy;
before(async () => {
  scene = await openBuildScene('builders-registry');
  folder = await mkdtemp(join(tmpdir(), 'registry-'));
  const tls = await privateCertificate(folder, [scene.hostIp]);
  authority = readFileSync(tls.authorityPath, 'utf8');
  // buildx itself fetches the tokens.
  const gate = tokenGate({ users: [{ name: 'pusher', password: scene.scene.secret(PASSWORD), may: 'push' }] });
  proxy = await openRegistryProxy({ upstream: scene.registry, tls, gate, listenOn: '0.0.0.0' });
});
after(async () => {
  await proxy.close();
  await rm(folder, { recursive: true });
  await scene.close();
});

function build(name: string, inputs: Readonly<Record<string, string>>): Promise<Deploy> {
  const host = `${scene.hostIp}:${proxy.port}`;
  return scene.build(name, {
    inputs: {
      ...scene.container,
      image: `${host}/${scene.scene.cluster.namespace}/${name}`,
      'registry-auth': `- {registry: '${host}', username: pusher, password: ${PASSWORD}}`,
      ...inputs,
    },
  });
}

test('with registry-ca buildx and BuildKit reach a registry of a private authority, from the first look to the tag', async () => {
  const built = await build('private', { 'registry-ca': authority, tags: 'latest' });

  await assertPushed(built, { at: scene.registry, tags: ['latest'] });
  assert.doesNotMatch(built.log, /x509|does not tell/);
});

test('the same commit again is found there: no builder is started', async () => {
  scene.scene.write('ca/authority.pem', authority);
  const again = await build('private', { 'registry-ca': 'ca/authority.pem', tags: 'latest' });

  await assertPushed(again, { at: scene.registry });
  assert.match(again.log, /was built before from the same inputs: nothing is built/);
  assert.deepEqual(
    again.commands.filter((command) => command.startsWith('buildx create')),
    [],
  );
});

test('without registry-ca it is red, and the hint names the input', async () => {
  const red = await build('unknown', {});

  assert.deepEqual([red.exitCode, red.outputs['reason']], [1, 'push-refused'], red.log);
  assert.match(red.log, /certificate signed by unknown authority/);
  assert.match(red.log, /needs that authority in the input registry-ca/);
  assert.deepEqual(await scene.inEngine(), []);
});

test('the proxies of the job are in the container with all commas of NO_PROXY, and their password in no log and no command', async () => {
  scene.scene.secret(PROXY_PASSWORD);
  const noProxy = `${scene.scene.lab.env['NO_PROXY'] ?? ''},.internal.example.com,10.0.0.0/8`;
  const address = `http://user:${PROXY_PASSWORD}@proxy.example.com:3128`;
  let environment: unknown;

  const built = await scene.build('proxied', {
    inputs: scene.container,
    env: { HTTPS_PROXY: address, NO_PROXY: noProxy, no_proxy: noProxy },
    meanwhile: {
      atText: 'Builder: k8s-deploy-',
      act: async () => {
        const [container = ''] = (await scene.docker(['ps', '--quiet'])).split('\n');
        environment = JSON.parse(await scene.docker(['inspect', '--format', '{{json .Config.Env}}', container]));
      },
    },
  });

  await assertPushed(built);
  assert.ok(Array.isArray(environment), built.log);
  const proxies = environment.map(String).filter((line) => /proxy=/i.test(line));
  assert.deepEqual(proxies.toSorted(), [`HTTPS_PROXY=${address}`, `NO_PROXY=${noProxy}`, `no_proxy=${noProxy}`]);
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.scene.assertNothingLeft({ isConnected: false });
});
