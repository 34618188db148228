import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { isJsonObject, textAt, valueAt, type JsonObject } from '../src/values/json.ts';
import { ROUTES } from '../test/support/fake-github/routes.ts';

/**
 * Cuts GitHub's own description of its API, which the npm package @octokit/openapi carries, to the routes of the fake GitHub, and writes
 * test/support/fake-github/openapi.json. What is left is as GitHub wrote it, without texts and examples. The package has hundreds of
 * megabytes, so it is fetched into a folder that is gone afterwards.
 *
 *   sh scripts/with-node.sh scripts/cut-openapi.ts [VERSION]
 */
const PACKAGE = '@octokit/openapi';
const TARGET = join(import.meta.dirname, '../test/support/fake-github/openapi.json');
/** What people read, and what only tools of GitHub use. */
const TEXTS: ReadonlySet<string> = new Set(['description', 'summary', 'example', 'examples', 'externalDocs', 'tags']);
/** Below these, keys are names, and "description" is a field like any other. */
const MAPS: ReadonlySet<string> = new Set(['properties', 'responses', 'schemas', 'parameters', 'headers', 'paths']);

const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
try {
  const text = JSON.stringify(cut(fetchDescription(process.argv[2] ?? 'latest')));
  const config = await resolveConfig(TARGET);
  writeFileSync(TARGET, await format(text, { ...config, filepath: TARGET }));
  console.log(`cut-openapi: ${Object.keys(ROUTES).length} routes in ${TARGET}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function fetchDescription(version: string): unknown {
  execFileSync('npm', ['pack', `${PACKAGE}@${version}`, '--silent', `--pack-destination=${folder}`]);
  const members = ['package/package.json', 'package/generated/api.github.com.json'];
  execFileSync('sh', ['-c', `tar -xzf *.tgz ${members.join(' ')}`], { cwd: folder });
  const [about, description] = members.map((member): unknown => JSON.parse(readFileSync(join(folder, member), 'utf8')));
  return { ...asObject(description), info: { title: PACKAGE, version: textAt(about, 'version') } };
}

function cut(description: unknown): JsonObject {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of Object.keys(ROUTES)) {
    const [method = '', path = ''] = route.split(' ');
    const operation = valueAt(description, 'paths', path, method.toLowerCase());
    if (operation === undefined) {
      throw new Error(`${PACKAGE} does not describe ${route}`);
    }
    paths[path] = { ...paths[path], [method.toLowerCase()]: plain(operation) };
  }
  const components: Record<string, Record<string, unknown>> = {};
  addReferred(paths, description, components);
  return { openapi: textAt(description, 'openapi'), info: valueAt(description, 'info'), paths, components };
}

/** Adds all components that are referred to, and those that they refer to. */
function addReferred(node: unknown, description: unknown, components: Record<string, Record<string, unknown>>): void {
  for (const [, kind = '', name = ''] of JSON.stringify(node).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
    const found = (components[kind] ??= {});
    if (found[name] === undefined) {
      found[name] = plain(valueAt(description, 'components', kind, name));
      addReferred(found[name], description, components);
    }
  }
}

function plain(node: unknown, areNames = false): unknown {
  if (Array.isArray(node)) {
    return node.map((entry) => plain(entry));
  }
  if (!isJsonObject(node)) {
    return node;
  }
  const kept = Object.entries(node).filter(([key]) => areNames || !(TEXTS.has(key) || key.startsWith('x-')));
  return Object.fromEntries(
    kept
      .filter(([key]) => !(areNames && /^3\d\d$/.test(key)))
      .map(([key, value]) => {
        if (key === 'content' && !areNames) {
          return [key, jsonOnly(value)];
        }
        return [key, plain(value, !areNames && MAPS.has(key) && isJsonObject(value))];
      }),
  );
}

function jsonOnly(content: unknown): JsonObject {
  const json = valueAt(content, 'application/json');
  return json === undefined ? {} : { 'application/json': plain(json) };
}

function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
