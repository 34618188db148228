import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bakeReferences } from '../../../../src/build/bake/run.ts';
import { failureOfWork } from '../../../support/failures.ts';
import { BUILDER, buildxThat, PLAN } from './buildx.ts';

const FORBIDDEN = [
  { name: 'the secret npm', value: 'npm-value-1' },
  { name: 'the input github-token', value: 'token-of-the-job' },
];

const printed = (args: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    group: { default: { targets: ['one'] } },
    target: {
      one: { context: '.', args: { VERSION: '1', ...args }, contexts: { base: 'target:base' } },
      base: { context: 'base', args: { TOKEN: 'x:token-of-the-job' } },
    },
  });

test('a target whose build arguments hold a secret is refused, with the names of both and not the secret', async () => {
  const scene = buildxThat({ printed: printed({ NPM: 'npm-value-1', KEY: `ghp_${'a1'.repeat(18)}`, EMPTY: null }) });
  const { code, lines, hints } = await failureOfWork(async () =>
    bakeReferences(PLAN, FORBIDDEN, BUILDER.buildx, scene.ports),
  );
  assert.equal(code, 'input-invalid');
  assert.deepEqual(lines, [
    'docker-bake.hcl: target "one": the build argument NPM holds the secret npm',
    'docker-bake.hcl: target "one": the build argument KEY holds what looks like a token of GitHub',
    'docker-bake.hcl: target "base": the build argument TOKEN holds the input github-token',
  ]);
  assert.match(hints[0] ?? '', /input secrets/);
  assert.doesNotMatch(JSON.stringify(lines), /npm-value|of-the-job/);
});

test('other build arguments are let through', async () => {
  const scene = buildxThat({ printed: printed({}).replace('x:token-of-the-job', 'x') });
  const references = await bakeReferences(PLAN, FORBIDDEN, BUILDER.buildx, scene.ports);
  assert.equal(references.length, 1);
});
