import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import type { Permissions } from './fake-github/fake-github.ts';
import { ROOT } from './source-files.ts';

/** What stands for expressions, by their text without the braces: "secrets.KUBECONFIG". Of alternatives (`a || b`) each has an entry of its own. */
export type Values = Readonly<Record<string, string>>;

/** A step that runs the action, with its expressions as they stand in the file. */
export type ActionStep = {
  readonly job: string;
  /** Empty where the step has none. */
  readonly name: string;
  readonly with: JsonObject;
  readonly env: JsonObject;
  /** Those of its job. */
  readonly permissions: Permissions;
};

const ACTION = 'org/k8s-deploy';

export function readWorkflow(path: string): unknown {
  return parse(readFileSync(path, 'utf8'));
}

/** The steps that run the action: as users name it, or as a workflow of this repository does. */
export function actionSteps(workflow: unknown): readonly ActionStep[] {
  return jobsOf(workflow).flatMap(([job, value]) =>
    objectsAt(value, 'steps')
      .filter((step) => [`${ACTION}@v1`, '$/'].includes(textAt(step, 'uses') ?? ''))
      .map((step) => ({
        job,
        name: textAt(step, 'name') ?? '',
        with: objectAt(step, 'with'),
        env: objectAt(step, 'env'),
        permissions: permissionsOf(value),
      })),
  );
}

/** The reusable workflow of this repository that a workflow calls, and what stands for the expressions in it, as far as the call says so. */
export function calledWorkflow(
  workflow: unknown,
  values: Values,
): { readonly called: unknown; readonly given: Values } {
  const [job] = jobsOf(workflow).flatMap(([, value]) => (textAt(value, 'uses') === undefined ? [] : [value]));
  const [, path = ''] =
    /^org\/k8s-deploy\/(\.github\/workflows\/[\w-]+\.yml)@v1$/.exec(textAt(job, 'uses') ?? '') ?? [];
  const called = readWorkflow(join(ROOT, path));
  const inputs = objectAt(called, 'on', 'workflow_call', 'inputs');
  const given = { ...defaultsOf(inputs), ...filled(objectAt(job, 'with'), values) };
  const secrets = {
    ...emptyOf(objectAt(called, 'on', 'workflow_call', 'secrets')),
    ...filled(objectAt(job, 'secrets'), values),
  };
  return { called, given: { ...prefixed('inputs', given), ...prefixed('secrets', secrets) } };
}

/** "inputs.image" for "image". */
export function prefixed(prefix: string, values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}

/** The texts of `with` or `env` as the runner hands them on. Throws for an expression that nothing stands for. */
export function filled(texts: JsonObject, values: Values): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      String(text).replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => valueOf(expression.trim(), values)),
    ]),
  );
}

/** Of alternatives the first that is not empty; of literals only those that stand in these workflows. */
function valueOf(expression: string, values: Values): string {
  const known = values[expression];
  if (known !== undefined) {
    return known;
  }
  const alternatives = expression.split('||').map((part) => part.trim());
  const found = alternatives.map((part) => {
    const value =
      values[part] ??
      /^(?:'([^']*)'|(true|false))$/
        .exec(part)
        ?.slice(1)
        .find((one) => one !== undefined);
    if (value === undefined) {
      throw new Error(`nothing stands for \${{ ${part} }}`);
    }
    return value;
  });
  return found.find((value) => value !== '') ?? '';
}

function defaultsOf(inputs: JsonObject): Values {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => {
      const fallback = valueAt(input, 'default');
      return [name, typeof fallback === 'string' ? fallback : fallback === undefined ? '' : JSON.stringify(fallback)];
    }),
  );
}

function emptyOf(names: JsonObject): Values {
  return Object.fromEntries(Object.keys(names).map((name) => [name, '']));
}

function jobsOf(workflow: unknown): readonly (readonly [name: string, job: unknown])[] {
  return Object.entries(objectAt(workflow, 'jobs'));
}

function permissionsOf(job: unknown): Permissions {
  return Object.fromEntries(
    Object.entries(objectAt(job, 'permissions')).map(([name, access]) => [name, access === 'write' ? 'write' : 'read']),
  );
}

function objectAt(value: unknown, ...path: readonly string[]): JsonObject {
  const found = valueAt(value, ...path);
  return isJsonObject(found) ? found : {};
}
