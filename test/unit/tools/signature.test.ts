import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyBundle } from '../../../src/tools/signature.ts';
import { changed, FILE, flipped, IDENTITY, MESSAGE, SIGNER, signedFile, STATEMENT } from './signatures/fixtures.ts';

for (const [name, bundle] of [
  ['over the bytes of a file', MESSAGE],
  ['over a statement that names the file', STATEMENT],
] as const) {
  test(`a signature ${name} holds, without any network`, () => {
    assert.deepEqual(verifyBundle(bundle, signedFile(), SIGNER), { kind: 'verified', identity: IDENTITY });
  });

  test(`a signature ${name} does not hold for another file`, () => {
    const result = verifyBundle(bundle, signedFile(`${FILE} `), SIGNER);
    assert.equal(result.kind, 'refused');
  });

  for (const [whose, identity] of [
    ['somebody else', /https:\/\/github\.com\/docker\/.*/],
    ['somebody whose name only begins the same', /https:\/\/github\.com\/sigstore-conformance\//],
    ['somebody whose name only ends the same', /.yml@refs\/heads\/main/],
    ['one of two, neither of whom it is', /https:\/\/github\.com|refs\/heads\/main/],
  ] as const) {
    test(`a signature ${name} is refused when it has to be by ${whose}, and says whose it is`, () => {
      const result = verifyBundle(bundle, signedFile(), { ...SIGNER, identity });
      assert.deepEqual(result, { kind: 'refused', why: `was made by ${IDENTITY}` });
    });
  }

  test(`a signature ${name} is refused when another provider has to know the signer`, () => {
    const result = verifyBundle(bundle, signedFile(), { ...SIGNER, issuer: 'https://accounts.google.com' });
    assert.equal(result.kind, 'refused');
    assert.match(result.why, /issuer=https:\/\/accounts\.google\.com, got issuer=https:\/\/token\.actions/);
  });
}

test('a statement about another file says so', () => {
  const result = verifyBundle(STATEMENT, signedFile('something else'), SIGNER);
  assert.deepEqual(result, { kind: 'refused', why: 'is about another file' });
});

const ENTRY = ['verificationMaterial', 'tlogEntries', 0] as const;

for (const [name, bundle] of [
  ['has another signature', changed(MESSAGE, ['messageSignature', 'signature'], flipped)],
  ['has another certificate', changed(MESSAGE, ['verificationMaterial', 'certificate', 'rawBytes'], flipped)],
  ['was in the log at another time', changed(MESSAGE, [...ENTRY, 'integratedTime'], (time) => `${Number(time) + 1}`)],
  ['is another record in the log', changed(MESSAGE, [...ENTRY, 'canonicalizedBody'], flipped)],
  [
    'has another proof of the log',
    changed(MESSAGE, [...ENTRY, 'inclusionProof', 'checkpoint', 'envelope'], (text) => text.replace(/\d/, '7')),
  ],
  ['is in no log', JSON.stringify(JSON.parse(MESSAGE, (key, value: unknown) => (key === 'tlogEntries' ? [] : value)))],
  ['says another thing', changed(STATEMENT, ['dsseEnvelope', 'payload'], flipped)],
  ['calls the thing otherwise', changed(STATEMENT, ['dsseEnvelope', 'payloadType'], () => 'text/plain')],
  ['is no bundle', '{}'],
  ['is a web page', '<html>'],
] as const) {
  test(`what ${name} is refused and never an error`, () => {
    assert.equal(verifyBundle(bundle, signedFile(), SIGNER).kind, 'refused');
  });
}
