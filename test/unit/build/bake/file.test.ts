import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dockerfilePath, linksOf, makesImage, parsePrinted } from '../../../../src/build/bake/file.ts';

/** What buildx v0.36.1 prints for the group "all" of a file whose "default" is server and agent; agent is linked to base. */
const PRINTED = JSON.stringify({
  group: {
    all: { targets: ['default', 'tool', 'broken'] },
    default: { targets: ['agent', 'all', 'server'] },
    tool: { targets: ['tool-a', 'tool-b'] },
  },
  target: {
    agent: { context: 'agent', contexts: { 'base-image': 'target:base' }, dockerfile: 'Dockerfile' },
    base: { context: '.', dockerfile: 'base.Dockerfile', output: [{ type: 'cacheonly' }] },
    broken: { context: '.', dockerfile: 'Dockerfile', 'dockerfile-inline': 'FROM node:24-slim\nRUN exit 3' },
    server: { context: 'server', dockerfile: 'Dockerfile' },
    'tool-a': { context: 'server', dockerfile: 'Dockerfile' },
    'tool-b': { context: 'server', dockerfile: 'Dockerfile' },
  },
});

for (const [asked, names] of [
  [['all'], ['agent', 'server', 'tool-a', 'tool-b', 'broken']],
  [['tool'], ['tool-a', 'tool-b']],
  [
    ['server', 'tool-a', 'server'],
    ['server', 'tool-a'],
  ],
  [
    ['base', 'agent'],
    ['base', 'agent'],
  ],
] as const) {
  test(`of ${asked.join(' and ')} the targets ${names.join(', ')} are built, each once`, () => {
    const { asked: targets } = parsePrinted(PRINTED, asked);
    assert.deepEqual(
      targets.map(({ name }) => name),
      names,
    );
  });
}

test('without targets it is what bake calls default, a group or a target', () => {
  const group = { group: { default: { targets: ['a'] } }, target: { a: { context: '.' } } };
  assert.deepEqual(parsePrinted(JSON.stringify(group), []).asked, [{ name: 'a', definition: { context: '.' } }]);
  const target = { group: { default: { targets: ['default'] } }, target: { default: { context: '.' } } };
  assert.deepEqual(parsePrinted(JSON.stringify(target), []).asked.length, 1);
});

for (const [says, text, asked, message] of [
  ['no JSON', 'WARNING', [], /JSON/],
  ['no targets', '{"group":{}}', [], /it has no targets/],
  ['no such target', PRINTED, ['nope'], /it has no target nope/],
  ['a list', '[]', [], /it has no targets/],
] as const) {
  test(`what bake prints is checked: ${says}`, () => assert.throws(() => parsePrinted(text, asked), message));
}

for (const [output, isImage] of [
  [undefined, true],
  [[], true],
  [[{ type: 'image', push: 'true' }], true],
  [[{ type: 'registry' }], true],
  [[{ type: 'docker' }], true],
  [[{ type: 'cacheonly' }], false],
  [[{ type: 'local', dest: 'out' }], false],
  [[{ type: 'local', dest: 'out' }, { type: 'image' }], true],
] as const) {
  test(`a target with the output ${JSON.stringify(output)} ${isImage ? 'makes an image' : 'makes none'}`, () => {
    assert.equal(makesImage(output === undefined ? {} : { output }), isImage);
  });
}

for (const [definition, path] of [
  [{}, 'Dockerfile'],
  [{ context: '.', dockerfile: 'base.Dockerfile' }, 'base.Dockerfile'],
  [{ context: 'server', dockerfile: 'Dockerfile' }, 'server/Dockerfile'],
  [{ context: './server/', dockerfile: 'docker/prod' }, './server/docker/prod'],
  [{ context: 'server', dockerfile: '/checkout/Dockerfile' }, '/checkout/Dockerfile'],
  [{ context: 'https://github.com/org/repo.git', dockerfile: 'Dockerfile' }, 'Dockerfile'],
  [{ context: '.', 'dockerfile-inline': 'FROM a' }, undefined],
] as const) {
  test(`the Dockerfile of ${JSON.stringify(definition)} is ${path ?? 'in the bake file'}`, () => {
    assert.equal(dockerfilePath(definition), path);
  });
}

test('a target is linked to the targets that its contexts name', () => {
  const contexts = { base: 'target:base', alpine: 'docker-image://alpine', src: '../src', deps: 'target:deps' };
  assert.deepEqual(linksOf({ contexts }), ['base', 'deps']);
});
