import type { BakePlan } from '../../plan/build-slices.ts';
import type { Builder } from '../../values/builder.ts';
import { formatImageReference, repositoryOf, type ImageReference } from '../../values/image.ts';
import { objectsAt, textAt } from '../../values/json.ts';
import type { BakeTarget } from './file.ts';
import type { BakeImage } from './images.ts';
import { INPUTS_LABEL, recordText, REVISION_LABEL } from '../record.ts';

/** Of one target: where its cached steps come from and go to, and its secrets, in buildx's words. */
export type BakeExtras = {
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly secrets: readonly string[];
  /** Folders outside of the workspace that bake is let read and write. */
  readonly folders: readonly string[];
};

/** Arguments that make bake print what it would build. Build arguments and platforms of the plan are worked in; no builder is asked. */
export function printArgs(plan: BakePlan): readonly string[] {
  return ['bake', '--print', ...filesOf(plan), ...settingsOf(plan), ...plan.targets];
}

/**
 * Arguments that build one target and push it by its digest; a builder that cannot do so pushes it under the tag of the commit; what is not to be pushed
 * goes nowhere, and writes none of the caches of the file. What it is linked to is built and not pushed. Names and outputs of the file are replaced; its secrets, caches and labels stay beside ours.
 */
export function imageArgs(
  { target, image, inputs }: BakeImage,
  plan: BakePlan,
  builder: Builder,
  extras: BakeExtras,
  metadataFile: string,
): readonly string[] {
  const set = setterOf(target.name);
  const labels = [...plan.labels, `${REVISION_LABEL}=${plan.sha}`, `${INPUTS_LABEL}=${recordText(inputs)}`];
  return [
    'bake',
    ...builderOf(builder),
    ...filesOf(plan),
    ...settingsOf(plan),
    ...extras.folders.flatMap((folder) => ['--allow', `fs=${folder}`]),
    ...set('tags', builder.isWhole || !plan.isPushed ? '' : formatImageReference(image)),
    ...set('output', outputOf(image, plan, builder)),
    ...labels.flatMap((label) => set(`labels.${keyOf(label)}`, valueOf(label))),
    ...(plan.isPushed ? proofsOf(target, plan) : ['--provenance=false', '--sbom=false']),
    ...keptCaches(plan),
    ...extras.cacheFrom.flatMap((cache) => set('cache-from+', cache)),
    ...extras.cacheTo.flatMap((cache) => set('cache-to+', cache)),
    ...secretsOf(extras.secrets),
    '--metadata-file',
    metadataFile,
    '--progress=plain',
    target.name,
  ];
}

/** Arguments that run a target which makes no image, as the file says. */
export function checkArgs(
  target: BakeTarget,
  plan: BakePlan,
  builder: Builder,
  secrets: readonly string[],
): readonly string[] {
  const shared = [
    ...builderOf(builder),
    ...filesOf(plan),
    ...settingsOf(plan),
    ...keptCaches(plan),
    ...secretsOf(secrets),
  ];
  return ['bake', ...shared, '--progress=plain', target.name];
}

function outputOf(image: ImageReference, { isPushed }: BakePlan, { isWhole }: Builder): string {
  if (!isPushed) {
    return 'type=cacheonly';
  }
  return isWhole
    ? `type=image,name=${repositoryOf(image)},push-by-digest=true,name-canonical=true,push=true`
    : 'type=image,push=true';
}

/** What is not pushed writes no cache, neither that of a target nor those of the targets that it is linked to. */
function keptCaches({ isPushed }: BakePlan): readonly string[] {
  return isPushed ? [] : setterOf('*')('cache-to', '');
}

function filesOf({ files }: BakePlan): readonly string[] {
  return files.flatMap((file) => ['--file', file]);
}

function builderOf({ name }: Builder): readonly string[] {
  return name === undefined ? [] : ['--builder', name];
}

function settingsOf(plan: BakePlan): readonly string[] {
  const set = setterOf('*');
  return [
    // One by one: bake takes "linux/amd64,linux/arm64" for the name of a single platform.
    ...plan.platforms.flatMap((platform) => set('platform', platform)),
    ...plan.buildArgs.flatMap((arg) => ['--set', `*.args.${arg}`]),
    ...plan.ssh.flatMap((ssh) => set('ssh+', ssh)),
    ...(plan.noCache ? ['--no-cache'] : []),
    ...(plan.pull ? ['--pull'] : []),
  ];
}

/** What the file asks for counts where the plan asks for nothing. */
function proofsOf({ name, definition }: BakeTarget, { proofs }: BakePlan): readonly string[] {
  const ofFile = objectsAt(definition, 'attest').map((attest) => textAt(attest, 'type'));
  return [
    ...(proofs.provenance === 'false' && ofFile.includes('provenance') ? [] : [`--provenance=${proofs.provenance}`]),
    ...(proofs.sbom === 'false' ? [] : [`--sbom=${proofs.sbom}`]),
    ...proofs.attests.flatMap((attest) => setterOf(name)('attest+', attest)),
  ];
}

function secretsOf(secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret) => setterOf('*')('secrets+', secret));
}

function setterOf(pattern: string): (key: string, value: string) => readonly string[] {
  return (key, value) => ['--set', `${pattern}.${key}=${value}`];
}

function keyOf(label: string): string {
  return label.includes('=') ? label.slice(0, label.indexOf('=')) : label;
}

function valueOf(label: string): string {
  return label.includes('=') ? label.slice(label.indexOf('=') + 1) : '';
}
