import type { RolloutReason } from '../../reasons.ts';
import { counted, tail, type Blame, type Explanation } from './blame.ts';
import { createComplaint } from './complaints.ts';
import { oneLine } from './plain-text.ts';

const complaintOf = (blame: Blame): string => oneLine(createComplaint(oneLine(blame.text, 2000)), 600);

/** Pods that the controller is not allowed to make: the API server refuses them. */
export const CREATION_EXPLANATIONS = {
  'quota-exceeded': {
    cause: (blame) => {
      const [, quota, figures] = /exceeded quota: ([^,]+), (.*)$/.exec(complaintOf(blame)) ?? [];
      return quota === undefined
        ? `no pod can be made, a quota of the namespace refuses it${tail(complaintOf(blame))}`
        : `no pod can be made, the quota ${quota} is used up${tail(figures)}`;
    },
    hint: () =>
      'Raise the ResourceQuota, free some of it, or let old pods leave first (maxSurge: 0, maxUnavailable: 1).',
  },
  'limit-range-violated': {
    cause: (blame) => `no pod can be made, the LimitRange of the namespace refuses it${tail(complaintOf(blame))}`,
    hint: () => 'Set resources within the limits of the namespace: kubectl describe limitrange.',
  },
  'pod-security-violated': {
    cause: (blame) => {
      const [, level, rules] = /violates PodSecurity "([^"]*)": (.*)$/.exec(complaintOf(blame)) ?? [];
      return level === undefined
        ? `no pod can be made${tail(complaintOf(blame))}`
        : `no pod can be made, it violates the Pod Security level ${level} of the namespace${tail(rules)}`;
    },
    hint: () => 'Set the securityContext fields that are named.',
  },
  'admission-denied': {
    cause: (blame) => `no pod can be made, a policy of the cluster denies it${tail(complaintOf(blame))}`,
    hint: () => 'Mend the pod template so that the policy is kept; whoever runs the cluster knows the policy.',
  },
  'pod-invalid': {
    cause: (blame) => `no pod can be made, the template makes an invalid one${tail(complaintOf(blame))}`,
    hint: () => 'Mend the field that is named; a webhook of the cluster may have changed it.',
  },
  'service-account-missing': {
    cause: (blame) => {
      const [, name] = /serviceaccount "([^"]*)" not found/i.exec(blame.text) ?? [];
      return `no pod can be made, ServiceAccount ${name ?? 'of the pods'} does not exist`;
    },
    hint: ({ workload }) => `Put it into the manifests, or create it in the namespace ${workload.namespace}.`,
  },
  'priority-class-missing': {
    cause: (blame) => {
      const [, name] = /no PriorityClass with name "?([\w.-]+)/i.exec(blame.text) ?? [];
      return `no pod can be made, PriorityClass ${name ?? 'of the pods'} does not exist`;
    },
    hint: () => 'Mend priorityClassName: kubectl get priorityclass lists those that exist.',
  },
  'webhook-unavailable': {
    cause: (blame) => {
      const [, name] = /failed calling webhook "([^"]*)"/.exec(blame.text) ?? [];
      return `no pod can be made, the admission webhook ${name ?? ''} does not answer${tail(complaintOf(blame).replace(/^failed calling webhook "[^"]*": (failed to call webhook: )?/, ''))}`;
    },
    hint: () =>
      'That is for whoever runs the cluster: the service behind the webhook is down, or its certificate is wrong.',
  },
  'namespace-terminating': {
    cause: ({ workload }) => `no pod can be made, the namespace ${workload.namespace} is being deleted`,
    hint: () => 'Wait until it is gone, create it anew, and deploy again.',
  },
  'pods-not-created': {
    cause: (blame) =>
      `no pod can be made ${counted(blame.word, blame.observations, 'time')}${tail(complaintOf(blame))}`,
    hint: () => 'The controller says why in the events of the workload.',
  },
} as const satisfies Partial<Record<RolloutReason, Explanation>>;
