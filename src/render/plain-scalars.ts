/**
 * Unquoted text as kubectl reads it: sigs.k8s.io/yaml, that is go-yaml v2. It is neither YAML 1.1 nor 1.2: yes/no, on/off and y/n are
 * booleans, 0755 and 0o755 are octal, 08 is eight, underscores are skipped, and there are neither base 60 numbers nor timestamps.
 */

export type PlainType = 'null' | 'bool' | 'int' | 'float';

export type PlainRule = {
  readonly type: PlainType;
  readonly test: RegExp;
  readonly valueOf: (text: string) => unknown;
};

const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const BOOL = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON|n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const INT =
  /^(?=[-+0-9])[-+]?_*(?:0_*(?:[xX]_*[0-9a-fA-F][0-9a-fA-F_]*|[bB]_*[01][01_]*|[oO]_*[0-7][0-7_]*|[0-7_]*)|[1-9][0-9_]*)$/;
const FLOAT = /^(?=[-+0-9])[-+]?_*(?:\._*[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE]_*[-+]?_*[0-9][0-9_]*)?$/;
const FRACTION = /^\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9]+)?$/;
const NOT_FINITE = /^(?:\.nan|\.NaN|\.NAN|[-+]?\.(?:inf|Inf|INF))$/;

/** In the order in which they are tried; text that none of them takes is a string. */
export const PLAIN_RULES: readonly PlainRule[] = [
  { type: 'null', test: /^(?:~|null|Null|NULL)?$/, valueOf: () => null },
  { type: 'bool', test: BOOL, valueOf: (text) => TRUE.test(text) },
  { type: 'int', test: INT, valueOf: integerOf },
  { type: 'float', test: FLOAT, valueOf: floatOf },
  { type: 'float', test: FRACTION, valueOf: floatOf },
  { type: 'float', test: NOT_FINITE, valueOf: notFiniteOf },
];

export function resolvePlain(text: string): unknown {
  const rule = PLAIN_RULES.find((candidate) => candidate.test.test(text));
  return rule === undefined ? text : rule.valueOf(text);
}

function integerOf(text: string): number {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  const amount = Number(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  // The sum turns -0, which JSON does not tell from 0, into 0.
  return (text.startsWith('-') ? -amount : amount) + 0;
}

/** Too large for a float is, to go-yaml, text. */
function floatOf(text: string): number | string {
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : text;
}

function notFiniteOf(text: string): number {
  if (/nan$/i.test(text)) {
    return Number.NaN;
  }
  return text.startsWith('-') ? -Infinity : Infinity;
}
