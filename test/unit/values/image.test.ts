import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatImageReference,
  isUnpinned,
  parseImageReference,
  repositoryOf,
  sameRepository,
} from '../../../src/values/image.ts';

const DIGEST = `sha256:${'a1'.repeat(32)}`;

for (const [text, registry, path, tag, digest] of [
  ['nginx', undefined, 'nginx', undefined, undefined],
  ['nginx:1.27', undefined, 'nginx', '1.27', undefined],
  ['library/nginx:1.27', undefined, 'library/nginx', '1.27', undefined],
  ['org/app', undefined, 'org/app', undefined, undefined],
  ['ghcr.io/org/app/server:v1', 'ghcr.io', 'org/app/server', 'v1', undefined],
  ['localhost/app', 'localhost', 'app', undefined, undefined],
  ['registry:5000/app', 'registry:5000', 'app', undefined, undefined],
  ['127.0.0.1:5000/org/app:v1', '127.0.0.1:5000', 'org/app', 'v1', undefined],
  ['[::1]:5000/app:v1', '[::1]:5000', 'app', 'v1', undefined],
  ['app:5000', undefined, 'app', '5000', undefined],
  [`app@${DIGEST}`, undefined, 'app', undefined, DIGEST],
  [`localhost:5000/app:v1@${DIGEST}`, 'localhost:5000', 'app', 'v1', DIGEST],
  ['a__b/c--d/e.f_g', undefined, 'a__b/c--d/e.f_g', undefined, undefined],
  [`app:${'t'.repeat(128)}`, undefined, 'app', 't'.repeat(128), undefined],
] as const) {
  test(`"${text}" is read and written as it is`, () => {
    const image = parseImageReference(text);
    assert.deepEqual(image, { registry, path, tag, digest });
    assert.equal(formatImageReference(image), text);
  });
}

test('upper case in the path is lowered, in the tag and the registry it stays', () => {
  assert.equal(formatImageReference(parseImageReference('GHCR.io/MyOrg/App:V1')), 'GHCR.io/myorg/app:V1');
  assert.equal(formatImageReference(parseImageReference('MyOrg/App')), 'myorg/app');
});

for (const [text, words] of [
  ['', /"" is not an image reference/],
  [`@${DIGEST}`, /is not an image reference/],
  [`a@${DIGEST}@${DIGEST}`, /is not an image reference/],
  ['a@sha256:123', /digest that is not sha256/],
  [`a@${DIGEST.toUpperCase()}`, /digest that is not sha256/],
  ['app:', /the tag "", which is not a valid tag/],
  ['app:-x', /the tag "-x"/],
  [`app:${'t'.repeat(129)}`, /not a valid tag/],
  ['ghcr.io/org//app', /the path part ""/],
  ['ghcr.io/', /the path part ""/],
  ['org/-app', /the path part "-app"/],
  ['org/a___b', /the path part "a___b"/],
  ['org/my app', /the path part "my app"/],
  ['https://ghcr.io/org/app', /path part|not a host name/],
  ['-x.io/app', /the registry "-x.io"/],
  ['registry:port/app', /the registry "registry:port"/],
] as const) {
  test(`"${text.slice(0, 40)}" is refused`, () => {
    assert.throws(() => parseImageReference(text), words);
  });
}

for (const [one, other, same] of [
  ['nginx', 'library/nginx:1', true],
  ['nginx', 'docker.io/library/nginx', true],
  ['nginx', 'index.docker.io/library/nginx', true],
  ['docker.io/nginx', 'nginx', true],
  ['org/app', 'docker.io/org/app', true],
  ['ghcr.io/org/app:1', `GHCR.io/Org/App@${DIGEST}`, true],
  ['ghcr.io/org/app', 'org/app', false],
  ['localhost:5000/app', 'localhost:5001/app', false],
  ['localhost:5000/nginx', 'localhost:5000/library/nginx', false],
  ['ghcr.io/org/app', 'ghcr.io/org/app-worker', false],
] as const) {
  test(`${one} and ${other} are ${same ? 'one repository' : 'two repositories'}`, () => {
    assert.equal(sameRepository(parseImageReference(one), parseImageReference(other)), same);
    assert.equal(sameRepository(parseImageReference(other), parseImageReference(one)), same);
  });
}

for (const [text, unpinned] of [
  ['app', true],
  ['app:latest', true],
  ['localhost:5000/app', true],
  ['app:v1', false],
  [`app@${DIGEST}`, false],
  [`app:latest@${DIGEST}`, false],
] as const) {
  test(`${text} ${unpinned ? 'may be another image' : 'is the same image'} tomorrow`, () => {
    assert.equal(isUnpinned(parseImageReference(text)), unpinned);
  });
}

test('the repository is named as the user wrote it', () => {
  assert.equal(repositoryOf(parseImageReference(`localhost:5000/app:v1@${DIGEST}`)), 'localhost:5000/app');
  assert.equal(repositoryOf(parseImageReference('nginx:1')), 'nginx');
});
