import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import { secretsOf } from '../../../src/kube/kubeconfig-secrets.ts';
import { loadKubeconfig, selectContext, yamlWithContext } from '../../../src/kube/kubeconfig.ts';
import { failureOfWork } from '../../support/failures.ts';
import { memoryFiles } from '../../support/memory-files.ts';

const CA = '-----BEGIN CERTIFICATE-----\nMIIBsecretlessauthority\n-----END CERTIFICATE-----\n';
const KEY =
  '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIverysecretkeyline\nsecondsecretkeyline==\n-----END EC PRIVATE KEY-----\n';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const CONFIG = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'prod',
  clusters: [
    {
      name: 'eu',
      cluster: {
        server: 'https://eu.example:6443/base',
        'certificate-authority-data': base64(CA),
        'tls-server-name': 'eu',
      },
    },
    { name: 'us', cluster: { server: 'https://us.example', 'insecure-skip-tls-verify': true } },
  ],
  contexts: [
    { name: 'prod', context: { cluster: 'eu', user: 'deployer', namespace: 'shop' } },
    { name: 'test', context: { cluster: 'us', user: 'deployer' } },
    { name: 'broken', context: { cluster: 'gone', user: 'deployer' } },
  ],
  users: [{ name: 'deployer', user: { token: 'token-s3cret-1', 'client-key-data': base64(KEY) } }],
};
const YAML = stringify(CONFIG);
const WORKSPACE = '/checkout/app';

const load = (input: string, files: Readonly<Record<string, string>> = {}) =>
  loadKubeconfig(input, WORKSPACE, memoryFiles(files));

for (const [says, input, files] of [
  ['YAML', YAML, {}],
  ['JSON, which is YAML', JSON.stringify(CONFIG), {}],
  ['base64', base64(YAML), {}],
  ['base64 in lines of 76, as `base64` prints it', base64(YAML).replaceAll(/.{76}/g, '$&\n'), {}],
  ['a path in the workspace', 'secrets/kc.yaml', { '/checkout/app/secrets/kc.yaml': YAML }],
  ['an absolute path', '/etc/kc', { '/etc/kc': YAML }],
] as const) {
  test(`a kubeconfig is taken as ${says}`, async () => {
    const kubeconfig = await load(input, files);
    assert.deepEqual(kubeconfig.content, CONFIG);
    assert.deepEqual(parse(kubeconfig.yaml), CONFIG);
  });
}

test('files that a kubeconfig file names are found from its own folder, as kubectl does', async () => {
  const withFiles = {
    ...CONFIG,
    clusters: [{ name: 'eu', cluster: { server: 'https://x', 'certificate-authority': 'ca.crt' } }],
    users: [
      {
        name: 'deployer',
        user: {
          'client-certificate': '../pki/me.crt',
          'client-key': '/abs/me.key',
          tokenFile: 'token',
          exec: { command: './bin/login' },
        },
      },
      { name: 'other', user: { exec: { command: 'aws', args: ['eks', 'get-token'] } } },
    ],
  };
  const { content } = await load('conf/kc', { '/checkout/app/conf/kc': stringify(withFiles) });
  assert.deepEqual(content['users'], [
    {
      name: 'deployer',
      user: {
        'client-certificate': '/checkout/app/pki/me.crt',
        'client-key': '/abs/me.key',
        tokenFile: '/checkout/app/conf/token',
        exec: { command: '/checkout/app/conf/bin/login' },
      },
    },
    { name: 'other', user: { exec: { command: 'aws', args: ['eks', 'get-token'] } } },
  ]);
  assert.deepEqual(content['clusters'], [
    { name: 'eu', cluster: { server: 'https://x', 'certificate-authority': '/checkout/app/conf/ca.crt' } },
  ]);
});

test('files named in a kubeconfig that is given as text are found in the workspace', async () => {
  const text = stringify({
    clusters: [{ name: 'eu', cluster: { server: 'https://x', 'certificate-authority': 'pki/ca.crt' } }],
    contexts: [{ name: 'eu', context: { cluster: 'eu', user: 'me' } }],
    users: [],
  });
  const { content } = await load(text);
  assert.deepEqual(content['clusters'], [
    { name: 'eu', cluster: { server: 'https://x', 'certificate-authority': '/checkout/app/pki/ca.crt' } },
  ]);
});

const NEITHER =
  'The input kubeconfig is neither YAML with clusters and contexts, nor base64 of it, nor the path of a file';

for (const [says, input, message] of [
  ['a password', 'verysecretpassword', NEITHER],
  ['YAML of something else', 'kind: Secret\ndata: { verysecret: x }', NEITHER],
  ['broken YAML', `${YAML}\n  verysecret: [`, NEITHER],
  ['base64 of something else', base64('verysecret'), NEITHER],
  ['a path without a file', 'verysecret/kc.yaml', NEITHER],
  ['a file of something else', 'other', 'The file that the input kubeconfig names is not a kubeconfig'],
  ['a cluster without a server', stringify({ ...CONFIG, clusters: [{ name: 'verysecret', cluster: {} }] }), undefined],
  ['a context without a name', stringify({ ...CONFIG, contexts: [{ context: { cluster: 'verysecret' } }] }), undefined],
  ['clusters that are text', stringify({ ...CONFIG, clusters: ['verysecret'] }), undefined],
] as const) {
  test(`${says} is refused, and its content is not repeated`, async () => {
    const failure = await failureOfWork(() => load(input, { '/checkout/app/other': 'verysecret: 1' }));
    assert.equal(failure.code, 'kubeconfig-invalid');
    assert.equal(failure.message, message ?? failure.message);
    assert.doesNotMatch(JSON.stringify(failure), /verysecret/);
  });
}

test('programs that cannot be told which context is meant find it as the current one, and all else as it was', async () => {
  const kubeconfig = await load(YAML);
  const changed = await load(yamlWithContext(kubeconfig, 'test'));
  assert.equal(selectContext(changed, undefined).context, 'test');
  assert.equal(yamlWithContext(changed, selectContext(kubeconfig, undefined).context), kubeconfig.yaml);
});

test('the current context is used, or the one that is wished for', async () => {
  const kubeconfig = await load(YAML);
  assert.deepEqual(selectContext(kubeconfig, undefined), {
    context: 'prod',
    server: 'https://eu.example:6443/base',
    namespace: 'shop',
    ca: CA,
    skipVerify: false,
    serverName: 'eu',
  });
  const test = selectContext(kubeconfig, 'test');
  assert.deepEqual(
    [test.server, test.namespace, test.ca, test.skipVerify],
    ['https://us.example', undefined, undefined, true],
  );
});

for (const [says, edits, wished, message] of [
  [
    'no current context',
    { 'current-context': undefined },
    undefined,
    'The kubeconfig has no current-context; it has prod, test, broken',
  ],
  [
    'a current context that is not there',
    { 'current-context': 'old' },
    undefined,
    'The kubeconfig has no context "old"; it has prod, test, broken',
  ],
  ['a wish that is not there', {}, 'staging', 'The kubeconfig has no context "staging"; it has prod, test, broken'],
  [
    'a context of a cluster that is not there',
    {},
    'broken',
    'Context "broken" of the kubeconfig names the cluster "gone", which it does not have',
  ],
  [
    'a server that is no URL',
    { clusters: [{ name: 'eu', cluster: { server: 'eu.example' } }] },
    undefined,
    'Cluster "eu" of the kubeconfig has a server that is not a URL',
  ],
] as const) {
  test(`${says} is refused with the names there are`, async () => {
    const kubeconfig = await load(stringify({ ...CONFIG, ...edits }));
    const failure = await failureOfWork(() => selectContext(kubeconfig, wished));
    assert.deepEqual([failure.code, failure.message], ['kubeconfig-invalid', message]);
  });
}

const secretsIn = async (user: object): Promise<readonly string[]> =>
  secretsOf(await load(stringify({ ...CONFIG, users: [{ name: 'deployer', user }] })));

for (const [says, user, secret] of [
  ['a token', { token: 'abcdefgh-token' }, 'abcdefgh-token'],
  ['a password', { username: 'me', password: 'correct horse' }, 'correct horse'],
  ['a client key', { 'client-key-data': base64(KEY) }, base64(KEY)],
  ['a line of the decoded client key', { 'client-key-data': base64(KEY) }, 'MHcCAQEEIverysecretkeyline'],
  [
    'what an auth provider keeps',
    { 'auth-provider': { name: 'oidc', config: { 'refresh-token': 'refresh-s3cret' } } },
    'refresh-s3cret',
  ],
  [
    'a secret variable of a credential plugin',
    { exec: { command: 'x', env: [{ name: 'AWS_SECRET_ACCESS_KEY', value: 'aws-s3cret' }] } },
    'aws-s3cret',
  ],
] as const) {
  test(`masked: ${says}`, async () => {
    const found = await secretsIn(user);
    assert.ok(found.includes(secret), `${secret} is not in ${found.join()}`);
  });
}

test('what is no secret is not masked: names, markers of PEM, ordinary variables, short words', async () => {
  const found = await secretsIn({
    username: 'deployer-name',
    password: 'short',
    'client-key-data': base64(KEY),
    exec: { command: 'aws', env: [{ name: 'AWS_REGION', value: 'eu-central-1' }] },
  });
  for (const word of ['deployer-name', 'short', 'eu-central-1', '-----BEGIN EC PRIVATE KEY-----', '']) {
    assert.ok(!found.includes(word), `${word} would be masked`);
  }
});

test('the secrets of all users are masked, also of those that are not used', async () => {
  const users = [
    { name: 'a', user: { token: 'token-of-the-first' } },
    { name: 'b', user: { token: 'token-of-the-second' } },
  ];
  const found = secretsOf(await load(stringify({ ...CONFIG, users })));
  assert.deepEqual(
    found.filter((secret) => secret.startsWith('token')),
    ['token-of-the-first', 'token-of-the-second'],
  );
});
