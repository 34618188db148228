import { DeployError } from '../errors.ts';
import type { Buildx } from '../values/builder.ts';
import { formatImageReference, repositoryOf, type ImageReference } from '../values/image.ts';
import { inShort } from '../registry/answers.ts';
import { inspectImage, type ImageConfig, type Inspected } from '../registry/inspect.ts';
import type { PatientPorts } from '../registry/patience.ts';
import { differences, INPUTS_LABEL, parseRecord, REVISION_LABEL, type BuildInputs } from './record.ts';

/** What the registry has under the tag of a commit. */
export type Existing =
  | { readonly kind: 'missing' }
  /** Built from this commit with these inputs. */
  | { readonly kind: 'same'; readonly digest: string; readonly config: ImageConfig }
  | { readonly kind: 'other'; readonly digest: string; readonly differences: readonly string[] }
  /** Not by this action, or nobody knows from what. */
  | { readonly kind: 'unrecorded'; readonly digest: string; readonly revision: string | undefined }
  /** The registry does not answer. */
  | { readonly kind: 'unknown'; readonly why: string; readonly isSilent?: boolean | undefined };

/** One question to the registry; three when it is busy. Throws `push-refused` when it lets nobody in. */
export async function findExisting(
  image: ImageReference,
  sha: string,
  inputs: BuildInputs,
  buildx: Buildx,
  ports: PatientPorts,
): Promise<Existing> {
  const reference = formatImageReference({ ...image, digest: undefined });
  const found = await inspectImage(reference, buildx, ports);
  if (found.kind === 'there') {
    return compared(found, sha, inputs);
  }
  if (found.answer === 'missing' || isHubsMissing(image, found.words)) {
    return { kind: 'missing' };
  }
  if (found.answer === 'refused') {
    throw refusal(image, found.words);
  }
  return { kind: 'unknown', why: inShort(found.words), isSilent: found.isSilent };
}

/** Of a registry that does not let the job in. The hint says how one logs in. */
export function refusal(image: ImageReference, words: string): DeployError {
  const registry = image.registry ?? 'docker.io';
  return new DeployError(
    'push-refused',
    `${registry} does not let this job use ${repositoryOf(image)}: ${inShort(words)}`,
    {
      hint: `Log in to ${registry} with the input registry-auth or with docker/login-action, as somebody who may read and write ${repositoryOf(image)}.`,
    },
  );
}

function compared(
  found: Extract<Inspected, { readonly kind: 'there' }>,
  sha: string,
  inputs: BuildInputs,
): Extract<Existing, { readonly digest: string }> {
  const { digest, configs } = found;
  const [config] = configs;
  const revision = labelOfAll(configs, REVISION_LABEL);
  const record = parseRecord(labelOfAll(configs, INPUTS_LABEL));
  if (config === undefined || record === undefined) {
    return { kind: 'unrecorded', digest, revision };
  }
  const different = [
    ...(revision === undefined || revision === sha ? [] : [`the commit was ${revision.slice(0, 12)}`]),
    ...differences(record, inputs),
  ];
  return different.length === 0 ? { kind: 'same', digest, config } : { kind: 'other', digest, differences: different };
}

/** A label on which all platforms agree. */
function labelOfAll(configs: readonly ImageConfig[], name: string): string | undefined {
  const [first] = configs;
  return configs.every(({ labels }) => labels[name] === first?.labels[name]) ? first?.labels[name] : undefined;
}

/** Docker Hub says so of a repository that the first push will make. */
function isHubsMissing({ registry }: ImageReference, words: string): boolean {
  const isHub = registry === undefined || /^(?:.+\.)?docker\.io$/.test(registry);
  return isHub && /repository does not exist or may require authorization/i.test(words);
}
