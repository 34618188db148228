import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readInputs, type GivenInputs } from '../../../src/inputs/read.ts';
import { readOnly } from '../../../src/plan/cache.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { RunnerFacts } from '../../../src/plan/runner-facts.ts';
import { event, HEAD, pullRequestPayload } from '../../support/event-payloads.ts';
import { FACTS, SHA } from '../../support/runner-facts.ts';

const FORKED: RunnerFacts = {
  ...FACTS,
  event: event('pull_request', pullRequestPayload('a fork'), SHA),
  ref: 'refs/pull/7/merge',
  baseRef: 'main',
};
const WHY = 'the pull request comes from a fork, so this run has no secrets and must not push or deploy';
const DEPLOY = { manifests: 'k8s', vars: 'API_KEY', kubeconfig: 'kubeconfig.yaml', 'github-token': 'token' };
const BUILD = { image: 'ghcr.io/org/app', context: '.' };

const plan = (given: GivenInputs, facts = FORKED): Plan => makePlan(readInputs(given, 'restricted'), facts);

test('a deploy in a restricted run is a build of its head: no cluster, no manifests, no records, nothing on GitHub', () => {
  const { withheld, sha, cluster, render, promotion, github, preview } = plan({
    ...BUILD,
    ...DEPLOY,
    environment: 'staging',
    'require-verified': 'dev',
    deployment: 'on',
    comment: 'on',
    'pre-deploy': 'migrate.yaml',
    'render-to': 'out',
  });
  assert.deepEqual([withheld, sha, cluster, preview], [WHY, HEAD, undefined, undefined]);
  assert.deepEqual([render.manifests, render.preDeploy, render.vars, render.renderTo], [[], [], [], undefined]);
  assert.deepEqual(promotion, { environment: undefined, required: undefined });
  assert.deepEqual([github.deployment, github.comment], [undefined, undefined]);
});

describe('in a restricted run', () => {
  for (const [kind, given] of [
    ['build', BUILD],
    ['bake', { 'bake-files': 'docker-bake.hcl', image: 'ghcr.io/org/app' }],
    ['command', { image: 'ghcr.io/org/app', 'build-command': 'make push' }],
  ] as const) {
    test(`what ${kind === 'build' ? 'a Dockerfile' : kind} builds is not pushed, and its cache is read only`, () => {
      const { images } = plan(given);
      const settings =
        images.kind === 'build'
          ? images.build
          : images.kind === 'bake'
            ? images.bake
            : images.kind === 'command'
              ? images.command
              : undefined;
      assert.equal(images.kind, kind);
      assert.equal(settings?.isPushed, false);
      assert.deepEqual(
        settings?.cache.kind === 'auto' ? [settings.cache.reads, settings.cache.writes] : settings?.cache,
        [['pr-7', 'main'], undefined],
      );
    });

    test(`of ${kind} nothing is taken that others have built`, () => {
      const { images, checkout } = plan({ ...given, build: 'never' });
      assert.deepEqual([images.kind, checkout.paths], ['none', []]);
    });
  }

  test('what skaffold builds is not pushed', () => {
    const { images, cluster } = plan({ 'skaffold-file': 'skaffold.yaml', kubeconfig: 'kubeconfig.yaml' });
    assert.deepEqual([images.kind === 'skaffold' && images.skaffold.isPushed, cluster], [false, undefined]);
  });

  for (const [says, given] of [
    ['images that are built already', { ...DEPLOY, images: 'ghcr.io/org/app:1' }],
    ['manifests alone', DEPLOY],
    ['a plan of a build', { ...DEPLOY, ...BUILD, command: 'plan' }],
  ] as const) {
    test(`${says}: nothing is left to be done`, () => {
      const { images, cluster } = plan(given);
      assert.deepEqual([images.kind, cluster], ['none', undefined]);
    });
  }

  test('caches that are named by hand are read and not written', () => {
    const { images } = plan({ ...BUILD, 'cache-from': 'type=gha', 'cache-to': 'type=gha' });
    assert.deepEqual(images.kind === 'build' && images.build.cache, { kind: 'raw', from: ['type=gha'], to: [] });
  });

  test('a builder that stays is not used, nor one in the cluster', () => {
    assert.equal(plan({ ...BUILD, builder: 'container', 'keep-builder': 'true' }).builder.isKept, false);
    const { wish, options } = plan({ ...BUILD, builder: 'kubernetes', 'builder-options': 'replicas=2' }).builder;
    assert.deepEqual([wish, options], [{ kind: 'auto' }, []]);
    const remote = plan({ ...BUILD, builder: 'tcp://127.0.0.1:1234' }).builder;
    assert.deepEqual(remote.wish, { kind: 'remote', endpoint: 'tcp://127.0.0.1:1234' });
  });
});

test('push: false in a run that is trusted: the same build, with the builder that was asked for', () => {
  const { withheld, images, builder } = makePlan(
    readInputs({ ...BUILD, push: 'false', builder: 'kubernetes', 'keep-builder': 'true' }),
    FACTS,
  );
  assert.deepEqual([withheld, builder.wish, builder.isKept], ['push is false', { kind: 'kubernetes' }, true]);
  assert.deepEqual(
    images.kind === 'build' && [images.build.isPushed, 'writes' in images.build.cache && images.build.cache.writes],
    [false, undefined],
  );
});

test('a plan of a trusted run withholds nothing', () => {
  const { withheld, images } = makePlan(readInputs(BUILD), FACTS);
  assert.deepEqual([withheld, images.kind === 'build' && images.build.isPushed], [undefined, true]);
});

test('no cache has nothing that could be written', () => {
  assert.deepEqual(readOnly({ kind: 'off' }), { kind: 'off' });
});
