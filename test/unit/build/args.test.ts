import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildCommand, type BuildRequest } from '../../../src/build/args.ts';
import { INPUTS_LABEL } from '../../../src/build/record.ts';
import type { BuildPlan } from '../../../src/plan/build-slices.ts';
import { LESSER, PLAN, REPOSITORY, valuesOf, WHOLE } from './registry-scene.ts';
import { SHA } from './settings.ts';

const REQUEST: BuildRequest = {
  inputs: { context: 'server' },
  target: undefined,
  cache: { from: [], to: [] },
  secrets: [],
  output: { kind: 'digest' },
  metadataFile: '/private/m.json',
};

const argsOf = (plan: Partial<BuildPlan>, request: Partial<BuildRequest> = {}, builder = WHOLE): readonly string[] =>
  buildCommand({ ...PLAN, ...plan }, builder, { ...REQUEST, ...request }).args;

test('a plain build: pushed by digest, without provenance, with the commit and the inputs as labels', () => {
  const { tool, env, cwd, args } = buildCommand(PLAN, WHOLE, REQUEST);
  assert.deepEqual(
    [tool, cwd, env],
    [
      '/opt/buildx',
      PLAN.workspace,
      { ...WHOLE.buildx.env, BUILDX_METADATA_WARNINGS: 'true', BUILDX_METADATA_PROVENANCE: 'disabled' },
    ],
  );
  assert.deepEqual(args, [
    'build',
    '--builder',
    'ours',
    '--label',
    `org.opencontainers.image.revision=${SHA}`,
    '--label',
    `${INPUTS_LABEL}={"context":"server"}`,
    '--provenance=false',
    '--output',
    `type=image,name=${REPOSITORY},push-by-digest=true,name-canonical=true,push=true`,
    '--metadata-file',
    '/private/m.json',
    '--progress=plain',
    '/checkout/server',
  ]);
});

test('each list is a flag per entry, and no value is split or joined', () => {
  const args = argsOf(
    {
      file: '/checkout/server/My Dockerfile',
      platforms: ['linux/amd64', 'linux/arm64'],
      buildArgs: ['A=1 2', 'B=$(x)'],
      buildContexts: ['shared=/checkout/shared'],
      ssh: ['default', 'key=/x'],
      noCache: true,
      pull: true,
      proofs: { provenance: 'mode=max', sbom: 'true', attests: ['type=sbom,generator=x'] },
    },
    {
      target: 'prod',
      secrets: ['--secret', 'id=a,env=A'],
      cache: { from: ['type=gha', 'type=registry,ref=a:b'], to: ['type=gha,mode=max'] },
    },
  );
  const options = [
    ['--file', '/checkout/server/My Dockerfile', '--target', 'prod', '--platform', 'linux/amd64,linux/arm64'],
    ['--build-arg', 'A=1 2', '--build-arg', 'B=$(x)', '--build-context', 'shared=/checkout/shared'],
  ].flat();
  assert.deepEqual(args.slice(3, args.indexOf('--label')), options);
  assert.deepEqual(
    args.slice(args.lastIndexOf('--label') + 2, args.indexOf('--output')),
    [
      ['--secret', 'id=a,env=A', '--ssh', 'default', '--ssh', 'key=/x', '--no-cache', '--pull'],
      ['--cache-from', 'type=gha', '--cache-from', 'type=registry,ref=a:b', '--cache-to', 'type=gha,mode=max'],
      ['--provenance=mode=max', '--sbom=true', '--attest', 'type=sbom,generator=x'],
    ].flat(),
  );
});

test('no label of the user takes the place of ours', () => {
  const labels = ['a=b', 'org.opencontainers.image.revision=mine', `${INPUTS_LABEL}=mine`];
  assert.deepEqual(valuesOf(argsOf({ labels }), '--label').slice(-2), [
    `org.opencontainers.image.revision=${SHA}`,
    `${INPUTS_LABEL}={"context":"server"}`,
  ]);
});

test('an engine that pushes tags only is given one, by its default builder', () => {
  const args = argsOf({}, { output: { kind: 'tags', references: [`${REPOSITORY}:1`] } }, LESSER);
  assert.deepEqual([valuesOf(args, '--tag'), args.includes('--push')], [[`${REPOSITORY}:1`], true]);
  assert.deepEqual([args.includes('--output'), args.includes('--builder')], [false, false]);
});

test('a stage that is only a cache is neither pushed nor proven', () => {
  const proofs = { provenance: 'mode=max', sbom: 'true', attests: ['type=x'] };
  const args = argsOf({ proofs }, { output: { kind: 'cache' } });
  assert.deepEqual(valuesOf(args, '--output'), ['type=cacheonly']);
  assert.deepEqual(
    args.filter((arg) => /^--(?:provenance|sbom|attest|push|tag)/.test(arg)),
    ['--provenance=false'],
  );
});
