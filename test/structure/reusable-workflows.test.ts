import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { oidcWorkflow } from '../../scripts/oidc-workflow.ts';
import { stampWorkflow } from '../../scripts/stamp-workflow.ts';
import { ENVIRONMENT_FIELDS } from '../../src/inputs/environment-fields.ts';
import { INPUTS } from '../../src/inputs/spec.ts';
import { OUTPUTS } from '../../src/report/outputs.ts';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import { ROOT } from '../support/source-files.ts';

const NAMES = ['deploy.yml', 'deploy-oidc.yml', 'preview.yml'];
const textOf = (name: string): string => readFileSync(join(ROOT, '.github/workflows', name), 'utf8');
const keysAt = (object: unknown, ...path: readonly string[]): readonly string[] => {
  const found = valueAt(object, ...path);
  return isJsonObject(found) ? Object.keys(found) : [];
};

/** Inputs of the workflows that are not inputs of the action. */
const OF_THE_WORKFLOW = [
  'build-timeout-minutes',
  'cloud',
  'collect',
  'kubeconfig-file',
  'pull-request',
  'registry-in-cloud',
  'runs-on',
  'timeout-minutes',
];

for (const name of NAMES) {
  const text = textOf(name);
  const workflow: unknown = parse(text);
  const declared = keysAt(workflow, 'on', 'workflow_call', 'inputs');
  const own = stepsOf(workflow).filter((step) => textAt(step, 'uses') === '$/');
  const inputNames = Object.values(INPUTS).map((input) => input.name);

  test(`${name}: what a caller can give is what the action knows`, () => {
    const unknown = declared.filter((input) => !inputNames.includes(input) && !OF_THE_WORKFLOW.includes(input));
    assert.deepEqual(unknown, []);
  });

  test(`${name}: everything that a caller can give is used`, () => {
    const secrets = keysAt(workflow, 'on', 'workflow_call', 'secrets');
    assert.deepEqual(
      [
        ...declared.filter((input) => !isRead(text, `inputs.${input}`)),
        ...secrets.filter((secret) => !isRead(text, `secrets.${secret}`)),
      ],
      [],
    );
  });

  test(`${name}: every input that the action is given exists, and every output that is read`, () => {
    const given = own.flatMap((step) => keysAt(step, 'with'));
    assert.deepEqual(
      given.filter((input) => !inputNames.includes(input)),
      [],
    );
    const ids = own.map((step) => textAt(step, 'id') ?? '');
    const read = [...text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)].filter(([, id = '']) => ids.includes(id));
    assert.deepEqual(
      read.map(([, , output = '']) => output).filter((output) => !Object.hasOwn(OUTPUTS, output)),
      [],
    );
  });

  test(`${name}: an input with a value of its own has the default of the action`, () => {
    const different = declared.filter((input) => {
      const fallback = valueAt(workflow, 'on', 'workflow_call', 'inputs', input, 'default');
      const ofAction = Object.values(INPUTS).find((one) => one.name === input)?.fallback;
      return (
        fallback !== undefined && ofAction !== undefined && JSON.stringify(fallback).replaceAll('"', '') !== ofAction
      );
    });
    // GitHub's environment of all previews, where the action has none.
    assert.deepEqual(
      different.filter((input) => `${name} ${input}` !== 'preview.yml environment'),
      [],
    );
  });

  test(`${name}: the copy for a server runs the action of that server, and has nothing that only github.com knows`, () => {
    const copy = stampWorkflow(text, { repository: 'platform/k8s-deploy', ref: 'v1.2.3' });
    assert.equal(
      stepsOf(parse(copy)).filter((step) => textAt(step, 'uses') === 'platform/k8s-deploy@v1.2.3').length,
      own.length,
    );
    assert.doesNotMatch(copy, /uses: \$\/|queue:|^ +deployment: (?!\$\{\{ inputs\.deployment( |\}))\S/m);
    assert.doesNotMatch(JSON.stringify(valueAt(parse(copy), 'jobs')), /"environment":\{[^}]*"deployment"/);
  });
}

test('every field of an environment reaches its deploy', () => {
  const unread = ENVIRONMENT_FIELDS.filter((field) => !isRead(textOf('deploy.yml'), `matrix.${field}`));
  assert.deepEqual(unread, []);
});

test('deploy-oidc.yml is what follows from deploy.yml: node scripts/generate-oidc-workflow.ts', () => {
  assert.equal(textOf('deploy-oidc.yml'), oidcWorkflow(textOf('deploy.yml')));
  assert.doesNotMatch(textOf('deploy-oidc.yml'), /secrets\.kubeconfig/);
});

function stepsOf(workflow: unknown): readonly JsonObject[] {
  return keysAt(workflow, 'jobs').flatMap((job) => objectsAt(workflow, 'jobs', job, 'steps'));
}

function isRead(text: string, name: string): boolean {
  return new RegExp(`${name.replaceAll('.', String.raw`\.`)}(?![\\w-])`).test(text);
}
