import { join } from 'node:path';
import { DeployError } from '../errors.ts';
import type { ToolsPlan } from '../plan/slices.ts';
import type { Ports } from '../ports.ts';
import { bundleFromLog } from './rekor.ts';
import type { Release } from './releases.ts';
import { verifyBundle, type Signer } from './signature.ts';
import { whyUnsigned, type Signing } from './signers.ts';
import { fetchText, isMissing, unavailable, type SitePorts } from './site.ts';

type SignedPorts = SitePorts & Pick<Ports, 'files'>;

/** A signature that holds. */
export type Signed = { readonly identity: string; readonly bundle: string };

export type SignaturePlan = Pick<ToolsPlan, 'githubToken' | 'signatures'>;

/**
 * The signature of a downloaded file, checked; undefined where none is asked for, or none is ever published, which is said. Throws
 * `tool-signature-invalid` when it is missing or does not hold, after the file was removed.
 */
export async function signedDownload(
  release: Release,
  path: string,
  plan: SignaturePlan,
  ports: SignedPorts,
): Promise<Signed | undefined> {
  const signing = plan.signatures === 'required' ? release.signing : undefined;
  if (signing === undefined) {
    noteUnsigned(release, plan, ports);
    return undefined;
  }
  const sha256 = await ports.files.sha256(path);
  const { bundle, url } = await bundleFor(release, signing, sha256, plan, ports);
  if (bundle === undefined) {
    throw await refusal(release, path, `has no signature at ${url}`, ports);
  }
  const result = verifyBundle(bundle, { bytes: await ports.files.readBytes(path), sha256 }, signing.signer);
  if (result.kind === 'refused') {
    throw await refusal(release, path, `has a signature (${url}) that ${result.why}`, ports, signing.signer);
  }
  ports.notify({ kind: 'note', text: `${release.tool} ${release.version} is signed by ${result.identity}` });
  return { identity: result.identity, bundle };
}

/** Whether a file of the tool cache still has the signature that was kept beside it, where one is asked for. Needs no network. */
export async function isSignedInCache(
  release: Release,
  folder: string,
  plan: SignaturePlan,
  ports: SignedPorts,
): Promise<boolean> {
  const signing = plan.signatures === 'required' ? release.signing : undefined;
  if (signing === undefined) {
    return true;
  }
  const kept = bundleFile(release, folder);
  if ((await ports.files.kindOf(kept)) !== 'file') {
    return false;
  }
  const path = join(folder, release.executable);
  const file = { bytes: await ports.files.readBytes(path), sha256: await ports.files.sha256(path) };
  return verifyBundle(await ports.files.readText(kept), file, signing.signer).kind === 'verified';
}

/** Where the signature of a tool is kept in the tool cache. */
export function bundleFile(release: Release, folder: string): string {
  return join(folder, `${release.tool}.sigstore.json`);
}

function noteUnsigned({ tool, version }: Release, plan: SignaturePlan, ports: Pick<Ports, 'notify'>): void {
  if (plan.signatures === 'required') {
    const text = `${tool} ${version} is checked by its sha256 alone: no signature that could be checked is published with it`;
    ports.notify({ kind: 'note', text });
  }
}

type Found = { readonly bundle: string | undefined; readonly url: string };

async function bundleFor(
  release: Release,
  { bundleUrl, loose }: Signing,
  sha256: string,
  { githubToken }: SignaturePlan,
  ports: SitePorts,
): Promise<Found> {
  const whole = await textOrNothing(release, bundleUrl, githubToken, ports);
  if (whole !== undefined || loose === undefined) {
    return { bundle: whole, url: bundleUrl };
  }
  const signature = await textOrNothing(release, loose.signatureUrl, githubToken, ports);
  const certificate = await textOrNothing(release, loose.certificateUrl, githubToken, ports);
  const url = `${bundleUrl}, and none at ${loose.signatureUrl} that the transparency log knows`;
  if (signature === undefined || certificate === undefined) {
    return { bundle: undefined, url };
  }
  const bundle = await bundleFromLog({ signature, certificate, sha256 }, ports);
  return { bundle, url: bundle === undefined ? url : loose.signatureUrl };
}

async function textOrNothing(
  release: Release,
  url: string,
  githubToken: string | undefined,
  ports: SitePorts,
): Promise<string | undefined> {
  const outcome = await fetchText(url, githubToken, ports);
  if (outcome.kind !== 'ok' && !isMissing(outcome)) {
    throw unavailable(release.tool, url, outcome);
  }
  return outcome.kind === 'ok' ? outcome.text : undefined;
}

async function refusal(
  release: Release,
  path: string,
  why: string,
  ports: Pick<Ports, 'files'>,
  signer?: Signer,
): Promise<DeployError> {
  await ports.files.remove(path);
  const removed = 'The file was removed and nothing was cached.';
  const wanted =
    signer === undefined ? '' : ` It has to be by ${signer.identity.source.replaceAll('\\', '')} (${signer.issuer}).`;
  const reason =
    whyUnsigned(release.tool, release.version) ?? 'A mirror needs what lies beside the files of the public site too.';
  return new DeployError('tool-signature-invalid', `${release.url} ${why}.`, {
    hint:
      signer === undefined
        ? `${removed} ${reason}`
        : `${removed}${wanted} Do not run it before you know why it is not.`,
  });
}
