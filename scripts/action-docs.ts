import { stringify } from 'yaml';
import { INPUTS } from '../src/inputs/spec.ts';
import { OUTPUTS } from '../src/report/outputs.ts';
import type { Evidence, Family, Grace, Row } from '../src/rollout/signals/row.ts';
import { ROWS } from '../src/rollout/signals/rows.ts';

/** What follows from the tables of inputs, outputs and signals: action.yml, the tables in the README and the one in docs/rollout.md. */

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

/** What is counted beside the seconds: one, and several. */
const OBSERVATIONS: Readonly<Record<Family, readonly [one: string, several: string]>> = {
  workload: ['time', 'times'],
  creation: ['refusal', 'refusals'],
  image: ['attempt', 'attempts'],
  config: ['attempt', 'attempts'],
  crash: ['restart', 'restarts'],
  schedule: ['time', 'times'],
  volume: ['attempt', 'attempts'],
  network: ['attempt', 'attempts'],
  loss: ['pod', 'pods'],
};

const EVIDENCE: Readonly<Record<Evidence, string>> = {
  registry: 'the registry; `image-grace`',
  'pull-secret': 'the pull secrets of the pod; `image-grace`',
  'image-grace': '`image-grace`',
  config: 'the Secret or ConfigMap, and who makes it',
  autoscaler: 'an autoscaler, pods that leave; `schedule-grace`',
  quota: 'pods that leave, other workloads of the run',
  dependency: 'its last words, other workloads of the run',
  freshness: 'whether it was said before this deploy',
};

export function signalsTable(): string {
  const head = '| signal | what is wrong | reason | nobody was ready yet | somebody was | what changes it |';
  return [head, '| --- | --- | --- | --- | --- | --- |', ...ROWS.map(signalRow)].join('\n');
}

function signalRow(row: Row): string {
  const { id, says, reason, some, evidence, countsRestarts } = row;
  const changes = [
    ...(evidence === undefined ? [] : [EVIDENCE[evidence]]),
    ...(countsRestarts === true ? ['`max-restarts`'] : []),
  ];
  const link = `[\`${reason}\`](failures.md#${reason})`;
  return `| ${[`\`${id}\``, cell(says), link, noneText(row), graceText(row, some), changes.join('; ')].join(' | ')} |`;
}

function noneText(row: Row): string {
  const usual = graceText(row, row.none);
  return row.spoken === undefined ? usual : `${usual}; spoken: ${graceText(row, row.spoken)}`;
}

function graceText({ family }: Row, grace: Grace): string {
  if (grace === 'never') {
    return 'never';
  }
  const counted = (count: number): string => `${count} ${OBSERVATIONS[family][count === 1 ? 0 : 1]}`;
  const needed = [
    ...(grace.seconds === 0 ? [] : [`${grace.seconds} s`]),
    ...(grace.observations === undefined ? [] : [counted(grace.observations)]),
  ];
  const enough = grace.orObservations === undefined ? '' : `, or ${counted(grace.orObservations)}`;
  return `${needed.length === 0 ? 'at once' : needed.join(' and ')}${enough}`;
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
