import { relative } from 'node:path';
import type { BuildPlan, BuildSettings } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';
import { isJsonObject } from '../values/json.ts';

/**
 * What an image was built from, flat: {"context": "server", "file": "server/Dockerfile", "platforms": "linux/amd64", "arg VERSION": "9c1d…"}.
 * Paths are relative to the workspace; of a build argument only a piece of its hash is kept.
 */
export type BuildInputs = Readonly<Record<string, string>>;

/** The label of an image that keeps its build inputs. */
export const INPUTS_LABEL = 'k8s-deploy/build-inputs';

/** The label of an image that names the commit it was built from (OCI image specification, annotations). */
export const REVISION_LABEL = 'org.opencontainers.image.revision';

const HASH_LENGTH = 16;

type Sha256 = Ports['sha256'];

export function inputsOf(plan: BuildPlan, sha256: Sha256): BuildInputs {
  const within = (path: string): string => relative(plan.workspace, path) || '.';
  const context = within(plan.context);
  return {
    ...settingsOf(plan, sha256),
    context,
    file: plan.file === undefined ? `${context === '.' ? '' : `${context}/`}Dockerfile` : within(plan.file),
    ...(plan.target === undefined ? {} : { target: plan.target }),
    ...Object.fromEntries(
      plan.buildContexts.map((text) => {
        const [name, source] = nameAndValue(text);
        return [`context ${name}`, source.startsWith('/') ? within(source) : source];
      }),
    ),
  };
}

/** What every build of a run has in common, whatever builds it: the platforms, the build arguments, what it has to prove. */
export function settingsOf({ platforms, buildArgs, proofs }: BuildSettings, sha256: Sha256): BuildInputs {
  return {
    ...(platforms.length === 0 ? {} : { platforms: platforms.toSorted().join(',') }),
    ...(proofs.provenance === 'false' ? {} : { provenance: proofs.provenance }),
    ...(proofs.sbom === 'false' ? {} : { sbom: proofs.sbom }),
    ...(proofs.attests.length === 0 ? {} : { attests: proofs.attests.toSorted().join(' ') }),
    ...Object.fromEntries(
      buildArgs.map((text) => {
        const [name, value] = nameAndValue(text);
        return [`arg ${name}`, text.includes('=') ? sha256(value).slice(0, HASH_LENGTH) : 'of the environment'];
      }),
    ),
  };
}

/** The label as `key=value`; the same inputs always give the same text. */
export function recordLabel(inputs: BuildInputs): string {
  return `${INPUTS_LABEL}=${recordText(inputs)}`;
}

/** The value of the label. */
export function recordText(inputs: BuildInputs): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(inputs).toSorted(([one], [other]) => (one < other ? -1 : 1))),
  );
}

/** The inputs in the value of the label; undefined when it holds none. */
export function parseRecord(text: string | undefined): BuildInputs | undefined {
  try {
    const content: unknown = JSON.parse(text ?? '');
    const entries = isJsonObject(content) ? Object.entries(content) : [];
    const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return entries.length > 0 && texts.length === entries.length ? Object.fromEntries(texts) : undefined;
  } catch {
    return undefined;
  }
}

/** In which inputs an image differs from what is wanted: `target is "prod" and would be "test"`. */
export function differences(there: BuildInputs, wanted: BuildInputs): readonly string[] {
  const names = [...new Set([...Object.keys(there), ...Object.keys(wanted)])].toSorted();
  return names.flatMap((name) => {
    const [was, is] = [there[name], wanted[name]];
    return was === is ? [] : [difference(name, was, is)];
  });
}

function difference(name: string, was: string | undefined, is: string | undefined): string {
  const [what, isHashed] = name.startsWith('arg ') ? [`build argument ${name.slice(4)}`, true] : [name, false];
  if (was === undefined || is === undefined) {
    return was === undefined ? `${what} was not given` : `${what} was given`;
  }
  return isHashed ? `${what} had another value` : `${what} was "${was}" and is "${is}"`;
}

function nameAndValue(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
