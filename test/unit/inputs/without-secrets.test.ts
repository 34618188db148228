import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readInputs, type GivenInputs } from '../../../src/inputs/read.ts';
import type { Inputs } from '../../../src/inputs/spec.ts';
import { withoutSecrets } from '../../../src/inputs/without-secrets.ts';
import { failureOfWork } from '../../support/failures.ts';

/** The environment of a step in a run of a fork: what comes from secrets is empty. */
const variable = (name: string): string | undefined => ({ VERSION: '1', NPM_TOKEN: '' })[name];

const BUILD = { image: 'ghcr.io/org/app', context: '.' };

function read(given: GivenInputs): { readonly inputs: Inputs; readonly leftOut: readonly string[] } {
  const { given: readable, leftOut } = withoutSecrets(given, variable);
  return { inputs: readInputs(readable, 'restricted'), leftOut };
}

const problemsOf = async (given: GivenInputs): Promise<readonly string[]> =>
  (await failureOfWork(() => read(given))).lines;

describe('in a run without secrets', () => {
  test('a whole workflow of a deploy can be read, though each of its secrets is empty', () => {
    const { inputs, leftOut } = read({
      ...BUILD,
      manifests: 'k8s',
      vars: 'API_KEY',
      kubeconfig: '',
      'github-token': '',
      deployment: 'on',
      comment: 'on',
      environment: 'staging',
      'smoke-test': 'https://shop.example.com/',
      'registry-auth':
        '- registry: ghcr.io\n  username: \n  password: \n- registry: reg.example\n  username: me\n  password: x',
      secrets: 'npm=\nNPM_TOKEN\nid=other,env=NPM_TOKEN\nVERSION\nplain=text',
    });
    assert.deepEqual(leftOut, [
      'registry-auth for ghcr.io',
      'the secret npm',
      'the secret NPM_TOKEN',
      'the secret other',
    ]);
    assert.deepEqual(inputs.registryAuth, [
      { kind: 'password', registry: 'reg.example', username: 'me', password: 'x' },
    ]);
    assert.deepEqual(
      inputs.secrets.map(({ id }) => id),
      ['VERSION', 'plain'],
    );
  });

  for (const [says, text] of [
    ['no password', '- registry: ghcr.io\n  username: me\n  password: ""'],
    ['nothing at all', '- registry: \n  username: \n  password: '],
    ['a helper without a name', '- { registry: ghcr.io, helper: "" }'],
  ] as const) {
    test(`a login with ${says} is left out, and the input with it`, () => {
      assert.deepEqual(read({ ...BUILD, 'registry-auth': text }).inputs.registryAuth, []);
    });
  }

  test('a password stays the text that it was', () => {
    const { inputs } = read({
      ...BUILD,
      'registry-auth': `- registry: reg.example\n  username: me\n  password: '007'\n- { registry: x.example, username: '', password: '' }`,
    });
    assert.deepEqual(inputs.registryAuth, [
      { kind: 'password', registry: 'reg.example', username: 'me', password: '007' },
    ]);
  });

  for (const [given, expected] of [
    ['/app', 'app'],
    ['ghcr.io//app', 'ghcr.io/app'],
    ['', 'unnamed'],
    ['//', 'unnamed'],
  ] as const) {
    test(`an image of which a part is a secret, "${given}", is called ${expected}, and reads no cache of another`, () => {
      const { inputs, leftOut } = read({ ...BUILD, image: given, cache: 'local', 'cache-folder': '/cache' });
      const { registry, path } = inputs.image ?? {};
      assert.equal([registry, path].filter((part) => part !== undefined).join('/'), expected);
      assert.deepEqual([inputs.cache, leftOut], ['off', ['image, in part']]);
    });
  }

  test('caches whose names are not whole are left out, the others stay', () => {
    const { inputs, leftOut } = read({
      ...BUILD,
      image: '/app',
      'cache-from': 'type=registry,ref=/app:cache\ntype=gha\ntype=registry,ref=ghcr.io/org/app:cache',
    });
    assert.deepEqual(inputs.cacheFrom, ['type=gha', 'type=registry,ref=ghcr.io/org/app:cache']);
    assert.deepEqual(leftOut, ['cache-from, in part', 'image, in part']);
    assert.equal(read({ ...BUILD, 'cache-repository': '/cache' }).inputs.cacheRepository, undefined);
  });

  test('what has nothing to do with secrets is as wrong as ever', async () => {
    assert.deepEqual(
      await problemsOf({
        ...BUILD,
        timeout: 'soon',
        secrets: '?',
        'registry-auth': 'ghcr.io',
        manifests: 'k8s',
        target: '?',
      }),
      [
        'target: "?" is not a name: letters, digits and _ . - only',
        'secrets: a line does not begin with an id of letters, digits and _ . -; the forms are id=value, id, id=ID,env=NAME or id=ID,src=PATH',
        'registry-auth: this is not a list: each entry begins with "- registry: "',
        'timeout: "soon" is not a duration like 90s, 5m, 1h30m or 7d',
      ],
    );
  });

  test('a skaffold.yaml is deployed by other runs, so what is for its manifests is no mistake', () => {
    const given = {
      'skaffold-file': 'skaffold.yaml',
      kubeconfig: '',
      vars: 'A',
      'smoke-test': 'https://shop.example.com/',
    };
    assert.equal(read(given).inputs.skaffoldFile, 'skaffold.yaml');
  });

  test('a preview is removed without a word about its kubeconfig', () => {
    assert.equal(read({ command: 'destroy', preview: 'true', kubeconfig: '' }).inputs.command, 'destroy');
  });
});

test('in any other run the same empty secrets are problems, told together', async () => {
  const { lines } = await failureOfWork(() =>
    readInputs({
      ...BUILD,
      manifests: 'k8s',
      kubeconfig: '',
      secrets: 'npm=',
      'registry-auth': '- registry: ghcr.io\n  username: me\n  password: ""',
    }),
  );
  assert.deepEqual(lines, [
    'secrets: "npm=" has no value; often that means that the secret is not set for this repository',
    'registry-auth: entry 1 (ghcr.io) has no password; an empty value often means that the secret is not set',
    'kubeconfig: is missing or empty',
  ]);
});
