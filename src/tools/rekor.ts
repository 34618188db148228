import { numberAt, textAt, valueAt } from '../values/json.ts';
import type { FetchOutcome } from '../ports.ts';
import { fetchWithRetries } from './retry.ts';
import { fetchText, type SitePorts } from './site.ts';

/** Sigstore's public transparency log. */
const REKOR = 'https://rekor.sigstore.dev/api/v1';

/** More entries than this about one file are not looked through: anybody can make some. */
const MOST_ENTRIES = 20;

/** Signature (base64) and certificate (PEM, or base64 of PEM) as they lie beside a file. */
export type LooseSignature = { readonly signature: string; readonly certificate: string; readonly sha256: string };

/**
 * A bundle made of a signature, its certificate, and the entry that the log has of them; undefined when the log has none. A certificate lives
 * for ten minutes: without the entry nobody can tell that it was valid when it signed. Whether the entry is right is up to who checks the bundle.
 */
export async function bundleFromLog(loose: LooseSignature, ports: SitePorts): Promise<string | undefined> {
  const query = JSON.stringify({ hash: `sha256:${loose.sha256}` });
  const found = await fetchWithRetries(
    `${REKOR}/index/retrieve`,
    async () => ports.downloads.post(`${REKOR}/index/retrieve`, query),
    ports,
  );
  for (const uuid of uuidsIn(found).slice(0, MOST_ENTRIES)) {
    const outcome = await fetchText(`${REKOR}/log/entries/${uuid}`, undefined, ports);
    const entry = outcome.kind === 'ok' ? firstValue(outcome.text) : undefined;
    const bundle = entry === undefined ? undefined : bundleOf(loose, entry);
    if (bundle !== undefined) {
      return JSON.stringify(bundle);
    }
  }
  return undefined;
}

function uuidsIn(outcome: FetchOutcome): readonly string[] {
  const list = outcome.kind === 'ok' ? parsed(outcome.text) : undefined;
  return Array.isArray(list)
    ? list.filter((one): one is string => typeof one === 'string' && /^[0-9a-f]+$/.test(one))
    : [];
}

/** An answer is one object: uuid → entry. */
function firstValue(text: string): unknown {
  const answer = parsed(text);
  return typeof answer === 'object' && answer !== null ? Object.values(answer)[0] : undefined;
}

/** The entry in the words of a bundle (sigstore/protobuf-specs, sigstore_bundle.proto); undefined when it is about another signature. */
function bundleOf(loose: LooseSignature, entry: unknown): object | undefined {
  const body = textAt(entry, 'body') ?? '';
  const record = parsed(Buffer.from(body, 'base64').toString('utf8'));
  const proof = valueAt(entry, 'verification', 'inclusionProof');
  const signature = loose.signature.trim();
  if (textAt(record, 'kind') !== 'hashedrekord' || textAt(record, 'spec', 'signature', 'content') !== signature) {
    return undefined;
  }
  const hashes = valueAt(proof, 'hashes');
  const tlogEntry = {
    logIndex: String(numberAt(entry, 'logIndex')),
    logId: { keyId: fromHex(textAt(entry, 'logID')) },
    kindVersion: { kind: 'hashedrekord', version: textAt(record, 'apiVersion') },
    integratedTime: String(numberAt(entry, 'integratedTime')),
    inclusionPromise: { signedEntryTimestamp: textAt(entry, 'verification', 'signedEntryTimestamp') },
    inclusionProof: {
      logIndex: String(numberAt(proof, 'logIndex')),
      rootHash: fromHex(textAt(proof, 'rootHash')),
      treeSize: String(numberAt(proof, 'treeSize')),
      hashes: Array.isArray(hashes) ? hashes.map((hash: unknown) => fromHex(String(hash))) : [],
      checkpoint: { envelope: textAt(proof, 'checkpoint') },
    },
    canonicalizedBody: body,
  };
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { certificate: { rawBytes: derOf(loose.certificate) }, tlogEntries: [tlogEntry] },
    messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest: fromHex(loose.sha256) }, signature },
  };
}

/** The base64 between the lines of a PEM; some publish the PEM itself in base64. */
function derOf(certificate: string): string {
  const text = certificate.includes('-----BEGIN') ? certificate : Buffer.from(certificate, 'base64').toString('utf8');
  const [, base64 = ''] = /-----BEGIN CERTIFICATE-----([^-]*)-----END/.exec(text) ?? [];
  return base64.replaceAll(/\s+/g, '');
}

function fromHex(hex: string | undefined): string {
  return Buffer.from(hex ?? '', 'hex').toString('base64');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
