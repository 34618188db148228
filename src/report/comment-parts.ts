import type { PhrasingContent } from 'mdast';
import { code, link, paragraph, text } from './markdown.ts';
import { always, type Section } from './page.ts';

/** What a comment is about, and when it was true. */
export type CommentAbout = {
  readonly app: string;
  readonly environment: string | undefined;
  readonly namespace: string | undefined;
  /** Where the application is found. */
  readonly url: string | undefined;
  /** The run; empty when it is not known. */
  readonly runUrl: string;
  readonly sha: string | undefined;
  /** Since the epoch. */
  readonly updatedAtMilliseconds: number;
};

/** The address, where there is one. */
export function addressSection({ url }: Pick<CommentAbout, 'url'>): Section {
  return url === undefined ? always() : always(paragraph(link(url)));
}

/** The last line: what, where, of which commit, in which run, and when. */
export function footerSection(about: CommentAbout): Section {
  const { app, environment, namespace, runUrl, sha, updatedAtMilliseconds } = about;
  const place: readonly PhrasingContent[] = [
    code(app),
    ...(environment === undefined ? [] : [text(' to '), code(environment)]),
    ...(namespace === undefined ? [] : [text(', namespace '), code(namespace)]),
  ];
  const parts: readonly (readonly PhrasingContent[])[] = [
    place,
    ...(sha === undefined ? [] : [[text('commit '), code(sha.slice(0, 7))]]),
    ...(runUrl === '' ? [] : [[link(runUrl, 'run and log')]]),
    [text(`updated ${minuteOf(new Date(updatedAtMilliseconds).toISOString())}`)],
  ];
  return always(paragraph(...parts.flatMap((part, index) => (index === 0 ? part : [text(' · '), ...part]))));
}

/** "2026-11-29 14:05 UTC" of an ISO 8601 time in UTC. */
export function minuteOf(isoTime: string): string {
  return `${isoTime.slice(0, 16).replace('T', ' ')} UTC`;
}
