import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findKeptSecrets } from '../../../src/inputs/build-arg-secrets.ts';
import { knownSecrets } from '../../../src/inputs/known-secrets.ts';
import { readInputs } from '../../../src/inputs/read.ts';

const KUBECONFIG = `
users:
  - name: admin
    user: {token: kube-token-1, client-key-data: S0VZREFUQQ==}
  - name: short
    user: {password: abc}
`;

const LINES = ['-----BEGIN CERTIFICATE-----', 'the-second-line', '{', 'short', '-----END CERTIFICATE-----', ''].join(
  '\n',
);

const variable = (name: string): string | undefined =>
  new Map([
    ['ENV_SECRET', 'of-the-env-1'],
    ['LINES', LINES],
  ]).get(name);

const found = (buildArgs: string, kubeconfig = KUBECONFIG): readonly string[] => {
  const inputs = readInputs({
    image: 'a/b',
    context: '.',
    kubeconfig,
    manifests: 'k8s',
    'build-args': buildArgs,
    secrets: 'npm=npm-value-1\nENV_SECRET\nLINES\nshort=true\nid=f,src=f.txt',
    'registry-auth': '- {registry: r.example, username: username, password: registry-password}',
    'github-token': 'token-of-the-job',
  });
  return findKeptSecrets('build-args', inputs.buildArgs, knownSecrets(inputs, variable)).map(({ message }) => message);
};

const repeated = (text: string, count: number): string => text.repeat(count);

/** Put together here, so that nobody takes the file for one that has credentials in it. */
const TABLE: readonly (readonly [value: string, holds: string | undefined])[] = [
  ['npm-value-1', 'the secret npm'],
  ['//registry/:_authToken=npm-value-1', 'the secret npm'],
  ['of-the-env-1', 'the secret ENV_SECRET'],
  ['x-the-second-line', 'the secret LINES'],
  [LINES.replaceAll('\n', ' '), 'the secret LINES'],
  ['registry-password', 'the password for r.example'],
  ['https://x:token-of-the-job@github.com', 'the input github-token'],
  ['kube-token-1', 'the kubeconfig'],
  ['S0VZREFUQQ==', 'the kubeconfig'],
  [`ghp_${repeated('a1', 18)}`, 'what looks like a token of GitHub'],
  [`ghs_${repeated('a1', 18)}`, 'what looks like a token of GitHub'],
  [`https://github_pat_${repeated('a1', 20)}@github.com`, 'what looks like a token of GitHub'],
  [`glpat-${repeated('a1', 10)}`, 'what looks like a token of GitLab'],
  [`AKIA${repeated('A1', 8)}`, 'what looks like a key of AWS'],
  [`xoxb-${repeated('12', 8)}-abc`, 'what looks like a token of Slack'],
  [`npm_${repeated('a1', 18)}`, 'what looks like a token of npm'],
  [`-----BEGIN RSA ${repeated('PRIVATE', 1)} KEY-----`, 'what looks like a private key'],
  [`-----BEGIN ${repeated('PRIVATE', 1)} KEY-----`, 'what looks like a private key'],
  [`eyJ${repeated('a1', 8)}.eyJ${repeated('b2', 8)}.${repeated('c3', 8)}`, 'what looks like a JSON web token'],
  ['true', undefined],
  ['abc', undefined],
  ['username', undefined],
  ['1.4.2', undefined],
  ['npm_config_registry', undefined],
  ['-----BEGIN CERTIFICATE-----', undefined],
  ['860c1904a1ce19322e91ac35af1ab07466440c37', undefined],
  ['ghp_short', undefined],
  ['{ short }', undefined],
  ['-----END CERTIFICATE-----', undefined],
  ['', undefined],
];

for (const [value, holds] of TABLE) {
  test(`a build argument "${value.slice(0, 24)}" holds ${holds ?? 'no secret'}`, () => {
    assert.deepEqual(found(`VERSION=1\nARG=${value}`), holds === undefined ? [] : [`build-args: ARG holds ${holds}`]);
  });
}

test('a kubeconfig in base64 is looked into, one that is a path or broken is not', () => {
  const base64 = Buffer.from(KUBECONFIG).toString('base64');
  assert.deepEqual(found('ARG=kube-token-1', base64), ['build-args: ARG holds the kubeconfig']);
  assert.deepEqual(found('ARG=kube-token-1', 'kubeconfig.yaml'), []);
  assert.deepEqual(found('ARG=kube-token-1', 'users: [*x'), []);
});

test('no message repeats what a build argument holds', () => {
  assert.doesNotMatch(JSON.stringify(found('ONE=npm-value-1\nTWO=registry-password')), /value-1|registry-password/);
});

for (const [input, line, message] of [
  ['labels', 'org.example.note=see npm-value-1', 'labels: org.example.note holds the secret npm'],
  ['build-contexts', 'lib=https://x:npm-value-1@github.com/a/b', 'build-contexts: lib holds the secret npm'],
] as const) {
  test(`what else the image keeps: ${input}`, () => {
    const secrets = [{ name: 'the secret npm', value: 'npm-value-1' }];
    const problems = findKeptSecrets(input, ['other=1', line], secrets);
    assert.deepEqual(
      problems.map((problem) => problem.message),
      [message],
    );
    assert.doesNotMatch(problems[0]?.hint ?? '', /build arguments/);
  });
}
