import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { messageOf } from '../../src/errors.ts';
import { readEnvironments } from '../../src/inputs/environments.ts';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import { permissionProblems } from './permissions.ts';
import { ROOT } from './source-files.ts';
import { problemsOf, problemsOfInputs, problemsOfSomeInputs, withoutExpressions } from './step-inputs.ts';
import { problemsForGitHub } from './workflow-parser.ts';
import { jobsOf, snippetOf, type Job } from './workflow-snippet.ts';

const OURS = /^org\/k8s-deploy@v1$/;
const CALLED = /^org\/k8s-deploy\/(\.github\/workflows\/[\w-]+\.yml)@v1$/;

const readCalled = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** What is wrong with a piece of YAML of a document, or with the text of a whole workflow. */
export async function problemsOfYaml(text: string): Promise<readonly string[]> {
  const documents = parseAllDocuments(text);
  const broken = [documents].flat().flatMap((one) => one.errors.map(({ message }) => message));
  if (broken.length > 0) {
    return broken;
  }
  const snippet = snippetOf([documents].flat().map((one): unknown => one.toJS()));
  switch (snippet.kind) {
    case 'whole':
      return [
        ...(await problemsForGitHub(text, readCalled)),
        ...(isEmptyObject(snippet.workflow['permissions']) ? [] : ['permissions: is not {} at the top']),
        ...jobsOf(snippet.workflow).flatMap((job) => problemsOfJob(job, true)),
      ];
    case 'part':
      return [
        ...(await problemsForGitHub(stringify(snippet.workflow), readCalled)),
        ...jobsOf(snippet.workflow).flatMap((job) => problemsOfJob(job, false)),
      ];
    case 'inputs':
      return problemsOfSomeInputs(snippet.inputs);
    case 'objects':
      return snippet.objects.flatMap(problemsOfObject);
    case 'settings':
      return [];
    case 'unknown':
      return ['is nothing that a workflow or a cluster has'];
  }
}

/** `bash -n`, after expressions were replaced. */
export function problemsOfShell(text: string): readonly string[] {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: withoutExpressions(text), encoding: 'utf8' });
  return status === 0 ? [] : [stderr.trim()];
}

/** JSON has to parse; a list is one of environments. */
export function problemsOfJson(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? problemsOfEnvironments(value) : [];
  } catch (error) {
    return [messageOf(error)];
  }
}

/** What a Kubernetes object cannot do without. What is no object of a cluster, such as a skaffold.yaml, has no metadata. */
export function problemsOfObject(object: unknown): readonly string[] {
  const isOfCluster = !/^(skaffold|kustomize\.config\.k8s\.io)\//.test(textAt(object, 'apiVersion') ?? '');
  return [['apiVersion'], ['kind'], ...(isOfCluster ? [['metadata', 'name']] : [])].flatMap((path) =>
    (textAt(object, ...path) ?? '') === '' ? [`has no ${path.join('.')}`] : [],
  );
}

function problemsOfJob({ name, job }: Job, isWhole: boolean): readonly string[] {
  const problems = [
    ...problemsOfCall(job, isWhole),
    ...objectsAt(job, 'steps').flatMap((step) => problemsOfStep(step, isWhole)),
  ];
  return problems.map((problem) => `job ${name}: ${problem}`);
}

function problemsOfStep(step: JsonObject, isWhole: boolean): readonly string[] {
  const run = textAt(step, 'run') ?? '';
  const uses = textAt(step, 'uses') ?? '';
  const given = valueAt(step, 'with');
  const inputs = isJsonObject(given) ? given : {};
  const findProblems = isWhole ? problemsOfInputs : problemsOfSomeInputs;
  return [
    ...(run.includes('${{') ? ['run: has an expression in it, which env: is for'] : []),
    ...problemsOfShell(run),
    ...(OURS.test(uses) ? [...findProblems(inputs), ...problemsOfGivenEnvironments(inputs)] : []),
    ...(uses.startsWith('org/k8s-deploy@') && !OURS.test(uses) ? [`${uses}: is another version than v1`] : []),
    ...(/^(actions|org)\/|@[0-9a-f]{40}$/.test(uses) || uses === '' || !isWhole
      ? []
      : [`${uses}: is not pinned by its SHA`]),
  ];
}

function problemsOfCall(job: JsonObject, isWhole: boolean): readonly string[] {
  const [, path] = CALLED.exec(textAt(job, 'uses') ?? '') ?? [];
  if (path === undefined || !existsSync(join(ROOT, path))) {
    return [];
  }
  const given = valueAt(job, 'with');
  return [
    ...problemsOfGivenEnvironments(isJsonObject(given) ? given : {}),
    ...(isWhole ? permissionProblems(job['permissions'], parse(readCalled(path))) : []),
  ];
}

function problemsOfGivenEnvironments(inputs: JsonObject): readonly string[] {
  const text = withoutExpressions(textAt(inputs, 'environments') ?? '').trim();
  return text === '' ? [] : problemsOfJson(text).map((problem) => `environments: ${problem}`);
}

/** By the schema, which editors have, and by the action itself. */
function problemsOfEnvironments(value: readonly unknown[]): readonly string[] {
  const schema: unknown = JSON.parse(readFileSync(join(ROOT, 'schemas/environments.schema.json'), 'utf8'));
  const validate = new Ajv2020({ allErrors: true }).compile(isJsonObject(schema) ? schema : false);
  validate(value);
  const bySchema = (validate.errors ?? []).map(
    ({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
  return [...bySchema, ...problemsOf(() => readEnvironments(JSON.stringify(value)))];
}

const isEmptyObject = (value: unknown): boolean => isJsonObject(value) && Object.keys(value).length === 0;
