import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { isJsonObject, objectsAt, textAt, valueAt } from '../../src/values/json.ts';
import { anchorsOf, blocksOf, linksOf, type Block } from '../support/markdown.ts';
import { problemsOfJson, problemsOfObject, problemsOfShell, problemsOfYaml } from '../support/snippet-problems.ts';
import { ROOT } from '../support/source-files.ts';
import { withoutExpressions } from '../support/step-inputs.ts';
import { jobsOf } from '../support/workflow-snippet.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const find = (...patterns: readonly string[]): readonly string[] =>
  patterns.flatMap((pattern) => globSync(pattern, { cwd: ROOT, exclude: ['**/node_modules/**'] })).toSorted();

const DOCUMENTS = find('*.md', 'docs/*.md', 'examples/*/README.md', 'test/*/README.md');
const WORKFLOWS = find('examples/*/.github/workflows/*.yml');

/** How each language is checked. What is printed, and code of other languages, is not. */
const CHECKS: Readonly<Record<string, (text: string) => readonly string[] | Promise<readonly string[]>>> = {
  yaml: problemsOfYaml,
  yml: problemsOfYaml,
  json: problemsOfJson,
  sh: problemsOfShell,
  bash: problemsOfShell,
};
const UNCHECKED = ['text', 'ts', 'console', 'diff', 'hcl', 'dockerfile', 'mermaid'];

for (const path of DOCUMENTS) {
  test(`every snippet of ${path} is one that works`, async () => {
    const problems = await Promise.all(blocksOf(read(path)).map(async (block) => problemsOfBlock(path, block)));
    assert.deepEqual(problems.flat(), []);
  });

  test(`every link of ${path} leads somewhere`, () => {
    assert.deepEqual(
      linksOf(read(path)).filter((target) => !/^(https?|mailto):/.test(target) && !isThere(path, target)),
      [],
    );
  });
}

async function problemsOfBlock(path: string, { language, line, text }: Block): Promise<readonly string[]> {
  const check = CHECKS[language];
  if (check === undefined) {
    return UNCHECKED.includes(language) ? [] : [`${path}:${line}: "${language}" is a language that nobody checks`];
  }
  return (await check(text)).map((problem) => `${path}:${line}: ${problem}`);
}

function isThere(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? from : join(dirname(from), decodeURIComponent(file));
  if (!existsSync(join(ROOT, path))) {
    return false;
  }
  return anchor === undefined || (path.endsWith('.md') && anchorsOf(read(path)).has(anchor));
}

for (const path of WORKFLOWS) {
  test(`${path} is a workflow that GitHub and the action accept`, async () => {
    assert.deepEqual(await problemsOfYaml(read(path)), []);
  });

  test(`the files that ${path} names are there`, () => {
    const folder = path.split('/.github/')[0] ?? '';
    assert.deepEqual(
      pathsIn(read(path)).filter((name) => globSync(name, { cwd: join(ROOT, folder) }).length === 0),
      [],
    );
  });

  test(`the variables of ${path} have a value each, and a place in the manifests`, () => {
    const folder = path.split('/.github/')[0] ?? '';
    for (const { inputs, env } of ourSteps(read(path))) {
      const manifests = find(`${folder}/k8s/**/*.yaml`).map(read).join('\n');
      for (const [name, value] of variablesIn(inputs)) {
        assert.ok(value !== undefined || name in env, `${name} has no value`);
        assert.match(manifests, new RegExp(`(?<!\\$)\\$\\{${name}(:-|\\})`));
      }
    }
  });
}

type OurStep = { readonly inputs: object; readonly env: object };

/** What the action, and our reusable workflows, are given by a workflow. */
function ourSteps(text: string): readonly OurStep[] {
  const workflow: unknown = parse(text);
  const jobs = jobsOf(isJsonObject(workflow) ? workflow : {}).map(({ job }) => job);
  return [...jobs, ...jobs.flatMap((job) => objectsAt(job, 'steps'))]
    .filter((one) => textAt(one, 'uses')?.startsWith('org/k8s-deploy') === true)
    .map((one) => ({ inputs: Object(valueAt(one, 'with')), env: Object(valueAt(one, 'env')) }));
}

function variablesIn(inputs: object): readonly (readonly [name: string, value: string | undefined])[] {
  const lines = (textAt(inputs, 'vars') ?? '').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', ...value] = line.split('=');
      return [name, value.length === 0 ? undefined : value.join('=')];
    });
}

const PATHS = ['context', 'file', 'manifests', 'pre-deploy', 'bake-files', 'helm-values', 'buildkitd-config'];

function pathsIn(text: string): readonly string[] {
  return ourSteps(text).flatMap(({ inputs }) =>
    PATHS.flatMap((name) => (textAt(inputs, name) ?? '').split('\n')).filter((line) => line !== ''),
  );
}

test('every manifest of an example is an object of Kubernetes with a kind and a name', () => {
  const problems = find('examples/*/k8s/**/*.{yaml,yml}').flatMap((path) =>
    [parseAllDocuments(withoutExpressions(read(path)))]
      .flat()
      .flatMap((document) => [...document.errors.map(String), ...problemsOfObject(document.toJS())])
      .map((problem) => `${path}: ${problem}`),
  );
  assert.deepEqual(problems, []);
});

for (const path of find('examples/*/environments.json')) {
  test(`${path} is a list of environments`, () => {
    assert.deepEqual(problemsOfJson(read(path)), []);
  });
}

test('every example has a workflow and a README of at most 30 lines, and is in the table of the examples', () => {
  for (const folder of find('examples/*').filter((path) => !path.endsWith('.md'))) {
    assert.ok(read(join(folder, 'README.md')).trimEnd().split('\n').length <= 30, `${folder}/README.md`);
    assert.ok(
      WORKFLOWS.some((path) => path.startsWith(`${folder}/`)),
      folder,
    );
    assert.ok(linksOf(read('examples/README.md')).includes(folder.replace('examples/', '')), folder);
  }
});
