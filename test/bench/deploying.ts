import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterOf, type Cluster } from '../support/cluster.ts';
import { runStep, type StepOptions, type StepResult } from '../support/runner.ts';
import type { Lab } from '../lab/lab.ts';

/** A namespace of its own for one measurement, and a workspace with one manifest. */
export type Place = {
  readonly cluster: Cluster;
  /** The manifest's path. */
  readonly file: string;
  /** Deploys the manifest with the bundle as a workflow would. */
  deploy(options?: Partial<Pick<StepOptions, 'inputs' | 'longestSeconds'>>): Promise<StepResult>;
  close(): Promise<void>;
};

export type PlaceOptions = {
  readonly manifest: string;
  readonly labels?: readonly string[];
  readonly objects?: readonly unknown[];
};

const MANIFEST = 'server.yaml';

export async function makePlace(lab: Lab, name: string, options: PlaceOptions): Promise<Place> {
  const { manifest, labels = [], objects = [] } = options;
  const cluster = clusterOf(lab, name);
  const folder = mkdtempSync(join(tmpdir(), 'bench-place-'));
  const file = join(folder, MANIFEST);
  writeFileSync(file, manifest);
  await cluster.kubectl(['create', 'namespace', name]);
  if (labels.length > 0) {
    await cluster.kubectl(['label', 'namespace', name, ...labels]);
  }
  if (objects.length > 0) {
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    await cluster.kubectl(['apply', '--filename=-'], { input: JSON.stringify(list) });
  }
  return {
    cluster,
    file,
    deploy: async ({ inputs = {}, ...more } = {}) =>
      runStep({
        ...more,
        workspace: folder,
        sha: 'b'.repeat(40),
        inputs: {
          namespace: name,
          manifests: MANIFEST,
          kubeconfig: readFileSync(lab.env['KUBECONFIG'] ?? '', 'utf8'),
          ...inputs,
        },
        env: { HOME: folder, PATH: lab.env['PATH'] ?? '', NO_PROXY: lab.env['NO_PROXY'] ?? '' },
      }),
    close: async () => {
      await cluster.kubectl(['delete', 'namespace', name, '--wait=false']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
