import type { RolloutReason } from '../../reasons.ts';
import { textAt, valueAt } from '../../values/json.ts';
import { counted, tail, who, type Blame, type Explanation } from './blame.ts';
import { startComplaint } from './complaints.ts';
import { oneLine } from './plain-text.ts';
import { describeProbe } from './probes.ts';

const said = (blame: Blame): string => tail(oneLine(startComplaint(blame.text)).replace(/\.$/, ''));
const often = (blame: Blame): string => counted(blame.word, blame.observations > 1 ? blame.observations : 0, 'time');

/** A pod that does not come up as a whole, or does not become ready. */
export const POD_EXPLANATIONS = {
  'pod-unschedulable': {
    cause: (blame) => `no node takes the pod${tail(oneLine(withoutPreemption(blame.text)))}`,
    hint: schedulingHint,
  },
  'volume-claim-missing': {
    cause: (blame) => {
      const [, name] = /persistentvolumeclaim "([^"]*)" not found/i.exec(blame.text) ?? [];
      return name === undefined
        ? `the volumes of the pod are not there yet${said(blame)}`
        : `the pod needs PersistentVolumeClaim ${name}, which does not exist`;
    },
    hint: () => 'Put the claim into the manifests, and check that its storageClassName exists and can make volumes.',
  },
  'volume-not-mounted': {
    cause: (blame) => `a volume of the pod cannot be mounted ${often(blame)}${said(blame)}`,
    hint: (blame) =>
      /Multi-Attach/i.test(blame.text)
        ? 'The old pod still holds the volume: with strategy: Recreate it leaves first.'
        : 'Check the volumes of the pod; the driver of the volume on that node may say more.',
  },
  'network-not-ready': {
    cause: (blame) =>
      `the network of the pod is not set up on node ${blame.node ?? 'that takes it'} ${often(blame)}${said(blame)}`,
    hint: () => 'That is for whoever runs the cluster: its network plugin is not ready, or has no addresses left.',
  },
  'pods-evicted': {
    cause: (blame) => `nodes throw the pods out (${blame.word}, ${countOf(blame)})${said(blame)}`,
    hint: () => 'The nodes are short of something: lower resources.requests and use, or add nodes.',
  },
  'pod-failed': {
    cause: (blame) => `the pods fail as a whole (${blame.word}, ${countOf(blame)})${said(blame)}`,
    hint: () => 'The node does not accept the pod as it is: mend what it names.',
  },
  'not-ready': {
    cause: (blame) =>
      blame.container === undefined
        ? `the pod is not ready${said(blame)}`
        : `${who(blame)} is not ready${blame.container.probe === undefined ? '' : `, its ${describeProbe(blame.container.probe)}`}`,
    hint: (blame) =>
      blame.container?.probe === undefined
        ? 'Its log and events are in the log of this step and in the summary.'
        : 'Does the application answer there? Its log is in the log of this step and in the summary.',
  },
  'not-started': {
    cause: (blame) => `${who(blame)} is not started yet (${blame.word})`,
    hint: () => 'It waits for its image, volumes or network; the events of the pod say for which.',
  },
} as const satisfies Partial<Record<RolloutReason | 'not-ready' | 'not-started', Explanation>>;

/** The scheduler adds what preemption would bring, which repeats the same. */
function withoutPreemption(text: string): string {
  return text.replace(/\.? (no new claims to deallocate, )?preemption: .*$/s, '').replace(/\.$/, '');
}

function countOf({ podCount }: Blame): string {
  return `${podCount} pod${podCount === 1 ? '' : 's'}`;
}

function schedulingHint({ text, pod }: Blame): string {
  const [, resource] = /Insufficient ([\w/-]+(?:\.[\w/-]+)*)/.exec(text) ?? [];
  if (resource !== undefined) {
    return `No node has that much ${resource} free: lower resources.requests.${resource}, or add nodes.`;
  }
  if (/affinity|selector/i.test(text)) {
    const selector = Object.entries(Object(valueAt(pod, 'spec', 'nodeSelector') ?? {}));
    const wanted = selector.map(([key, value]) => `${key}=${String(value)}`).join(', ');
    return `No node has the labels that the pod asks for${wanted === '' ? '' : `: ${wanted}`}. Mend nodeSelector or affinity, or label a node.`;
  }
  if (/taint/i.test(text)) {
    return 'Every node has a taint that the pod does not tolerate: add tolerations, or free a node.';
  }
  return textAt(pod, 'spec', 'schedulerName') === 'default-scheduler'
    ? 'The scheduler says what each node lacks.'
    : 'Check that the scheduler named in schedulerName runs, and what it says.';
}
