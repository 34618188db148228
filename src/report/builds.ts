import type { RootContent } from 'mdast';
import type { Problem } from '../errors.ts';
import type { BuiltImage, CacheUse } from '../values/built-image.ts';
import { formatImageReference } from '../values/image.ts';
import { withHint } from './annotations.ts';
import { shortImage } from './image-change.ts';
import type { Annotation } from './interface.ts';
import { bullets, code, heading, table, text, type Cell } from './markdown.ts';

const HOW: Readonly<Record<BuiltImage['how'], string>> = {
  built: 'built',
  reused: 'was built before',
  raced: 'another run of this commit was quicker',
  unpushed: 'built, not pushed',
};

/** "14 of 18 steps from the cache; the first that was not: [build 3/5] RUN npm ci (the registry had no cache yet)". */
export function describeCache(cache: CacheUse | undefined): string {
  if (cache === undefined) {
    return '';
  }
  const share = `${cache.cached} of ${cache.steps} steps from the cache`;
  const because = cache.because === undefined ? '' : ` (${cache.because})`;
  return cache.firstMiss === undefined ? share : `${share}; the first that was not: ${cache.firstMiss}${because}`;
}

/** A line of the log for each image. */
export function buildLines(builds: readonly BuiltImage[]): readonly string[] {
  return builds.flatMap(({ image, how, tags, cache, advice }) => [
    `${formatImageReference(image)}: ${HOW[how]}${cache === undefined ? '' : `, ${describeCache(cache)}`}`,
    ...tags.map((tag) => `  also ${tag}`),
    ...advice.filter(({ file }) => file === undefined).map(({ message, hint }) => `hint: ${told(message, hint)}`),
  ]);
}

export function buildSection(builds: readonly BuiltImage[]): readonly RootContent[] {
  const advice = builds.flatMap((build) => build.advice);
  if (builds.length === 0) {
    return [];
  }
  const hasTags = builds.some(({ tags }) => tags.length > 0);
  const rows = builds.map(({ image, how, tags, cache }): readonly Cell[] => [
    [code(shortImage(formatImageReference({ ...image, digest: undefined })))],
    HOW[how],
    describeCache(cache),
    ...(hasTags ? [tags.flatMap((tag, index) => [text(index === 0 ? '' : ', '), code(tag)])] : []),
  ]);
  return [
    heading(3, 'Images'),
    table(['image', 'how', 'cache', ...(hasTags ? ['other tags'] : [])], rows),
    ...(advice.length === 0 ? [] : [bullets(advice.map((one) => [text(placed(one))]))]),
  ];
}

/** What has a place in a file is shown there, whether the deploy went well or not. */
export function buildAnnotations(builds: readonly BuiltImage[]): readonly Annotation[] {
  return builds
    .flatMap(({ advice }) => advice)
    .filter(({ file }) => file !== undefined)
    .map(({ message, hint, file, line }) => ({
      level: 'warning',
      title: 'k8s-deploy: build',
      message: withHint(message, hint),
      file,
      line,
    }));
}

export function buildEntries(builds: readonly BuiltImage[]): readonly object[] {
  return builds.map(({ image, how, tags, cache, advice }) => ({
    reference: formatImageReference(image),
    how,
    tags,
    cache,
    advice: advice.map(({ message, hint, file, line }) => ({ message, hint, file, line })),
  }));
}

function placed({ message, hint, file, line }: Problem): string {
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `;
  return `${place}${told(message, hint)}`;
}

function told(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message.replace(/\.$/, '')}. ${hint}`;
}
