import type { PlannedChange } from '../apply/change.ts';
import { containersOf } from '../kube/pod-template.ts';

/** A line (from 1) of a manifest, where it is known; `file` is relative to the workspace. */
export type SourcePlace = { readonly file: string; readonly line: number | undefined };

/** Where a manifest has the name of its object, and each container by its name. */
export type SourcePlaces = { readonly object: SourcePlace; readonly containers: ReadonlyMap<string, SourcePlace> };

export function sourcePlaces({ target: { manifest } }: PlannedChange): SourcePlaces {
  const at = (path: readonly (string | number)[]): SourcePlace => ({
    file: manifest.file,
    line: manifest.lineOf(path),
  });
  const containers = containersOf(manifest.object).map(({ name, path }) => [name, at(path)] as const);
  return { object: at(['metadata', 'name']), containers: new Map(containers) };
}
