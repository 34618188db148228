import type { Inputs } from '../inputs/spec.ts';
import type { RunnerFacts } from './runner-facts.ts';
import type { ToolsPlan } from './slices.ts';

/** Which tools, where from, and who vouches for them. */
export function toolsPlan(inputs: Inputs, facts: RunnerFacts): ToolsPlan {
  return {
    platform: facts.platform,
    arch: facts.arch,
    folder: facts.folder,
    kubectl: { wish: inputs.kubectlVersion, mirror: inputs.kubectlMirror },
    buildx: { wish: inputs.buildxVersion, mirror: inputs.buildxMirror },
    helm: { wish: inputs.helmVersion, mirror: inputs.helmMirror },
    skaffold: { wish: inputs.skaffoldVersion, mirror: inputs.skaffoldMirror },
    structureTest: { wish: inputs.structureTestVersion, mirror: inputs.structureTestMirror },
    isPreinstalledOnly: inputs.tools === 'preinstalled',
    checksums: inputs.toolChecksums,
    signatures: inputs.toolSignatures,
    githubToken: tokenForGitHub(inputs, facts),
  };
}

/** The token of an enterprise server means nothing to github.com, and a wrong one is worse than none. */
function tokenForGitHub(inputs: Inputs, facts: RunnerFacts): string | undefined {
  return facts.serverUrl === 'https://github.com' && inputs.githubToken !== '' ? inputs.githubToken : undefined;
}
