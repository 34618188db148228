import type { RolloutReason } from '../../reasons.ts';
import { objectsAt, textAt } from '../../values/json.ts';
import { counted, tail, who, type Blame, type Explanation } from './blame.ts';
import { pullComplaint } from './complaints.ts';
import { oneLine } from './plain-text.ts';

const imageOf = (blame: Blame): string => blame.container?.image ?? 'the image';
const attempts = (blame: Blame): string => counted(blame.word, blame.observations, 'attempt');
const complaint = (blame: Blame): string => tail(oneLine(pullComplaint(blame.text, blame.container?.image ?? '')));

/** An image that does not come onto the node. */
export const IMAGE_EXPLANATIONS = {
  'image-name-invalid': {
    cause: (blame) => `${who(blame)}: "${imageOf(blame)}" is no name of an image (${blame.word})`,
    hint: () => 'Write it as registry/path:tag, in lower case and without https://.',
  },
  'image-not-found': {
    cause: (blame) => `${who(blame)}: image ${imageOf(blame)} not found in the registry ${attempts(blame)}`,
    hint: () => 'Was it pushed? Check the repository and the tag.',
  },
  'image-access-denied': {
    cause: (blame) =>
      `${who(blame)}: the registry does not give image ${imageOf(blame)} to the node ${attempts(blame)}${complaint(blame)}`,
    hint: pullSecretHint,
  },
  'image-platform-mismatch': {
    cause: (blame) =>
      `${who(blame)}: image ${imageOf(blame)} is not made for the platform of node ${blame.node ?? 'that takes the pod'} (${blame.word})${complaint(blame)}`,
    hint: () => 'Build it for that platform too, or choose nodes with the nodeSelector kubernetes.io/arch.',
  },
  'image-pull-failed': {
    cause: (blame) => `${who(blame)}: image ${imageOf(blame)} cannot be pulled ${attempts(blame)}${complaint(blame)}`,
    hint: () =>
      'The node has to reach the registry: check its name, network, certificate and limits, then deploy again.',
  },
  'image-never-pulled': {
    cause: (blame) =>
      `${who(blame)}: image ${imageOf(blame)} is not on node ${blame.node ?? 'that takes the pod'}, and imagePullPolicy: Never forbids to pull it (${blame.word})`,
    hint: () => 'Leave imagePullPolicy out, or bring the image onto every node first.',
  },
} as const satisfies Partial<Record<RolloutReason, Explanation>>;

function pullSecretHint({ pod, workload }: Blame): string {
  const names = objectsAt(pod, 'spec', 'imagePullSecrets').map((secret) => textAt(secret, 'name') ?? '');
  return names.length === 0
    ? `The pods have no imagePullSecrets: make a docker-registry Secret in the namespace ${workload.namespace} and name it there. A repository that does not exist may look the same.`
    : `Check that the imagePullSecrets exist and may read this repository: ${names.join(', ')}. A repository that does not exist may look the same.`;
}
