import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../../src/adapters/sha256.ts';
import { verifiedReference, verifiedTag } from '../../../src/promotion/record.ts';
import { parseImageReference } from '../../../src/values/image.ts';

const HEX = '7a'.repeat(32);
const DIGEST = `sha256:${HEX}`;
/** distribution/reference: what a tag may be. */
const TAG = /^\w[\w.-]{0,127}$/;

const tagFor = (environment: string): string => verifiedTag(environment, DIGEST, sha256);

test('a plain name stands in the tag as it is', () => {
  assert.equal(tagFor('staging'), `verified-staging-${HEX}`);
  assert.equal(tagFor('eu-west.1_b'), `verified-eu-west.1_b-${HEX}`);
});

describe('a name that no tag can have is made fit:', () => {
  for (const [name, tag] of [
    ['Staging', /^verified-staging-[0-9a-f]{8}-7a/],
    ['pre production', /^verified-pre-production-[0-9a-f]{8}-7a/],
    ['Zürich/2 (eu)', /^verified-z-rich-2--eu--[0-9a-f]{8}-7a/],
    ['😀', /^verified-{2,3}[0-9a-f]{8}-7a|^verified-[-]+[0-9a-f]{8}-7a/],
    ['x'.repeat(255), /^verified-x{31}-[0-9a-f]{8}-7a/],
  ] as const) {
    test(name.slice(0, 20), () => {
      assert.match(tagFor(name), tag);
      assert.match(tagFor(name), TAG);
    });
  }
});

test('forty letters are kept, and one more is made fit', () => {
  assert.equal(tagFor('y'.repeat(40)), `verified-${'y'.repeat(40)}-${HEX}`);
  assert.match(tagFor('y'.repeat(41)), /^verified-y{31}-[0-9a-f]{8}-7a/);
});

test('names that look alike once they are made fit are still different', () => {
  const names = [
    'pre production',
    'pre-production',
    'Pre-production',
    'pre/production',
    'x'.repeat(60),
    'x'.repeat(61),
  ];
  assert.equal(new Set(names.map(tagFor)).size, names.length);
});

test('a record is in the repository of the image, whatever tag that has', () => {
  const image = parseImageReference(`localhost:5000/org/app:1.4@${DIGEST}`);
  assert.equal(verifiedReference('staging', image, DIGEST, sha256), `localhost:5000/org/app:verified-staging-${HEX}`);
});
