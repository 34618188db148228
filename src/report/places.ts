import type { PlannedChange } from '../apply/change.ts';
import { containersOf } from '../kube/pod-template.ts';

/** A line (from 1) of a manifest; `file` is relative to the workspace. */
export type SourcePlace = { readonly file: string; readonly line: number };

/** Where a manifest has a container; without a known one, where it has the object's name. */
export function sourcePlace(change: PlannedChange, container: string | undefined): SourcePlace {
  const { manifest } = change.target;
  const found = containersOf(manifest.object).find(({ name }) => name === container);
  return { file: manifest.file, line: manifest.lineOf(found?.path ?? ['metadata', 'name']) };
}
