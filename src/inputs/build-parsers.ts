import { commaFields } from '../values/comma-fields.ts';
import { formatImageReference, parseImageReference } from '../values/image.ts';

/** Parsers of single entries that a build is described by. Where a value may be a secret, no message repeats it. */

export function parsePlatform(text: string): string {
  if (!/^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/.test(text)) {
    throw new Error(`"${text}" is not a platform like linux/amd64 or linux/arm/v7`);
  }
  return text;
}

export function parseBuildContext(text: string): string {
  if (!/^[^=\s]+=\S/.test(text)) {
    throw new Error(`"${text}" is not like shared=../shared or base=docker-image://alpine:3`);
  }
  return text;
}

export function parseLabel(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._/-]*=/.test(text)) {
    throw new Error(`"${keyOf(text)}" is not KEY=VALUE`);
  }
  return text;
}

/** An option of a driver: "requests.cpu=1". */
export function parseAssignment(text: string): string {
  if (!/^[A-Za-z][A-Za-z0-9._-]*=/.test(text)) {
    throw new Error(`"${keyOf(text)}" is not KEY=VALUE`);
  }
  return text;
}

export function parseSsh(text: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:=\S.*)?$/.test(text)) {
    throw new Error(`"${text}" is neither default nor id=path`);
  }
  return text;
}

/** `true`, `false`, or attributes: "mode=max,builder-id=…". */
export function parseProof(text: string): string {
  const isWord = text === 'true' || text === 'false';
  const areAttributes = commaFields(text)?.every((field) => /^[a-z][a-z0-9-]*=\S/.test(field)) === true;
  if (!isWord && !areAttributes) {
    throw new Error(`"${text}" is neither true, false nor attributes like mode=max`);
  }
  return text;
}

export function parseAttest(text: string): string {
  if (!/^(?:.*,)?type=[a-z]/.test(text)) {
    throw new Error(`"${text}" is not like type=sbom,generator=image`);
  }
  return text;
}

export function parseImageText(text: string): string {
  return formatImageReference(parseImageReference(text));
}

/** The name of an environment, as GitHub has them: up to 255 letters of one line. */
export function parseEnvironment(text: string): string {
  if (text.length > 255 || /[\r\n]/.test(text)) {
    throw new Error('the name of an environment is one line of up to 255 letters');
  }
  return text;
}

function keyOf(text: string): string {
  const end = text.search(/[=:\s]/);
  return end === -1 ? text : `${text.slice(0, end + 1)}…`;
}
