import { isJsonObject, objectsAt, textAt } from '../values/json.ts';
import { formatImageReference, parseImageReference, type ImageReference } from '../values/image.ts';

/** One image that skaffold built: the name that manifests have, and what it is now. */
export type SkaffoldArtifact = { readonly imageName: string; readonly image: ImageReference };

/**
 * What `skaffold build --file-output` writes: {"builds": [{"imageName", "tag"}]}, where the tag is a whole reference (skaffold,
 * cmd/skaffold/app/flags/build_output.go). Throws an Error that says what is wrong: nothing in it is trusted.
 */
export function parseBuildOutput(text: string): readonly SkaffoldArtifact[] {
  const content = parsed(text);
  if (!isJsonObject(content) || !Array.isArray(content['builds'])) {
    throw new Error('it has no list "builds"');
  }
  const builds = objectsAt(content, 'builds');
  if (builds.length === 0 || builds.length !== content['builds'].length) {
    throw new Error('its "builds" are not a list of images');
  }
  return builds.map((build) => {
    const imageName = textAt(build, 'imageName');
    const tag = textAt(build, 'tag');
    if (imageName === undefined || tag === undefined) {
      throw new Error('one of its "builds" has no imageName or no tag');
    }
    const image = parseImageReference(tag);
    if (image.tag === undefined && image.digest === undefined) {
      throw new Error(`"${tag}" has neither a tag nor a digest`);
    }
    return { imageName, image };
  });
}

/** The same list with the digests that the registry names, for `--build-artifacts`. */
export function formatBuildOutput(artifacts: readonly SkaffoldArtifact[]): string {
  const builds = artifacts.map(({ imageName, image }) => ({ imageName, tag: formatImageReference(image) }));
  return JSON.stringify({ builds });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
}
