/** What kwok plays on fake nodes, as its configuration: nodes are Ready at once, pods at once run what they were told to, and go when deleted. */
export function kwokStages(): string {
  return [nodeReady, podReady, podDeleted].map((stage) => JSON.stringify(stage)).join('\n---\n');
}

const isReady = '.status.conditions.[] | select( .type == "Ready" ) | .status';

const stage = (name: string, kind: string, matchExpressions: readonly unknown[], next: unknown): unknown => ({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'Stage',
  metadata: { name },
  spec: { resourceRef: { apiGroup: 'v1', kind }, selector: { matchExpressions }, next },
});

const nodeReady = stage('node-ready', 'Node', [{ key: isReady, operator: 'NotIn', values: ['True'] }], {
  statusTemplate: `
conditions:
{{ $now := Now }}
{{ range NodeConditions }}
- { lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }}, message: {{ .message | Quote }}, reason: {{ .reason | Quote }}, status: {{ .status | Quote }}, type: {{ .type | Quote }} }
{{ end }}
addresses:
- { address: {{ NodeIP | Quote }}, type: InternalIP }
phase: Running
`,
});

// The image's name stands for its digest: what is deployed by digest is also seen running by that digest.
const podReady = stage(
  'pod-ready',
  'Pod',
  [
    { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' },
    { key: isReady, operator: 'NotIn', values: ['True'] },
  ],
  {
    statusTemplate: `
{{ $now := Now }}
phase: Running
startTime: {{ $now | Quote }}
conditions:
- { type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }} }
- { type: ContainersReady, status: "True", lastTransitionTime: {{ $now | Quote }} }
- { type: Ready, status: "True", lastTransitionTime: {{ $now | Quote }} }
containerStatuses:
{{ range .spec.containers }}
- { name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: {{ .image | Quote }}, ready: true, started: true, restartCount: 0, state: { running: { startedAt: {{ $now | Quote }} } } }
{{ end }}
`,
  },
);

const podDeleted = stage('pod-deleted', 'Pod', [{ key: '.metadata.deletionTimestamp', operator: 'Exists' }], {
  delete: true,
});
