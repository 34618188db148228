import { join } from 'node:path';
import type { Ports } from '../ports.ts';
import type { Buildx } from '../values/builder.ts';
import { isJsonObject, textAt, valueAt } from '../values/json.ts';

/** What it takes to remove a builder of ours: written before it is made, so that nothing is left of a run that was killed. */
export type BuilderRecord = {
  readonly buildx: Buildx;
  readonly name: string;
  /** buildx's word. */
  readonly driver: string;
  readonly isKept: boolean;
};

export const BUILDER_FILE = 'builder.json';

export async function writeRecord(folder: string, record: BuilderRecord, files: Ports['files']): Promise<void> {
  await files.writePrivate(join(folder, BUILDER_FILE), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The record in a folder; undefined when there is none, or only a part of one: then nothing was made yet. */
export async function readRecord(folder: string, files: Ports['files']): Promise<BuilderRecord | undefined> {
  const file = join(folder, BUILDER_FILE);
  if ((await files.kindOf(file)) !== 'file') {
    return undefined;
  }
  const record = parsed(await files.readText(file));
  const path = textAt(record, 'buildx', 'path');
  const env = valueAt(record, 'buildx', 'env');
  const name = textAt(record, 'name');
  const driver = textAt(record, 'driver');
  if (path === undefined || !isTexts(env) || name === undefined || driver === undefined) {
    return undefined;
  }
  return { buildx: { path, env }, name, driver, isKept: valueAt(record, 'isKept') === true };
}

export async function removeRecord(folder: string, files: Ports['files']): Promise<void> {
  await files.remove(join(folder, BUILDER_FILE));
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isJsonObject(value) && Object.values(value).every((text) => typeof text === 'string');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
