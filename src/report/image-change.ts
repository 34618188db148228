import type { PhrasingContent } from 'mdast';
import { code, text } from './markdown.ts';

/**
 * What differs between two images of a container: of one repository only tag or digest, of a new one the end of its name, otherwise all. Long
 * names make tables wider than pages are; they are in the details and the diffs in full.
 */
export function imageChange(before: string | undefined, after: string): readonly PhrasingContent[] {
  const [old, next] = [partsOf(before ?? ''), partsOf(after)];
  if (before === undefined) {
    const name = next.repository.split('/').at(-1) ?? '';
    return pair('none', next.tag === '' ? `${name}${versionOf(next)}` : `${name}:${next.tag}`);
  }
  const [version, nextVersion] = [versionOf(old), versionOf(next)];
  if (old.repository !== next.repository || version === '' || nextVersion === '') {
    return pair(shortImage(before), shortImage(after));
  }
  return old.tag === next.tag || old.tag === '' || next.tag === ''
    ? pair(version, nextVersion)
    : pair(old.tag, next.tag);
}

/** The tag tells the commit, and the digest is long: twelve digits of each are enough to compare. */
export function shortImage(image: string): string {
  const parts = partsOf(image);
  return `${parts.repository}${parts.tag === '' ? '' : ':'}${versionOf(parts)}`;
}

function versionOf({ tag, digest }: Parts): string {
  return `${tag}${digest === '' ? '' : `@${digest}`}`;
}

type Parts = { readonly repository: string; readonly tag: string; readonly digest: string };

function partsOf(image: string): Parts {
  const [name = '', digest = ''] = image.split('@sha256:');
  const [, repository = '', tag = ''] = /^(.*?)(?::([^/:]*))?$/s.exec(name) ?? [];
  return { repository, tag: /^[0-9a-f]{40}$/.test(tag) ? tag.slice(0, 12) : tag, digest: digest.slice(0, 12) };
}

function pair(before: string, after: string): readonly PhrasingContent[] {
  return [code(before), text(' → '), code(after)];
}
