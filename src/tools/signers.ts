import { minorOf } from '../values/version.ts';
import type { Signer } from './signature.ts';

/** What the publisher of a tool lays beside a file. */
export type Signing = {
  readonly signer: Signer;
  /** A whole bundle, which can be checked without the network. */
  readonly bundleUrl: string;
  /** Signature and certificate alone: the entry in the transparency log has to be fetched. */
  readonly loose?: { readonly signatureUrl: string; readonly certificateUrl: string } | undefined;
};

/** buildx: the workflow of docker/github-builder that makes its releases signs them, from 0.31 on. */
const BUILDX: Signer = {
  issuer: 'https://token.actions.githubusercontent.com',
  identity:
    /https:\/\/github\.com\/docker\/(?:github-builder-experimental|github-builder)\/\.github\/workflows\/bake\.yml.*/,
};

const FIRST_SIGNED_BUILDX_MINOR = 31;

/** kubectl: kubernetes.io/docs/tasks/administer-cluster/verify-signed-artifacts. */
const KUBECTL: Signer = {
  issuer: 'https://accounts.google.com',
  identity: /krel-staging@k8s-releng-prod\.iam\.gserviceaccount\.com/,
};

/** Where the signature of a file is, and whose it has to be; undefined for what its publisher does not sign in a way that can be checked here. */
export function signingOf(tool: string, url: string): Signing | undefined {
  const bundleUrl = `${url}.sigstore.json`;
  if (tool === 'buildx') {
    return { signer: BUILDX, bundleUrl };
  }
  if (tool === 'kubectl') {
    return { signer: KUBECTL, bundleUrl, loose: { signatureUrl: `${url}.sig`, certificateUrl: `${url}.cert` } };
  }
  return undefined;
}

/** A sentence for whoever asks for a signature that was never made; undefined where there should be one. */
export function whyUnsigned(tool: string, version: string): string | undefined {
  const minor = minorOf(version);
  return tool === 'buildx' && minor !== undefined && minor.major === 0 && minor.minor < FIRST_SIGNED_BUILDX_MINOR
    ? `buildx is signed from v0.${FIRST_SIGNED_BUILDX_MINOR}.0 on.`
    : undefined;
}
