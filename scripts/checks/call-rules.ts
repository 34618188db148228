import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { INPUTS } from '../../src/inputs/spec.ts';
import { isJsonObject, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import type { Rule } from './own-rules.ts';
import { jobsOf, problemAt, stepsOf } from './workflow-file.ts';

const ROOT = join(import.meta.dirname, '../..');
const OUR_ACTION = /^(?:\.\/|\$\/|org\/k8s-deploy@.+)$/;
const OUR_WORKFLOW = /^(?:\.|\$|org\/k8s-deploy)\/(?<path>\.github\/workflows\/[\w-]+\.yml)(?:@.+)?$/;

const actionInputs: Rule = {
  isForUsers: true,
  check: (file) => {
    const known: readonly string[] = Object.values(INPUTS).map(({ name }) => name);
    return stepsOf(file)
      .filter(({ step }) => OUR_ACTION.test(textAt(step, 'uses') ?? ''))
      .flatMap(({ keys, step }) =>
        keysAt(step, 'with')
          .filter((name) => !known.includes(name))
          .map((name) => problemAt(file, [...keys, 'with', name], `the action has no input "${name}"`)),
      );
  },
};

const callInputs: Rule = {
  isForUsers: true,
  check: (file) =>
    jobsOf(file).flatMap(([job, value]) => {
      const { path } = OUR_WORKFLOW.exec(textAt(value, 'uses') ?? '')?.groups ?? {};
      if (path === undefined) return [];
      const called = calledWorkflow(path);
      if (called === undefined) return [problemAt(file, ['jobs', job, 'uses'], `${path} is no workflow to call`)];
      return (['with', 'secrets'] as const).flatMap((kind) => {
        const known = keysAt(called, kind === 'with' ? 'inputs' : 'secrets');
        const what = kind === 'with' ? 'input' : 'secret';
        return keysAt(value, kind)
          .filter((name) => !known.includes(name))
          .map((name) => problemAt(file, ['jobs', job, kind, name], `${path} has no ${what} "${name}"`));
      });
    }),
};

export const CALL_RULES: readonly Rule[] = [actionInputs, callInputs];

function keysAt(value: unknown, key: string): readonly string[] {
  const object = valueAt(value, key);
  return isJsonObject(object) ? Object.keys(object) : [];
}

/** What a workflow says about its calls; undefined when there is no such workflow. */
function calledWorkflow(path: string): JsonObject | undefined {
  if (!existsSync(join(ROOT, path))) return undefined;
  const on: unknown = valueAt(parse(readFileSync(join(ROOT, path), 'utf8')), 'on');
  if (!isJsonObject(on) || !('workflow_call' in on)) return undefined;
  const call = on['workflow_call'];
  return isJsonObject(call) ? call : {};
}
