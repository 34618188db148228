import { parseToolChecksum } from '../values/tool-checksum.ts';
import { parseVersionWish, type VersionWish } from '../values/version.ts';
import { oneOf, parseMirror } from './parsers.ts';
import { list, optional, withFallback } from './row.ts';

/** By what tools. */
export const TOOL_INPUTS = {
  kubectlVersion: withFallback<VersionWish>(
    'kubectl-version',
    'auto, 1.NN or vX.Y.Z[@sha256:…]',
    'auto',
    parseVersionWish,
    "Version of kubectl. `auto`: a kubectl on the runner within one minor of the server, else the server's minor is installed.",
  ),
  kubectlMirror: optional(
    'kubectl-mirror',
    'URL',
    parseMirror,
    'Where kubectl is downloaded from, in the layout of https://dl.k8s.io.',
  ),
  buildxVersion: withFallback<VersionWish>(
    'buildx-version',
    'auto or vX.Y.Z[@sha256:…]',
    'auto',
    parseVersionWish,
    'Version of buildx. `auto`: the one on the runner, else the version that this release was tested with.',
  ),
  buildxMirror: optional(
    'buildx-mirror',
    'URL',
    parseMirror,
    'Where buildx is downloaded from, in the layout of https://github.com/docker/buildx/releases/download.',
  ),
  helmVersion: withFallback<VersionWish>(
    'helm-version',
    'auto or vX.Y.Z[@sha256:…]',
    'auto',
    parseVersionWish,
    'Version of helm, which is needed for charts only. `auto`: the one on the runner, else the version that this release was tested with.',
  ),
  helmMirror: optional(
    'helm-mirror',
    'URL',
    parseMirror,
    'Where helm is downloaded from, in the layout of https://get.helm.sh.',
  ),
  skaffoldVersion: withFallback<VersionWish>(
    'skaffold-version',
    'auto or vX.Y.Z[@sha256:…]',
    'auto',
    parseVersionWish,
    'Version of skaffold, which is needed for `skaffold-file` only. `auto`: as for helm.',
  ),
  skaffoldMirror: optional(
    'skaffold-mirror',
    'URL',
    parseMirror,
    'Where skaffold is downloaded from, in the layout of https://storage.googleapis.com/skaffold/releases.',
  ),
  structureTestVersion: withFallback<VersionWish>(
    'structure-test-version',
    'auto or vX.Y.Z[@sha256:…]',
    'auto',
    parseVersionWish,
    'Version of container-structure-test, which is needed for `image-tests` only. `auto`: as for helm.',
  ),
  structureTestMirror: optional(
    'structure-test-mirror',
    'URL',
    parseMirror,
    'Where container-structure-test is downloaded from, in the layout of https://github.com/GoogleContainerTools/container-structure-test/releases/download.',
  ),
  tools: withFallback(
    'tools',
    'auto or preinstalled',
    'auto',
    oneOf(['auto', 'preinstalled']),
    '`preinstalled`: nothing is downloaded; tools are taken from the PATH and the tool cache of the runner.',
  ),
  toolChecksums: list(
    'tool-checksums',
    'list of tool version os-arch sha256:…',
    parseToolChecksum,
    'Checksums that you vouch for, such as `helm v3.19.0 linux-amd64 sha256:…`; they come before all others.',
  ),
  toolSignatures: withFallback(
    'tool-signatures',
    'off or required',
    'off',
    oneOf(['off', 'required']),
    'Whether downloaded tools must have a signature of their makers that can be verified.',
  ),
} as const;
