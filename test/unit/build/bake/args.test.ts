import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkArgs, imageArgs, printArgs, type BakeExtras } from '../../../../src/build/bake/args.ts';
import type { BakeImage } from '../../../../src/build/bake/images.ts';
import type { BakePlan } from '../../../../src/plan/build-slices.ts';
import { parseImageReference } from '../../../../src/values/image.ts';
import { BUILDER, PLAN, settingsIn } from './buildx.ts';
import { SHA } from '../settings.ts';

const IMAGE: BakeImage = {
  target: { name: 'server', definition: {} },
  image: parseImageReference(`reg.example/org/server:${SHA}`),
  tags: ['main'],
  inputs: { context: 'server', 'arg V': '12' },
};
const NOTHING: BakeExtras = { cacheFrom: [], cacheTo: [], secrets: [], folders: [] };

const argsOf = (plan: Partial<BakePlan> = {}, extras: Partial<BakeExtras> = {}): readonly string[] =>
  imageArgs(IMAGE, { ...PLAN, ...plan }, BUILDER, { ...NOTHING, ...extras }, '/private/m.json');

test('bake prints the targets with the arguments and platforms of the plan, and no builder is named', () => {
  const plan = { ...PLAN, targets: ['a', 'b'], buildArgs: ['V=1 2'], platforms: ['linux/amd64', 'linux/arm64'] };
  assert.deepEqual(printArgs(plan), [
    'bake',
    '--print',
    '--file',
    '/checkout/docker-bake.hcl',
    '--set',
    '*.platform=linux/amd64',
    '--set',
    '*.platform=linux/arm64',
    '--set',
    '*.args.V=1 2',
    'a',
    'b',
  ]);
});

test('a target is pushed by its digest, under no name, with the labels of the commit and its inputs', () => {
  assert.deepEqual(argsOf({ labels: ['team=a=b'] }), [
    'bake',
    '--builder',
    'lab',
    '--file',
    '/checkout/docker-bake.hcl',
    '--set',
    'server.tags=',
    '--set',
    'server.output=type=image,name=reg.example/org/server,push-by-digest=true,name-canonical=true,push=true',
    '--set',
    'server.labels.team=a=b',
    '--set',
    `server.labels.org.opencontainers.image.revision=${SHA}`,
    '--set',
    'server.labels.k8s-deploy/build-inputs={"arg V":"12","context":"server"}',
    '--provenance=false',
    '--metadata-file',
    '/private/m.json',
    '--progress=plain',
    'server',
  ]);
});

test('our labels are not to be replaced by labels of the plan', () => {
  const labels = settingsIn(argsOf({ labels: ['org.opencontainers.image.revision=mine'] }), 'server');
  assert.equal(labels.findLast(([key]) => key === 'labels.org.opencontainers.image.revision')?.[1], SHA);
});

test('a builder that cannot push by digest pushes under the tag of the commit', () => {
  const args = imageArgs(IMAGE, PLAN, { ...BUILDER, isWhole: false }, NOTHING, 'm.json');
  const set = Object.fromEntries(settingsIn(args, 'server'));
  assert.deepEqual([set['tags'], set['output']], [`reg.example/org/server:${SHA}`, 'type=image,push=true']);
});

for (const isWhole of [true, false]) {
  test(`what is not pushed goes nowhere ${isWhole ? '' : 'from an engine that pushes tags only '}and writes no cache, not even one of the file`, () => {
    const plan = { ...PLAN, isPushed: false, proofs: { ...PLAN.proofs, sbom: 'true', attests: ['type=x'] } };
    const args = imageArgs(IMAGE, plan, { ...BUILDER, isWhole }, NOTHING, 'm.json');
    const set = Object.fromEntries(settingsIn(args, 'server'));
    assert.deepEqual(
      [set['tags'], set['output'], set['cache-to'], set['attest']],
      ['', 'type=cacheonly', '', undefined],
    );
    assert.equal(args.includes('*.cache-to='), true);
    assert.deepEqual(
      args.filter((arg) => /^--(?:provenance|sbom)/.test(arg)),
      ['--provenance=false', '--sbom=false'],
    );
  });
}

test('a target that makes no image writes no cache either, where nothing is pushed', () => {
  const target = { name: 'lint', definition: {} };
  assert.equal(checkArgs(target, { ...PLAN, isPushed: false }, BUILDER, []).includes('*.cache-to='), true);
  assert.equal(checkArgs(target, PLAN, BUILDER, []).includes('*.cache-to='), false);
});

test('secrets, caches and folders stay beside those of the file', () => {
  const args = argsOf(
    { ssh: ['default'], noCache: true, pull: true },
    {
      cacheFrom: ['type=registry,ref=a:b'],
      cacheTo: ['type=local,dest=/cache'],
      secrets: ['id=t,src=/private/0'],
      folders: ['/cache'],
    },
  );
  for (const expected of [
    '*.ssh+=default',
    'server.cache-from+=type=registry,ref=a:b',
    'server.cache-to+=type=local,dest=/cache',
    '*.secrets+=id=t,src=/private/0',
  ]) {
    assert.equal(args[args.indexOf(expected) - 1], '--set', expected);
  }
  assert.equal(args[args.indexOf('fs=/cache') - 1], '--allow');
  assert.deepEqual([args.includes('--no-cache'), args.includes('--pull')], [true, true]);
});

for (const [says, attest, proofs, expected] of [
  ['nothing is asked for', undefined, {}, ['--provenance=false']],
  ['the file asks for provenance', [{ type: 'provenance', mode: 'max' }], {}, []],
  ['the file asks for an SBOM', [{ type: 'sbom' }], {}, ['--provenance=false']],
  ['the plan asks', undefined, { provenance: 'mode=max', sbom: 'true' }, ['--provenance=mode=max', '--sbom=true']],
  ['the plan goes before the file', [{ type: 'provenance' }], { provenance: 'true' }, ['--provenance=true']],
] as const) {
  test(`proofs, when ${says}: ${expected.join(' ') || 'those of the file'}`, () => {
    const plan = { ...PLAN, proofs: { ...PLAN.proofs, ...proofs } };
    const definition = attest === undefined ? {} : { attest };
    const args = imageArgs({ ...IMAGE, target: { name: 'server', definition } }, plan, BUILDER, NOTHING, 'm.json');
    assert.deepEqual(
      args.filter((arg) => /^--(?:provenance|sbom)/.test(arg)),
      expected,
    );
  });
}

test('attestations of the plan are added to those of the file', () => {
  const args = argsOf({ proofs: { ...PLAN.proofs, attests: ['type=sbom,generator=x'] } });
  assert.equal(args.includes('server.attest+=type=sbom,generator=x'), true);
});

test('a target that makes no image is run as the file says', () => {
  const args = checkArgs({ name: 'lint', definition: {} }, { ...PLAN, buildArgs: ['V=1'] }, BUILDER, ['id=t,env=T']);
  const words =
    'bake --builder lab --file /checkout/docker-bake.hcl --set *.args.V=1 --set *.secrets+=id=t,env=T --progress=plain lint';
  assert.deepEqual(args, words.split(' '));
});
