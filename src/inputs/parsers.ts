/** Parsers of single inputs: text → value, or an Error that says what is wrong. */

export function parseName(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(text)) {
    throw new Error(`"${text}" is not a name: letters, digits and _ . - only`);
  }
  return text;
}

export function parseSha(text: string): string {
  if (!/^[0-9a-f]{40}$/.test(text)) {
    throw new Error(`"${text}" is not a full commit SHA of 40 hexadecimal digits`);
  }
  return text;
}

export function parseBuildArg(text: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*=/.test(text)) {
    throw new Error(`"${nameBefore(text)}" is not KEY=VALUE`);
  }
  return text;
}

/** `NAME`, whose value is in the step's environment, or `NAME=value`. */
export type GivenVariable = { readonly name: string; readonly value: string | undefined };

export function parseVariable(text: string): GivenVariable {
  const [, name, assignment] = /^([A-Za-z_][A-Za-z0-9_]*)(=.*)?$/s.exec(text) ?? [];
  if (name === undefined) {
    throw new Error(`"${nameBefore(text)}" is not the name of an environment variable, alone or as NAME=value`);
  }
  return { name, value: assignment?.slice(1) };
}

/** The name of a Helm release or of an inventory: up to 53 letters of a DNS name (helm's own limit). */
export function parseReleaseName(text: string): string {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?$/.test(text)) {
    throw new Error(`"${text}" is not a name of 1 to 53 of a-z, 0-9 and -, starting and ending with a letter or digit`);
  }
  return text;
}

export function parsePlanHash(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new Error(`"${text}" is not the output plan-hash of a plan`);
  }
  return text;
}

/** A parser of one of a few words. */
export function oneOf<const Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) {
      throw new Error(`"${text}" is none of ${words.join(', ')}`);
    }
    return found;
  };
}

/** A base URL without a trailing slash. */
export function parseMirror(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new Error(`"${text}" is not an http or https URL`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new Error('the URL has a user or password in it; a mirror must be open to the runner');
  }
  return text.replace(/\/+$/, '');
}

export function parseBoolean(text: string): boolean {
  if (text !== 'true' && text !== 'false') {
    throw new Error(`"${text}" is neither true nor false`);
  }
  return text === 'true';
}

/** A whole number that is not negative. */
export function parseCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) {
    throw new Error(`"${text}" is not a number like 0, 2 or 10`);
  }
  return Number(text);
}

/** What stands after `=`, or where it should be, may be a secret, so a message never repeats it. */
function nameBefore(text: string): string {
  const end = text.search(/[=:\s]/);
  return end === -1 ? text : `${text.slice(0, end + 1)}…`;
}
