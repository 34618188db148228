import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInputs, type GivenInputs } from '../../../src/inputs/read.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import { event, HEAD, pullRequestPayload } from '../../support/event-payloads.ts';
import { FACTS } from '../../support/runner-facts.ts';

const OF_SEVEN = { ...FACTS, event: event('pull_request', pullRequestPayload('here'), HEAD) };
const TOKEN = { kubeconfig: 'kubeconfig.yaml', 'github-token': 'token' };
const DEPLOY = { ...TOKEN, manifests: 'k8s' };

for (const [what, given, key] of [
  ['a preview', { ...DEPLOY, preview: 'true' }, 'preview app'],
  ['the end of a preview', { ...TOKEN, command: 'destroy', preview: 'true' }, 'preview app'],
  [
    'a plan of a preview, beside that of the preview',
    { ...DEPLOY, command: 'plan', preview: 'true' },
    'plan app app-pr-7',
  ],
  ['a plan', { ...DEPLOY, command: 'plan', namespace: 'shop', environment: 'prod' }, 'plan app prod shop'],
  ['a deploy that wants one', { ...DEPLOY, namespace: 'shop', comment: 'on' }, 'deploy app shop'],
  ['an environment of other letters', { ...DEPLOY, environment: 'prod!', comment: 'on' }, 'deploy app prod_ 7cfdbbd9'],
  ['another one like it', { ...DEPLOY, environment: 'prod?', comment: 'on' }, 'deploy app prod_ 96fde4c7'],
  ['no deploy that does not', { ...DEPLOY, namespace: 'shop' }, undefined],
  ['no dry run', { ...TOKEN, command: 'destroy', preview: 'true', 'dry-run': 'true' }, undefined],
  ['no sweep', { ...TOKEN, command: 'sweep' }, undefined],
] as readonly (readonly [string, GivenInputs, string | undefined])[]) {
  test(`there is a comment for ${what}`, () => {
    assert.equal(makePlan(readInputs(given), OF_SEVEN).github.comment?.key, key);
  });
}

const deploymentOf = (given: GivenInputs) => makePlan(readInputs(given), OF_SEVEN).github.deployment;

test('the deployment of a preview is of its namespace, in an environment that goes away; a plan and the end of it have none', () => {
  const { environment, task, isTransient, isProduction } = deploymentOf({ ...DEPLOY, preview: 'true' }) ?? {};
  assert.deepEqual([environment, task, isTransient, isProduction], ['preview', 'deploy:app-pr-7', true, false]);
  assert.equal(deploymentOf({ ...DEPLOY, preview: 'true', command: 'plan' }), undefined);
  assert.equal(deploymentOf({ ...TOKEN, preview: 'true', command: 'destroy' }), undefined);
});
