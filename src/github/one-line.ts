import { clip, visible, withoutEscapes } from '../values/visible.ts';

/** Words of others for a clause of ours: on one line, with nothing hidden in them, and of at most so many letters (UTF-16). */
export function onOneLine(text: string, longest: number): string {
  const line = visible(withoutEscapes(text).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')).trim();
  return line.length <= longest ? line : clip(line, longest - 1);
}
