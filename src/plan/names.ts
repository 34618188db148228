const FINGERPRINT_DIGITS = 8;

/** FNV-1a, 32 bits, as 8 hexadecimal digits: to tell names apart, not to withstand anybody. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(FINGERPRINT_DIGITS, '0');
}

/** a-z, 0-9 and single dashes; never longer than `longest`, and without a dash at either end. */
export function slug(text: string, longest: number): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replaceAll(/^-+|-+$/g, '');
}

/** The text itself where it is such a name already; else a name like it that no other text has. */
export function distinct(text: string, longest: number): string {
  const name = slug(text, longest);
  return name === text ? name : `${slug(text, longest - FINGERPRINT_DIGITS - 1)}-${fingerprint(text)}`;
}
