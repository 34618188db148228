import { stringify } from 'yaml';
import { INPUTS } from '../src/inputs/spec.ts';
import { OUTPUTS } from '../src/report/outputs.ts';

/** What follows from the tables of inputs and outputs: action.yml and the tables in the README. */

const HEADER = '# Generated from src/inputs/spec.ts and src/report/outputs.ts: node scripts/generate-docs.ts\n';

export function actionYaml(): string {
  const inputs = Object.values(INPUTS).map(({ name, description, format, fallback }) => [
    name,
    { description: `${description} (${format})`, required: false, ...(fallback === '' ? {} : { default: fallback }) },
  ]);
  const outputs = Object.entries(OUTPUTS).map(([name, description]) => [name, { description }]);
  const action = {
    name: 'k8s-deploy',
    description:
      'Takes a commit to a verified rollout on Kubernetes: build, push, render, check, apply, and the verdict of the rollout',
    branding: { icon: 'check-circle', color: 'green' },
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    runs: { using: 'node24', main: 'dist/index.js', post: 'dist/post.js' },
  };
  return HEADER + stringify(action, { lineWidth: 0, singleQuote: true });
}

export function inputsTable(): string {
  const rows = Object.values(INPUTS).map(
    ({ name, description, format, fallback }) =>
      `| \`${name}\` | ${format} | ${fallback === '' ? '' : `\`${fallback}\``} | ${cell(description)} |`,
  );
  return ['| input | format | default | what it does |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

export function outputsTable(): string {
  const rows = Object.entries(OUTPUTS).map(([name, description]) => `| \`${name}\` | ${cell(description)} |`);
  return ['| output | what it is |', '| --- | --- |', ...rows].join('\n');
}

/** Replaces what stands between `<!-- name:start -->` and `<!-- name:end -->`; throws when the marks are missing. */
export function replaceBetween(text: string, name: string, replacement: string): string {
  const start = `<!-- ${name}:start -->`;
  const end = `<!-- ${name}:end -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from === -1 || to < from) {
    throw new Error(`The text has no place for ${name} between ${start} and ${end}`);
  }
  return `${text.slice(0, from + start.length)}\n\n${replacement}\n\n${text.slice(to)}`;
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
