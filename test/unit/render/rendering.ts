import type { Manifest } from '../../../src/kube/manifest.ts';
import { renderManifests, type Rendered } from '../../../src/render/run.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { failureOfWork, type SeenFailure } from '../../support/failures.ts';

export const WORKSPACE = '/checkout/app';

export type Sources = Readonly<Record<string, string>>;
export type Vars = Readonly<Record<string, string | undefined>>;

/** Renders all of the files, whose names are relative to the workspace. */
export async function render(sources: Sources, vars: Vars = {}, entries = Object.keys(sources)): Promise<Rendered> {
  const files = Object.entries(sources).map(([name, text]) => [`${WORKSPACE}/${name}`, text]);
  return renderManifests(
    {
      workspace: WORKSPACE,
      manifests: entries,
      vars: Object.entries(vars).map(([name, value]) => ({ name, value })),
    },
    memoryFiles(Object.fromEntries(files)),
  );
}

/** The only object in the text. */
export async function renderOne(text: string, vars: Vars = {}): Promise<Manifest> {
  const { manifests } = await render({ 'a.yaml': text }, vars);
  const [manifest, ...more] = manifests;
  if (manifest === undefined || more.length > 0) {
    throw new Error(`one object expected, ${manifests.length} found`);
  }
  return manifest;
}

export type Refusal = Pick<SeenFailure, 'code' | 'lines' | 'hints'>;

/** What the user reads when it fails. */
export async function refusalOf(work: () => unknown): Promise<Refusal> {
  const { code, lines, hints } = await failureOfWork(work);
  return { code, lines, hints };
}

/** A ConfigMap-like object with the given lines of YAML at its end. */
export function thing(...lines: readonly string[]): string {
  return ['apiVersion: example.com/v1', 'kind: Thing', 'metadata:', '  name: a', ...lines, ''].join('\n');
}
