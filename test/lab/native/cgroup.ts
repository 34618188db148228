import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const CGROUPS = '/sys/fs/cgroup';

/** The control group under which all containers of a lab run. */
export function cgroupOf(lab: string): string {
  return `/k8s-deploy-lab-${lab}`;
}

export function createCgroup(lab: string): void {
  for (const hierarchy of hierarchies()) mkdirSync(join(hierarchy, cgroupOf(lab)), { recursive: true });
}

/** Control groups outlive their processes, so those of a killed lab are removed by whoever comes next. */
export function removeCgroup(lab: string): void {
  for (const hierarchy of hierarchies()) {
    const folder = join(hierarchy, cgroupOf(lab));
    if (existsSync(folder)) removeTree(folder);
  }
}

function removeTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(folder, entry.name));
  }
  try {
    rmdirSync(folder);
  } catch {
    // A process that is still dying keeps it; the next sweep finds it.
  }
}

function hierarchies(): readonly string[] {
  if (existsSync(join(CGROUPS, 'cgroup.controllers'))) return [CGROUPS];
  return readdirSync(CGROUPS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(CGROUPS, entry.name));
}
