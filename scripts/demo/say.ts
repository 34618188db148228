import { styleText } from 'node:util';

/** All that the demo prints. Colours only where a terminal shows them. */

export function heading(text: string): void {
  process.stdout.write(`\n${styled('bold', text)}\n`);
}

export function line(text: string): void {
  process.stdout.write(`  ${text}\n`);
}

/** A part of a line that grows: the phases of a running deploy. */
export function part(text: string): void {
  process.stdout.write(text);
}

export function verdict(text: string, isGood: boolean): void {
  line(styled(isGood ? 'green' : 'red', text));
}

export function kept(text: string): void {
  line(`${styled('green', '✔')} ${text}`);
}

export function broken(text: string): void {
  line(`${styled('red', '✘')} ${text}`);
}

function styled(style: 'bold' | 'green' | 'red', text: string): string {
  return styleText(style, text, { stream: process.stdout });
}
