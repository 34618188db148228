import { DeployError } from '../errors.ts';
import type { OwnDriver } from './create-args.ts';

/** The engine or the cluster itself is away or refuses: no image is at fault, and another try changes nothing. */
const NO_ENGINE =
  /failed to connect to the docker API|Cannot connect to the Docker daemon|failed to initialize builder/i;

/** What an engine says when the registry of an image, or the way to it, is busy or broken. */
const PASSING =
  /toomanyrequests|too many requests|rate limit|\b429\b|HTTP status: 5\d\d|\b50[0234] [A-Z]|connection (?:refused|reset)|: (?:unexpected )?EOF|i\/o timeout|TLS handshake timeout|deadline exceeded|Client\.Timeout|no such host|name resolution|server misbehaving|broken pipe/i;

const NO_IMAGE = /manifest (?:for .* )?(?:unknown|not found)|not found|unauthorized|denied|forbidden|HTTP 40[134]/i;

const MIRROR =
  'Set buildkit-image to an image of BuildKit that is in reach, for example a mirror of moby/buildkit:buildx-stable-1.';

const OTHER_BUILDERS =
  'a running BuildKit (builder: tcp://host:port) or a build farm in a cluster (builder: kubernetes)';

/** What is told and advised, by driver and by what buildx says. The first that fits counts. */
const HINTS: readonly (readonly [OwnDriver | undefined, RegExp, string])[] = [
  [
    'remote',
    /deadline exceeded/i,
    'Is the address right, and are the TLS options (builder-options: cacert, cert, key, servername) those of that BuildKit?',
  ],
  ['remote', /./, 'Options of a running BuildKit are cacert, cert, key and servername.'],
  [
    'kubernetes',
    /forbidden/i,
    'The builder needs rights on deployments, configmaps, pods and pods/exec in its namespace (option namespace=…).',
  ],
  [
    'kubernetes',
    /replicas to be ready/i,
    `Look at the events of its pods; the option timeout=5m waits longer, rootless=true needs no privileged pods. ${MIRROR}`,
  ],
  [
    'kubernetes',
    /./,
    'The builder is made in the namespace of the kubeconfig (KUBECONFIG), or of the option namespace=….',
  ],
  [
    undefined,
    /TLS data loaded from environment/i,
    `buildx makes no builder where DOCKER_TLS_VERIFY is set; take builder: docker, or ${OTHER_BUILDERS}.`,
  ],
  [
    undefined,
    /invalid driver option|parse error|expecting k=v/i,
    'Options are those of "docker buildx create --driver-opt".',
  ],
  [undefined, NO_ENGINE, `Start Docker on the runner, or take ${OTHER_BUILDERS}.`],
  [
    undefined,
    /operation not permitted|privileged/i,
    `BuildKit needs a privileged container; where the engine allows none take builder: docker, or ${OTHER_BUILDERS}.`,
  ],
  [undefined, PASSING, MIRROR],
  [undefined, NO_IMAGE, MIRROR],
];

const ELSE = `The lines of buildx above say more. Other ways: builder: docker, ${OTHER_BUILDERS}.`;

/** Whether the image of BuildKit may come at the next try. */
export function mayPass(words: string): boolean {
  return PASSING.test(words) && !NO_ENGINE.test(words);
}

/** A builder of our own that buildx could not make, in buildx's words. `place` is what it was to be made with, or the address of a running one. */
export function createFailure(driver: OwnDriver, place: string, words: string): DeployError {
  if (/no space left on device|disk quota exceeded/i.test(words)) {
    return new DeployError('disk-full', `There is no space left to start BuildKit: ${words}`, {
      hint: 'Free space on the machine of the engine, for example by "docker system df" and what it points at.',
    });
  }
  const hint = HINTS.find(([only, pattern]) => (only === undefined || only === driver) && pattern.test(words))?.[2];
  const what = driver === 'remote' ? `The BuildKit at ${place} cannot be used` : `BuildKit did not start (${place})`;
  return new DeployError('builder-unavailable', `${what}: ${words}`, { hint: hint ?? ELSE });
}

/** Nothing to build with where something was asked for or looked for. */
export function noBuilder(message: string, hint?: string): DeployError {
  return new DeployError('builder-unavailable', message, {
    hint: hint ?? `Install or start Docker on the runner, or take ${OTHER_BUILDERS}.`,
  });
}
