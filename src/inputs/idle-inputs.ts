import type { Problem } from '../errors.ts';
import { BUILD_MODES, modesOf, WAYS, type BuildMode, type Given } from './given.ts';

const BOTH: readonly BuildMode[] = ['dockerfile', 'bake'];

/** For which ways of building an input says something. */
const MODES_OF_INPUT: Readonly<Record<string, readonly BuildMode[]>> = {
  target: ['dockerfile'],
  'build-contexts': ['dockerfile'],
  'cache-stages': ['dockerfile'],
  'build-args': BOTH,
  labels: BOTH,
  ssh: BOTH,
  'no-cache': BOTH,
  pull: BOTH,
  provenance: BOTH,
  sbom: BOTH,
  attests: BOTH,
  cache: BOTH,
  'cache-from': BOTH,
  'cache-to': BOTH,
  'cache-repository': BOTH,
  'cache-folder': BOTH,
  builder: BOTH,
  'builder-options': BOTH,
  'buildkit-image': BOTH,
  'buildkitd-config': BOTH,
  'keep-builder': BOTH,
  secrets: ['dockerfile', 'bake', 'command'],
  tags: ['dockerfile', 'bake', 'command'],
  build: ['dockerfile', 'bake', 'command'],
  platforms: ['dockerfile', 'bake', 'command', 'skaffold'],
  push: ['dockerfile', 'bake', 'command', 'skaffold'],
  'bake-targets': ['bake'],
  'skaffold-profile': ['skaffold'],
};

/** Where a way of building has the same, if it has it. */
const INSTEAD: Readonly<Record<BuildMode, string>> = {
  dockerfile: 'Leave it out.',
  bake: 'The files for bake say that themselves; leave it out.',
  command: 'The command decides that itself; leave it out.',
  skaffold: 'The skaffold.yaml says that itself; leave it out.',
};

/** Inputs that say something to a build where there is none, or one that does not listen. */
export function findIdleInputs(given: Given): readonly Problem[] {
  const modes = modesOf(given);
  return Object.entries(MODES_OF_INPUT)
    .filter(([name, listeners]) => given.has(name) && !modes.some((mode) => listeners.includes(mode)))
    .map(([name, listeners]): Problem => {
      const [mode] = modes;
      if (mode !== undefined) {
        const found = BUILD_MODES[mode].find(given.has) ?? '';
        return { message: `${name}: means nothing to ${found}`, hint: INSTEAD[mode] };
      }
      const wanted = listeners.length > 1 ? WAYS : listeners.flatMap((one) => BUILD_MODES[one]).join(' or ');
      return { message: `${name}: there is nothing to build`, hint: `Give ${wanted}, or leave ${name} out.` };
    });
}
