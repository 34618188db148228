import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionYaml, inputsTable, outputsTable, replaceBetween } from './action-docs.ts';
import { runOrExit } from './run-command.ts';

/** Writes action.yml and the tables of the README from the table of inputs and outputs: `node scripts/generate-docs.ts`. */
const root = join(import.meta.dirname, '..');
const readme = join(root, 'README.md');
writeFileSync(join(root, 'action.yml'), actionYaml());
const text = readFileSync(readme, 'utf8');
writeFileSync(readme, replaceBetween(replaceBetween(text, 'inputs', inputsTable()), 'outputs', outputsTable()));
runOrExit('prettier', ['--write', '--log-level=warn', 'README.md'], root);
