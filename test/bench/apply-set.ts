import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configMapText, documents, manifestText, workloadText } from '../support/workload-text.ts';

/** ConfigMaps, Services and Deployments without replicas, a file for each three: to apply them is all there is to do. */
const KINDS_IN_FILE = 3;

export type ApplySet = { readonly objects: number; readonly changed: number };

/** Writes that many objects into a folder; the first `changed` of them have another content than in a set without changes. */
export function writeSet(folder: string, { objects, changed }: ApplySet): void {
  mkdirSync(folder, { recursive: true });
  const texts = Array.from({ length: objects }, (_unused, index) => textOf(index, index < changed ? 'two' : 'one'));
  for (let first = 0; first < objects; first += KINDS_IN_FILE) {
    const name = `app-${String(first / KINDS_IN_FILE).padStart(3, '0')}.yaml`;
    writeFileSync(join(folder, name), documents(...texts.slice(first, first + KINDS_IN_FILE)));
  }
}

function textOf(index: number, version: string): string {
  const name = `app-${Math.floor(index / KINDS_IN_FILE)}`;
  switch (index % KINDS_IN_FILE) {
    case 0:
      return configMapText(name, { version, settings: 'key: value\n'.repeat(20) });
    case 1:
      return manifestText({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, annotations: { version } },
        spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
      });
    default:
      return workloadText({ name, spec: { replicas: 0 }, containers: [{ env: { VERSION: version, NAME: name } }] });
  }
}
