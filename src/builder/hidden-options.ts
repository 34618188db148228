import { join } from 'node:path';
import { DeployError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { isJsonObject, objectsAt, valueAt, type JsonObject } from '../values/json.ts';

/**
 * Adds driver options to a builder that is known to buildx and was not started yet. buildx takes them from its command line, which everybody on
 * the machine can read; in its own file of the builder (`instances/<name>`, Nodes[].DriverOpts) nobody else does. Throws `builder-unavailable`
 * when that file is not as it was up to buildx 0.36.
 */
export async function addHiddenOptions(
  folder: string,
  name: string,
  options: Readonly<Record<string, string>>,
  files: Ports['files'],
): Promise<void> {
  const path = join(folder, 'instances', name);
  const instance = parsed(await files.readText(path).catch(() => ''));
  const nodes = objectsAt(instance, 'Nodes');
  if (instance === undefined || nodes.length === 0) {
    throw new DeployError(
      'builder-unavailable',
      'This buildx keeps its builders in another way than any that is known',
      {
        hint: 'Give a proxy without a password, or a builder that knows the proxy already (input builder).',
      },
    );
  }
  const filled = nodes.map((node) => ({ ...node, DriverOpts: { ...optionsOf(node), ...options } }));
  await files.writePrivate(path, JSON.stringify({ ...instance, Nodes: filled }));
}

function optionsOf(node: JsonObject): JsonObject {
  const options = valueAt(node, 'DriverOpts');
  return isJsonObject(options) ? options : {};
}

function parsed(text: string): JsonObject | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return isJsonObject(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
