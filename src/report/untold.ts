import type { RootContent } from 'mdast';
import { clip } from '../values/visible.ts';
import { bullets, foldedBlocks, heading, paragraph, rendered, strong, text } from './markdown.ts';
import { several, type Section } from './page.ts';

/** What could not be said on GitHub. */
export type Untold = {
  /** "The comment on pull request 7". */
  readonly title: string;
  /** "the token lacks pull-requests: write". */
  readonly why: string;
  /** What would have been there, as this folder rendered it; undefined when there is no text. */
  readonly markdown: string | undefined;
};

const LONGEST_REASON = 1000;

/** What could not be said on GitHub, once, with its content: for the job summary. */
export function untoldSections(untold: readonly Untold[]): readonly Section[] {
  const withText = untold.flatMap(({ title, markdown }) => (markdown === undefined ? [] : [{ title, markdown }]));
  return [
    several(2, untold, (shown, leftOut) => [
      heading(3, 'Not told on GitHub'),
      ...(shown.length === 0 ? [] : [bullets(shown.map(reason))]),
      ...(leftOut === 0 ? [] : [paragraph(text(`${leftOut} more could not be told; the log has them.`))]),
    ]),
    several(8, withText, (shown, leftOut) => [
      ...shown.flatMap(contentOf),
      ...(leftOut === 0 ? [] : [paragraph(text('There is no room here for all that would have been there.'))]),
    ]),
  ];
}

function reason({ title, why }: Untold): readonly [ReturnType<typeof strong>, ReturnType<typeof text>] {
  return [strong(clip(title, LONGEST_REASON)), text(`: ${clip(why, LONGEST_REASON)}`)];
}

function contentOf({ title, markdown }: { title: string; markdown: string }): readonly RootContent[] {
  return foldedBlocks(clip(title, LONGEST_REASON), [rendered(markdown)]);
}
