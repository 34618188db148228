import type { RootContent } from 'mdast';
import type { ImageTestOutcome } from '../gate/image-tests.ts';
import type { ScanOutcome } from '../gate/scan.ts';
import { formatImageReference, repositoryOf } from '../values/image.ts';
import { withHint } from './annotations.ts';
import type { Annotation } from './interface.ts';
import { code, heading, table, type Cell } from './markdown.ts';

/** What the images had to pass. */
export type GateFacts = {
  readonly imageTests: readonly ImageTestOutcome[];
  readonly scans: readonly ScanOutcome[];
};

export function gateSection({ imageTests, scans }: GateFacts): readonly RootContent[] {
  const rows: readonly (readonly Cell[])[] = [
    ...imageTests.map(({ image, file, passed, problems }): readonly Cell[] => [
      [code(file)],
      repositoryOf(image),
      problems.length === 0 ? `✅ ${passed} passed` : `❌ ${problems.length} failed, ${passed} passed`,
    ]),
    ...scans.map(({ image, result, ending, counts }): readonly Cell[] => [
      'scan',
      repositoryOf(image),
      result === 'passed' ? `✅ ${counts ?? ending}` : `❌ ${[ending, counts].filter(isKnown).join('; ')}`,
    ]),
  ];
  return rows.length === 0 ? [] : [heading(3, 'Checks of the images'), table(['check', 'image', 'result'], rows)];
}

function isKnown(text: string | undefined): text is string {
  return text !== undefined;
}

/** What a scan found in an image that it let through. What it refused is told with the failure. */
export function scanAnnotations(scans: readonly ScanOutcome[]): readonly Annotation[] {
  return scans
    .filter(({ result }) => result === 'passed')
    .flatMap(({ findings }) => findings)
    .map(({ message, hint, file, line }) => ({
      level: 'warning',
      title: 'k8s-deploy: scan',
      message: withHint(message, hint),
      file,
      line,
    }));
}

export function gateEntries({ imageTests, scans }: GateFacts): object {
  return {
    imageTests: imageTests.map(({ image, file, passed, problems }) => ({
      image: formatImageReference(image),
      file,
      passed,
      failed: problems.map(({ message }) => message),
    })),
    scans: scans.map(({ image, result, ending, counts, findings }) => ({
      image: formatImageReference(image),
      result,
      ending,
      counts,
      findings: findings.map(({ message, file, line }) => ({ message, file, line })),
    })),
  };
}
