import type { Problem } from '../errors.ts';
import { decodeBase64 } from '../values/base64.ts';
import { isJsonObject, numberAt, objectsAt, textAt } from '../values/json.ts';

/**
 * What the build checks of BuildKit found (`BUILDX_METADATA_WARNINGS`), from the text of the metadata file; texts in it are base64. `dockerfile` is
 * relative to the workspace. With a `text`, only those about a Dockerfile of that text count.
 */
export function buildChecks(metadata: string, dockerfile: string, text?: string): readonly Problem[] {
  const warnings = objectsAt(parsed(metadata), 'buildx.build.warnings').filter(
    (warning) => text === undefined || decodeBase64(textAt(warning, 'sourceInfo', 'data') ?? '') === text,
  );
  const problems = warnings.map((warning): Problem => {
    // "StageNameCasing: Stage name 'Base' should be lowercase (line 1)"
    const short = decodeBase64(textAt(warning, 'short') ?? '').replace(/ \(line \d+\)$/, '');
    const url = textAt(warning, 'url');
    const line = numberAt(warning, 'range', 0, 'start', 'line');
    return {
      message: short,
      ...(url === undefined ? {} : { hint: url }),
      file: dockerfile,
      ...(line === undefined ? {} : { line }),
    };
  });
  // Each platform is checked for itself.
  const seen = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...seen.values()]
    .filter(({ message }) => message !== '')
    .toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
}

function parsed(text: string): unknown {
  try {
    const content: unknown = JSON.parse(text);
    return isJsonObject(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
