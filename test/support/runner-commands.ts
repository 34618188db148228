import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, valueAt } from '../../src/values/json.ts';
import type { StepResult } from './runner.ts';

/** A line of a log that the runner obeys. */
export type RunnerCommand = {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
};

/** What the runner has an ear for (actions/runner, IActionCommandExtension). */
const NAMES: readonly string[] =
  'internal-set-repo-path set-env set-output save-state add-path add-mask add-matcher remove-matcher debug warning error notice group endgroup echo stop-commands'.split(
    ' ',
  );

/** All that the runner obeys in what a step wrote. .NET ends a line at \r too, and compares without what has no width. */
export function commandsIn(raw: string): readonly RunnerCommand[] {
  return raw.split(/\r\n|\r|\n/).flatMap((line) => newCommand(line) ?? oldCommand(line) ?? []);
}

/** `::name key=value,key=value::data`, after blanks. */
function newCommand(line: string): RunnerCommand | undefined {
  const seen = line.replaceAll(/[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, '');
  const [, info = '', data = ''] = /^\s*::(.*?)::(.*)$/su.exec(seen) ?? [];
  return commandOf(info, ',', data);
}

/** `##[name key=value;key=value]data`, anywhere. */
function oldCommand(line: string): RunnerCommand | undefined {
  const seen = line.replaceAll(/[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, '');
  const [, info = '', data = ''] = /##\[(.*?)\](.*)$/su.exec(seen) ?? [];
  return commandOf(info, ';', data);
}

function commandOf(info: string, separator: string, data: string): RunnerCommand | undefined {
  const [, name = '', words = ''] = /^(\S*) ?(.*)$/su.exec(info) ?? [];
  const pairs = words
    .split(separator)
    .map((pair) => /^\s*([^=]+)=(.*)$/su.exec(pair))
    .map((found) => [found?.[1] ?? '', decoded(found?.[2] ?? '')] as const)
    .filter(([key]) => key !== '');
  return NAMES.includes(name) ? { name, properties: Object.fromEntries(pairs), data: decoded(data) } : undefined;
}

/** The runner decodes "%25" last. */
function decoded(text: string): string {
  return [
    ['%3A', ':'],
    ['%2C', ','],
    ['%3B', ';'],
    ['%5D', ']'],
    ['%0D', '\r'],
    ['%0A', '\n'],
    ['%25', '%'],
  ].reduce((shown, [code = '', letter = '']) => shown.replaceAll(code, letter), text);
}

const FAILURE_TITLE = /^k8s-deploy: [a-z-]+$/;
const GROUP = /^[A-Z][a-z]+(?: [a-zA-Z]+){0,3}$/;

/**
 * Fails when the runner would obey a line that is not ours, or gets an output that action.yml does not have. Returns the annotations. Masks are
 * values: what they say is of no matter.
 */
export function assertOnlyOurCommands({ raw, outputs }: Pick<StepResult, 'raw' | 'outputs'>): readonly RunnerCommand[] {
  const commands = commandsIn(raw).filter(({ name }) => name !== 'add-mask');
  const isOurs = ({ name, properties, data }: RunnerCommand): boolean =>
    name === 'group'
      ? GROUP.test(data)
      : name === 'endgroup'
        ? data === ''
        : (name === 'error' || name === 'warning') &&
          FAILURE_TITLE.test(properties['title'] ?? '') &&
          Object.keys(properties).every((key) => ['title', 'file', 'line'].includes(key));
  assert.deepEqual(
    commands.filter((command) => !isOurs(command)),
    [],
    'lines that the runner would obey',
  );
  assert.deepEqual(Object.keys(outputs).toSorted(), OUTPUTS);
  return commands.filter(({ name }) => name === 'error' || name === 'warning');
}

const ACTION: unknown = parse(readFileSync(join(import.meta.dirname, '../../action.yml'), 'utf8'));
const DECLARED = valueAt(ACTION, 'outputs');
const OUTPUTS = Object.keys(isJsonObject(DECLARED) ? DECLARED : {}).toSorted();
