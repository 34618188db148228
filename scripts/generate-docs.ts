import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionYaml, inputsTable, outputsTable, replaceBetween, signalsTable } from './action-docs.ts';
import { runOrExit } from './run-command.ts';

/** Writes action.yml, the tables of the README and the one of docs/rollout.md from the tables in src: `node scripts/generate-docs.ts`. */
const root = join(import.meta.dirname, '..');

function fill(path: string, tables: Readonly<Record<string, string>>): void {
  const text = readFileSync(join(root, path), 'utf8');
  const filled = Object.entries(tables).reduce((before, [name, table]) => replaceBetween(before, name, table), text);
  writeFileSync(join(root, path), filled);
  runOrExit('prettier', ['--write', '--log-level=warn', path], root);
}

writeFileSync(join(root, 'action.yml'), actionYaml());
fill('README.md', { inputs: inputsTable(), outputs: outputsTable() });
fill('docs/rollout.md', { signals: signalsTable() });
