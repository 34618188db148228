import type { CommandResult, Files } from '../ports.ts';
import { isJsonObject, valueAt } from '../values/json.ts';
import type { Entry } from './entries.ts';
import { createOriginFinder, ORIGIN_ANNOTATION } from './kustomize-origin.ts';
import { originInFile, type Piece } from './origin.ts';
import { writtenIn, type Written } from './written.ts';

/** What `kubectl kustomize` printed, and the folder that the paths in its annotations are relative to. */
export type Kustomized = {
  readonly result: CommandResult;
  readonly root: string;
  /** Whether the annotations that tell the origin are ours and not the user's. */
  readonly isAnnotated: boolean;
};

const WITHIN_ANNOTATION = ' '.repeat(6);

/** What kustomize printed, object by object, without the annotation that only we asked for. */
export async function piecesOfKustomize(
  { result, root, isAnnotated }: Kustomized,
  entry: Entry,
  workspace: string,
  files: Files,
): Promise<readonly Piece[]> {
  const findOrigin = createOriginFinder(root, workspace, files);
  return Promise.all(
    // Text in an object is indented, so that only a separator stands there.
    result.stdout.split(/^---\n/m).map(async (text) => {
      const [written] = writtenIn(text);
      const origin = (written && (await findOrigin(written.object))) ?? originInFile(entry.file);
      return { text: isAnnotated && written !== undefined ? withoutAnnotation(text, written) : text, origin };
    }),
  );
}

/** The text without the lines of the annotation; without those of all annotations when there is no other. */
function withoutAnnotation(text: string, { object, lineOf }: Written): string {
  const annotations = valueAt(object, 'metadata', 'annotations');
  if (!isJsonObject(annotations) || annotations[ORIGIN_ANNOTATION] === undefined) {
    return text;
  }
  const isAlone = Object.keys(annotations).length === 1;
  const key = lineOf(['metadata', 'annotations', ORIGIN_ANNOTATION]);
  const lines = text.split('\n');
  const end = lines.findIndex((line, index) => index >= key && !line.startsWith(WITHIN_ANNOTATION));
  return [...lines.slice(0, isAlone ? key - 2 : key - 1), ...lines.slice(end)].join('\n');
}
