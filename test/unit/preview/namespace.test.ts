import assert from 'node:assert/strict';
import { test } from 'node:test';
import { previewLabel, previewNamespace } from '../../../src/plan/preview-namespace.ts';

const NAMESPACE = /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

test('an app that is a name already is called what it is', () => {
  for (const [app, number, name] of [
    ['shop', 7, 'shop-pr-7'],
    ['shop-pr-1', 2, 'shop-pr-1-pr-2'],
    ['a', 1, 'a-pr-1'],
    ['customer-notification-service-of-al', 3, 'customer-notification-service-of-al-pr-3'],
  ] as const) {
    assert.equal(previewNamespace(app, number), name);
  }
});

test('an app that had to be changed or cut has a hash of what it was', () => {
  for (const [app, pattern] of [
    ['Shop', /^shop-[0-9a-f]{7}-pr-7$/],
    ['my_shop', /^my-shop-[0-9a-f]{7}-pr-7$/],
    ['my.shop', /^my-shop-[0-9a-f]{7}-pr-7$/],
    ['my--shop', /^my-shop-[0-9a-f]{7}-pr-7$/],
    ['-shop-', /^shop-[0-9a-f]{7}-pr-7$/],
    ['3d-shop', /^app-3d-shop-[0-9a-f]{7}-pr-7$/],
    ['🛒', /^app-[0-9a-f]{7}-pr-7$/],
    ['', /^app-[0-9a-f]{7}-pr-7$/],
    ['日本', /^app-[0-9a-f]{7}-pr-7$/],
    ['shop-abcdef0', /^shop-abcdef0-[0-9a-f]{7}-pr-7$/],
    ['customer-notification-service-of-all', /^customer-notification-servi-[0-9a-f]{7}-pr-7$/],
    ['x'.repeat(255), /^x{27}-[0-9a-f]{7}-pr-7$/],
  ] as const) {
    assert.match(previewNamespace(app, 7), pattern, app);
  }
});

/** Names that are alike in every way that names get changed: case, separators, ends, length, hashes and numbers in them. */
function alikeNames(): readonly string[] {
  const words = [
    'shop',
    'Shop',
    'SHOP',
    'sh op',
    'sh_op',
    'sh.op',
    'sh-op',
    'sh--op',
    '-shop',
    'shop-',
    '3shop',
    'shöp',
    'shop🛒',
  ];
  const tails = [
    '',
    '-',
    '_',
    '-pr',
    '-pr-1',
    '-pr-1-pr',
    '-pr-1-pr-2',
    '_pr_1',
    '-1',
    '1',
    '-12',
    '-abcdef0',
    '-0123456',
  ];
  const long = ['', ...[20, 26, 27, 28, 34, 35, 36, 37, 55, 63, 64, 255].map((length) => 'x'.repeat(length))];
  const short = words.flatMap((word) => tails.map((tail) => `${word}${tail}`));
  return [
    ...short.flatMap((name) => long.map((more) => `${name}${more}`)),
    ...short.flatMap((name) => long.map((more) => `${more}${name}`)),
  ];
}

test('no two apps and pull requests share a namespace, a namespace is always one, and leaves room for a host', () => {
  const apps = new Set(alikeNames());
  const hashedAlready = [...apps].flatMap((app) => [previewNamespace(app, 1).replace(/-pr-1$/, ''), previewLabel(app)]);
  const all = new Set([...apps, ...hashedAlready]);
  const numbers = [1, 2, 10, 11, 12, 21, 112, 9_999_999_999];
  const owners = new Map<string, string>();
  for (const app of all) {
    for (const number of numbers) {
      const name = previewNamespace(app, number);
      assert.match(name, NAMESPACE, app);
      assert.ok(name.length <= 40, `${name} is too long`);
      assert.ok(name.endsWith(`-pr-${number}`), name);
      const owner = JSON.stringify([app, number]);
      assert.equal(owners.get(name) ?? owner, owner, `${name} is shared`);
      owners.set(name, owner);
    }
  }
  assert.ok(all.size > 3000, String(all.size));
  assert.equal(owners.size, all.size * numbers.length);
});

test('every app has a label of its own', () => {
  const apps = [...new Set(alikeNames())];
  const labels = apps.map(previewLabel);
  assert.equal(new Set(labels).size, apps.length);
  labels.forEach((label) => assert.match(label, LABEL));
  assert.equal(previewLabel('shop'), 'shop');
  assert.equal(previewLabel('x'.repeat(63)), 'x'.repeat(63));
});
