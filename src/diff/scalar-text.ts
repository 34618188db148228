/** What a letter must not begin with to be read as text when it is not quoted. */
const PLAIN = /^(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-[^\s])/;

/** What YAML reads as something else than text, or kubectl's older YAML does. */
const READ_AS_OTHER =
  /^(?:true|false|yes|no|on|off|y|n|null|~|\.nan|[-+]?\.inf|\d{4}-\d\d?-\d\d?.*|[-+]?[\d_,:]+|0o[0-7]+)$/i;

/** What cannot be seen, or makes text be read in another order than it is written. Line breaks are for the caller to judge. */
// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/;

/** A scalar as one line of YAML: as it is where that reads as the same, else in double quotes. Numbers in quotes are text. */
export function scalarText(value: unknown): string {
  if (typeof value !== 'string') {
    return JSON.stringify(value) ?? 'null';
  }
  return isPlain(value) ? value : visible(JSON.stringify(value));
}

/** Whether a text of several lines can be shown as it is, line by line. */
export function isReadable(text: string): boolean {
  return !INVISIBLE.test(text);
}

function isPlain(text: string): boolean {
  const isNumber = text.trim() !== '' && !Number.isNaN(Number(text));
  return (
    PLAIN.test(text) && isReadable(text) && !isNumber && !READ_AS_OTHER.test(text) && !/[\n\t]|: | #|[: ]$/.test(text)
  );
}

/** JSON leaves letters as they are that are as good as invisible. */
function visible(json: string): string {
  return json.replaceAll(
    new RegExp(INVISIBLE, 'g'),
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
