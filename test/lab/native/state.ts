import { readFile } from 'node:fs/promises';
import type { Addresses } from './addresses.ts';
import type { LabFolder } from './lab-folder.ts';

/** What a ready lab tells about itself; the file appears when everything is ready. */
export interface LabState {
  readonly api: string;
  readonly registry: string;
  readonly downloads: string;
  /** host:port of the registry that refuses everybody. */
  readonly refusingRegistry: string;
  readonly addresses: Addresses;
}

export async function readState(folder: LabFolder): Promise<LabState> {
  const state: LabState = JSON.parse(await readFile(folder.state, 'utf8'));
  return state;
}
