import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the stand-ins have in common. A copy of this file is beside each of them. */

const FOLDER = import.meta.dirname;

/** What the harness has written beside the action: {"artifacts": folder, "origin": folder}. */
export const settings = JSON.parse(readFileSync(join(FOLDER, 'settings.json'), 'utf8'));

/** The value of an input. Whoever gives one that the stand-in does not play learns so, instead of a test that shows nothing. */
export function input(name) {
  return (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
}

/** Ends the step when it was given an input that action.yml has not. */
export function refuseUnknownInputs() {
  const declared = [
    ...readFileSync(join(FOLDER, 'action.yml'), 'utf8')
      .split(/^outputs:/m)[0]
      .matchAll(/^ {2}([\w-]+):/gm),
  ];
  const known = declared.map(([, name]) => `INPUT_${name.toUpperCase()}`);
  const unknown = Object.keys(process.env).filter((name) => name.startsWith('INPUT_') && !known.includes(name));
  if (unknown.length > 0) {
    fail(`this stand-in does not know the input ${unknown.map((name) => name.slice(6).toLowerCase()).join(', ')}`);
  }
}

export function output(name, value) {
  appendFileSync(process.env.GITHUB_OUTPUT, `${name}=${value}\n`);
}

export function fail(message) {
  console.log(`::error::${message}`);
  process.exit(1);
}
