import type { RootContent } from 'mdast';
import { formatImageReference } from '../values/image.ts';
import { bullets, code, heading, text } from './markdown.ts';
import type { Outcome } from './outcome.ts';

/** What went in, each in full so that it can be copied: a list, for in a table such words would make everything else narrow. */
export function detailSection({ facts, reason }: Outcome): readonly RootContent[] {
  const { sha, images, isBuilt, tools } = facts;
  const lines = [
    ...(reason === undefined ? [] : [[text('reason '), code(reason)]]),
    ...(sha === undefined ? [] : [[text('commit '), code(sha)]]),
    ...images.map((image) => [text(isBuilt ? 'image built: ' : 'image '), code(formatImageReference(image))]),
    ...(tools.length === 0 ? [] : [[text(`with ${tools.join(', ')}`)]]),
  ];
  return lines.length === 0 ? [] : [heading(3, 'Details'), bullets(lines)];
}
