import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForKind, parseImagePath } from '../../../src/values/image-path.ts';
import { fieldsAt, parseWidePath } from '../../../src/values/json-path.ts';

const PATHS: readonly (readonly [text: string, kind: string, group: string | undefined, steps: number])[] = [
  ['Rollout.argoproj.io {.spec.template.spec.containers[*].image}', 'Rollout', 'argoproj.io', 6],
  ['Workflow {.spec.image}', 'Workflow', undefined, 2],
  [' Database.v2.example.com{.spec.image} ', 'Database', 'v2.example.com', 2],
];

for (const [text, kind, group, steps] of PATHS) {
  test(`"${text}" is a path for ${kind}`, () => {
    const path = parseImagePath(text);
    assert.deepEqual([path.kind, path.group, path.path.length, path.text], [kind, group, steps, text.trim()]);
  });
}

const REFUSED: readonly (readonly [text: string, says: RegExp])[] = [
  ['{.spec.image}', /is not a kind and a path like Rollout\.argoproj\.io/],
  ['Rollout', /is not a kind and a path like/],
  ['Rollout .spec.image', /is not a kind and a path like/],
  ['rollouts {.spec.image}', /is not a kind and a path like/],
  ['Rollout. {.spec.image}', /is not a kind and a path like/],
  ['Rollout {.spec[*}', /in "Rollout \{\.spec\[\*\}", a path like .* "\[\*" in it is not understood/],
];

for (const [text, says] of REFUSED) {
  test(`"${text}" is no path to an image`, () => assert.throws(() => parseImagePath(text), says));
}

const KINDS: readonly (readonly [path: string, apiVersion: string, matches: boolean])[] = [
  ['Rollout.argoproj.io {.a}', 'argoproj.io/v1alpha1', true],
  ['Rollout.argoproj.io {.a}', 'argoproj.io/v1', true],
  ['Rollout.argoproj.io {.a}', 'argoproj.iota/v1', false],
  ['Rollout {.a}', 'v1', true],
  ['Pod {.a}', 'v1', false],
];

for (const [path, apiVersion, matches] of KINDS) {
  test(`the path ${path} is ${matches ? '' : 'not '}for a Rollout of ${apiVersion}`, () => {
    assert.equal(isForKind(parseImagePath(path), { apiVersion, kind: 'Rollout' }), matches);
  });
}

const OBJECT = { list: [{ name: 'a', to: 1 }, 'text', { name: 'b', to: 2 }], map: { x: { to: 3 }, y: { no: 4 } } };

const FIELDS: readonly (readonly [path: string, found: readonly string[]])[] = [
  ['{.list[*].to}', ['list.0.to=1', 'list.2.to=2']],
  ['{.map[*].to}', ['map.x.to=3']],
  ['{.list[?(@.name=="b")].to}', ['list.2.to=2']],
  ['{.list[-1].to}', ['list.2.to=2']],
  ['{.list[-4].to}', []],
  ['{.list[3].to}', []],
  ['{.list.to}', []],
  ['{.map[0]}', []],
];

for (const [path, found] of FIELDS) {
  test(`${path} leads to ${found.length === 0 ? 'nothing' : found.join(' and ')}`, () => {
    const fields = fieldsAt(OBJECT, parseWidePath(path));
    assert.deepEqual(
      fields.map((field) => `${field.path.join('.')}=${String(field.value)}`),
      found,
    );
  });
}
