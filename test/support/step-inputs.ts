import { readInputs } from '../../src/inputs/read.ts';
import { INPUTS } from '../../src/inputs/spec.ts';
import { formatProblem, messageOf, DeployError } from '../../src/errors.ts';

const SHA = 'a'.repeat(40);

/** What stands for an expression, by what it ends with. */
const HARMLESS: readonly (readonly [end: RegExp, value: string])[] = [
  [/kubeconfig/i, 'kubeconfig.yaml'],
  [/hash$/, 'a'.repeat(64)],
  [/digest$/, `sha256:${'a'.repeat(64)}`],
  [/sha$/, SHA],
  [/images?$/, 'ghcr.io/org/app:main'],
  [/repository$/, 'org/app'],
  [/number$/, '7'],
  [/url$/i, 'https://k8s.example.com:6443'],
  [/registry$/i, 'registry.example.com'],
  [/environments$|list$/, '[{"name": "dev"}]'],
  [/dry-run$/, 'true'],
  [/temp$|workspace$/, '/tmp'],
];

/** A text without its expressions: each is replaced by a value of the kind that it stands for. */
export function withoutExpressions(text: string): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
    const name = expression.trim().split(/\s*\|\|\s*/)[0] ?? '';
    return HARMLESS.find(([end]) => end.test(name))?.[1] ?? 'name';
  });
}

type Given = Readonly<Record<string, unknown>>;

/** What the action would say against the inputs of a step that stands there whole. */
export function problemsOfInputs(given: Given): readonly string[] {
  return problemsOf(() => readInputs(textsOf(given)));
}

/** What the work fails with, a line for each problem. */
export function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    return error instanceof DeployError ? error.problems.map(formatProblem) : [messageOf(error)];
  }
}

/** The same for a part of a step: its names have to exist, and each value has to be one by itself. */
export function problemsOfSomeInputs(given: Given): readonly string[] {
  return Object.entries(textsOf(given)).flatMap(([name, text]) => {
    const spec = Object.values(INPUTS).find((one) => one.name === name);
    if (spec === undefined) {
      return [`${name}: there is no such input`];
    }
    try {
      spec.parse(text.trim());
      return [];
    } catch (error) {
      return [`${name}: ${messageOf(error)}`];
    }
  });
}

export function isInputName(name: string): boolean {
  return Object.values(INPUTS).some((spec) => spec.name === name);
}

function textsOf(given: Given): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, withoutExpressions(String(value))]));
}
