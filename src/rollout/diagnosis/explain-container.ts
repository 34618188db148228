import type { RolloutReason } from '../../reasons.ts';
import { objectsAt, textAt } from '../../values/json.ts';
import { afterRestarts, counted, tail, who, type Blame, type Explanation } from './blame.ts';
import { missingConfig, startComplaint } from './complaints.ts';
import { oneLine } from './plain-text.ts';
import { nameProbe } from './probes.ts';

const READ_THE_LOG = 'The last lines of its log are in the log of this step and in the summary.';
const said = (blame: Blame): string => tail(oneLine(startComplaint(blame.text)));

/** A container that does not start, or does not stay. */
export const CONTAINER_EXPLANATIONS = {
  'container-crashed': { cause: exits, hint: () => READ_THE_LOG },
  'init-container-failed': {
    cause: exits,
    hint: () => `The other containers start only when it ends with 0. ${READ_THE_LOG}`,
  },
  'container-exited': {
    cause: (blame) =>
      `${who(blame)} ends by itself with code 0 ${afterRestarts(blame)}, but it has to keep running${tail(blame.lastWords)}`,
    hint: () => 'Start the server in the foreground; work that ends belongs into a Job.',
  },
  'command-not-found': {
    cause: (blame) => {
      const { container } = blame;
      const isOfShell = container?.exitCode === 126 || container?.exitCode === 127;
      return isOfShell
        ? exits(blame)
        : `the command of ${who(blame)} cannot be started ${afterRestarts(blame)}${said(blame)}`;
    },
    hint: () =>
      'Check command and args, and that the file is in the image, executable, and made for the platform of the node.',
  },
  'out-of-memory': {
    cause: (blame) => {
      const limit = memoryLimit(blame);
      return `${who(blame)} needs more memory than ${limit === undefined ? 'there is' : `its limit of ${limit}`} ${counted('OOMKilled', blame.container?.restarts ?? 0, 'restart')}`;
    },
    hint: () => 'Raise resources.limits.memory, or make the application use less when it starts.',
  },
  'liveness-failed': {
    cause: (blame) => {
      const { container } = blame;
      const probe = container?.probe === undefined ? 'liveness or startup probe' : nameProbe(container.probe);
      return `${who(blame)} is killed because its ${probe} fails ${afterRestarts(blame)}${tail(container?.probe?.said)}`;
    },
    hint: () =>
      'Does it listen there in time? When it only starts slowly, give it a startupProbe with a higher failureThreshold.',
  },
  'config-missing': {
    cause: (blame) =>
      `${whoNeeds(blame)} needs ${missingConfig(blame.text).object ?? 'a Secret or ConfigMap'}, which does not exist (${blame.word})`,
    hint: ({ workload }) =>
      `Create it in the namespace ${workload.namespace} first, or put it into the manifests; what may be missing is marked optional: true.`,
  },
  'config-key-missing': {
    cause: (blame) => {
      const { object = mountedObject(blame), key } = missingConfig(blame.text);
      const place = object === undefined ? 'a Secret or ConfigMap' : object;
      return `${whoNeeds(blame)} needs the key ${key ?? '(see below)'} of ${place}, which does not have it (${blame.word})`;
    },
    hint: () => 'Add the key, or mend its name in the manifest; what may be missing is marked optional: true.',
  },
  'runs-as-root': {
    cause: (blame) => {
      const [, user] = /non-numeric user \(([^)]*)\)/.exec(blame.text) ?? [];
      const image = user === undefined ? 'its image does' : `its image has the user "${user}", which may be root`;
      return `${who(blame)} may not run as root (runAsNonRoot), but ${image} (${blame.word})`;
    },
    hint: (blame) =>
      /non-numeric/.test(blame.text)
        ? 'Write USER in the Dockerfile as a number, or set securityContext.runAsUser to one.'
        : 'Set USER in the Dockerfile, or securityContext.runAsUser, to a number other than 0.',
  },
  'container-not-created': {
    cause: (blame) => `${who(blame)} cannot be created (${blame.word})${said(blame)}`,
    hint: () =>
      'Mend what the node complains about: securityContext, volumeMounts, or a command that neither image nor manifest has.',
  },
  'container-not-started': {
    cause: (blame) => `${who(blame)} cannot be started ${afterRestarts(blame)}${said(blame)}`,
    hint: () => 'The container runtime of the node says why; the same on another node points at the image.',
  },
  'hook-failed': {
    cause: (blame) => `the postStart hook of ${who(blame)} fails ${afterRestarts(blame)}${hookWords(blame)}`,
    hint: () =>
      'The container is killed when its hook fails. The hook runs beside the application, which may not be up yet.',
  },
} as const satisfies Partial<Record<RolloutReason, Explanation>>;

/** What a volume misses keeps all containers of the pod waiting. */
function whoNeeds(blame: Blame): string {
  return blame.container === undefined ? 'the pod' : who(blame);
}

/** A message about a volume names the volume only: the pod knows what is in it. */
function mountedObject({ pod, text }: Blame): string | undefined {
  const [, name] = /volume "([^"]+)"/.exec(text) ?? [];
  const volume = objectsAt(pod, 'spec', 'volumes').find((one) => one['name'] === name);
  const secret = textAt(volume, 'secret', 'secretName');
  const configMap = textAt(volume, 'configMap', 'name');
  return secret === undefined ? (configMap === undefined ? undefined : `ConfigMap ${configMap}`) : `Secret ${secret}`;
}

function exits(blame: Blame): string {
  const { container } = blame;
  const code = container?.exitCode;
  const isKilled = code !== undefined && code > 128 && container?.exitMeaning !== undefined && code !== 255;
  const ending =
    code === undefined ? 'does not stay up' : `exits with code ${code}${isKilled ? `, ${container?.exitMeaning}` : ''}`;
  return `${who(blame)} ${ending} ${afterRestarts(blame)}${tail(blame.lastWords)}`;
}

function memoryLimit({ pod, container }: Blame): string | undefined {
  const spec = [...objectsAt(pod, 'spec', 'containers'), ...objectsAt(pod, 'spec', 'initContainers')].find(
    (one) => one['name'] === container?.container,
  );
  return textAt(spec, 'resources', 'limits', 'memory');
}

/** A hook's own words are only in a message that speaks of it; otherwise it is the container that was killed. */
function hookWords({ text }: Blame): string {
  return /hook/i.test(text) ? tail(oneLine(text)) : '';
}
