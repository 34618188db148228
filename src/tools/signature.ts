import { bundleFromJSON, type Bundle } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { messageOf } from '../errors.ts';
import { objectsAt, textAt } from '../values/json.ts';
import trustedRoot from './trusted-root.json' with { type: 'json' };

/** Who has to have signed a file, as the certificate of Sigstore's public instance says it. */
export type Signer = {
  /** The OpenID provider that knew the signer. */
  readonly issuer: string;
  /** What the signer's e-mail address or workflow has to look like, from its first character to its last. */
  readonly identity: RegExp;
};

export type SignedFile = { readonly bytes: Uint8Array; readonly sha256: string };

/** A bundle that holds, with the identity in its certificate; or why it does not, in words that continue a sentence. */
export type Verification =
  { readonly kind: 'verified'; readonly identity: string } | { readonly kind: 'refused'; readonly why: string };

/** What in-toto's statements are wrapped as (in-toto/attestation, spec/v1/envelope.md). */
const STATEMENT_TYPE = 'application/vnd.in-toto+json';

/**
 * Checks a Sigstore bundle without the network: the certificate comes from Sigstore's authority and is publicly logged, the signature was
 * made while it was valid and is in the transparency log, it is by the signer that is expected, and it is about this very file: over its bytes,
 * or over an in-toto statement that names its sha256.
 */
export function verifyBundle(bundleJson: string, file: SignedFile, signer: Signer): Verification {
  try {
    const bundle = bundleFromJSON(JSON.parse(bundleJson));
    const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(trustedRoot)));
    const entity = toSignedEntity(bundle, viewOf(file.bytes));
    const { identity } = verifier.verify(entity, { extensions: { issuer: signer.issuer } });
    const name = identity?.subjectAlternativeName ?? '';
    if (!isWhole(signer.identity, name)) {
      return { kind: 'refused', why: `was made by ${name === '' ? 'nobody that it names' : name}` };
    }
    const complaint = complaintAbout(bundle, file.sha256);
    return complaint === undefined ? { kind: 'verified', identity: name } : { kind: 'refused', why: complaint };
  } catch (error) {
    return { kind: 'refused', why: `does not hold (${messageOf(error)})` };
  }
}

/** No copy: a buildx has 65 MB. */
function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function isWhole(pattern: RegExp, text: string): boolean {
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags).test(text);
}

/** A signature over the bytes is about the file by itself; a statement is about what it says that it is about. */
function complaintAbout({ content }: Bundle, sha256: string): string | undefined {
  if (content.$case === 'messageSignature') {
    return undefined;
  }
  const { payloadType, payload } = content.dsseEnvelope;
  if (payloadType !== STATEMENT_TYPE) {
    return `is over ${payloadType}, not over an in-toto statement`;
  }
  const statement: unknown = JSON.parse(payload.toString('utf8'));
  const digests = objectsAt(statement, 'subject').map((subject) => textAt(subject, 'digest', 'sha256'));
  return digests.includes(sha256) ? undefined : 'is about another file';
}
