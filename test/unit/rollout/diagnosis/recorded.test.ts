import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnosedRecord, RECORDED_NAMES } from './views.ts';

/** What is said of each rollout that was recorded on a real kubelet, without anybody telling what is wrong with it. */
const SAID: readonly (readonly [
  name: string,
  reason: string | undefined,
  container: string | undefined,
  cause: string,
])[] = [
  [
    'command-not-found',
    'command-not-found',
    'server',
    'the command of container server cannot be started (RunContainerError, 2 restarts): exec: "serve": executable file not found in $PATH',
  ],
  [
    'config-key-missing',
    'config-key-missing',
    'server',
    'container server needs the key url of Secret there, which does not have it (CreateContainerConfigError)',
  ],
  [
    'config-map-missing',
    'config-missing',
    'server',
    'container server needs ConfigMap settings, which does not exist (CreateContainerConfigError)',
  ],
  [
    'config-missing',
    'config-missing',
    'server',
    'container server needs Secret db, which does not exist (CreateContainerConfigError)',
  ],
  [
    'container-crashed',
    'container-crashed',
    'server',
    'container server exits with code 1 (Error, 2 restarts): Error: DATABASE_URL is not set',
  ],
  [
    'container-exited',
    'container-exited',
    'server',
    'container server ends by itself with code 0 (Completed, 2 restarts), but it has to keep running: nothing to do',
  ],
  [
    'container-not-created',
    'container-not-created',
    'server',
    'container server cannot be created (CreateContainerError): cannot load seccomp profile "/var/lib/kubelet/seccomp/missing.json": open /var/lib/kubelet/seccomp/missing.json: no such file or directory',
  ],
  [
    'hook-failed',
    'hook-failed',
    'server',
    'the postStart hook of container server fails (CrashLoopBackOff, 2 restarts)',
  ],
  [
    'image-name-invalid',
    'image-name-invalid',
    'server',
    'container server: "https://example.com/Server:1.0" is no name of an image (InvalidImageName)',
  ],
  [
    'image-never-pulled',
    'image-never-pulled',
    'server',
    'container server: image 127.0.0.1:21043/shop/other:1 is not on node lab-node, and imagePullPolicy: Never forbids to pull it (ErrImageNeverPull)',
  ],
  [
    'image-not-found',
    'image-not-found',
    'server',
    'container server: image 127.0.0.1:21043/shop/server:1.5.0 not found in the registry (ErrImagePull, 2 attempts)',
  ],
  [
    'image-platform-mismatch',
    'image-platform-mismatch',
    'server',
    'container server: image 127.0.0.1:21043/lab/pause:arm is not made for the platform of node lab-node (ImagePullBackOff): no match for platform in manifest: not found',
  ],
  [
    'image-pull-failed',
    'image-pull-failed',
    'server',
    'container server: image registry.invalid/shop/server:1.0 cannot be pulled (ImagePullBackOff, 1 attempt): Head "https://registry.invalid/v2/shop/server/manifests/1.0": dial tcp: lookup registry.invalid on 10.255.255.53:53: read udp 10.243.0.2:55765->10.255.255.53:53: i/o timeout',
  ],
  [
    'init-container-failed',
    'init-container-failed',
    'migrate',
    'init container migrate exits with code 3 (Error, 2 restarts): migration 7 failed: relation users does not exist',
  ],
  [
    'liveness-failed',
    'liveness-failed',
    'server',
    'container server is killed because its liveness probe GET :8080/healthz fails (CrashLoopBackOff, 2 restarts): Get "http://10.244.0.94:8080/healthz": dial tcp 10.244.0.94:8080: connect: connection refused',
  ],
  [
    'out-of-memory',
    'out-of-memory',
    'server',
    'container server needs more memory than its limit of 64Mi (OOMKilled, 2 restarts)',
  ],
  [
    'pod-unschedulable',
    'pod-unschedulable',
    undefined,
    'no node takes the pod: 0/1 nodes are available: 1 Insufficient cpu',
  ],
  [
    'priority-class-missing',
    'priority-class-missing',
    undefined,
    'no pod can be made, PriorityClass urgent does not exist',
  ],
  [
    'progress-deadline',
    undefined,
    'server',
    'container server is not ready, its readiness probe TCP :8080 fails: dial tcp 10.244.0.102:8080: connect: connection refused',
  ],
  [
    'readiness',
    undefined,
    'server',
    'container server is not ready, its readiness probe GET :http/healthz fails: HTTP probe failed with statuscode: 503',
  ],
  [
    'runs-as-root',
    'runs-as-root',
    'server',
    'container server may not run as root (runAsNonRoot), but its image does (CreateContainerConfigError)',
  ],
  [
    'selector',
    'pod-unschedulable',
    undefined,
    "no node takes the pod: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector",
  ],
  [
    'service-account-missing',
    'service-account-missing',
    undefined,
    'no pod can be made, ServiceAccount robot does not exist',
  ],
  [
    'shell-127',
    'command-not-found',
    'server',
    'container server exits with code 127 (Error, 2 restarts): /bin/sh: serve: not found',
  ],
  [
    'volume-claim-missing',
    'volume-claim-missing',
    undefined,
    'the pod needs PersistentVolumeClaim data, which does not exist',
  ],
  [
    'volume-key-missing',
    'config-key-missing',
    undefined,
    'the pod needs the key url of Secret there, which does not have it (FailedMount)',
  ],
  [
    'volume-not-mounted',
    'volume-not-mounted',
    undefined,
    'a volume of the pod cannot be mounted (FailedMount, 6 times): MountVolume.SetUp failed for volume "v" : hostPath type check failed: /no/such is not a directory',
  ],
  [
    'volume-secret-missing',
    'config-missing',
    undefined,
    'the pod needs Secret tls, which does not exist (FailedMount)',
  ],
  [
    'migrate',
    'container-crashed',
    'migrate',
    'container migrate exits with code 1 (Error): Error: relation users exists already',
  ],
  [
    'quota',
    'quota-exceeded',
    undefined,
    'no pod can be made, the quota team is used up: requested: pods=1, used: pods=1, limited: pods=1',
  ],
  [
    'limit',
    'limit-range-violated',
    undefined,
    'no pod can be made, the LimitRange of the namespace refuses it: maximum memory usage per Container is 64Mi, but limit is 128Mi',
  ],
  [
    'psa',
    'pod-security-violated',
    undefined,
    'no pod can be made, it violates the Pod Security level restricted:latest of the namespace: allowPrivilegeEscalation != false (container "server" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "server" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "server" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "server" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  ],
  [
    'hook',
    'webhook-unavailable',
    undefined,
    'no pod can be made, the admission webhook policy.example.com does not answer: Post "https://policy.shop-hook.svc:443/?timeout=2s": service "policy" not found',
  ],
  [
    'policy',
    'admission-denied',
    undefined,
    "no pod can be made, a policy of the cluster denies it: ValidatingAdmissionPolicy 'shop-policy' with binding 'shop-policy' denied request: every pod needs the label team",
  ],
  [
    'pod-failed',
    'pod-failed',
    undefined,
    'the pods fail as a whole (SysctlForbidden, 3 pods): Pod was rejected: forbidden sysctl: "net.core.somaxconn" not allowlisted',
  ],
];

for (const [name, reason, container, cause] of SAID) {
  test(`a real rollout: ${cause.slice(0, 80)}`, async () => {
    const diagnosis = await diagnosedRecord(name);
    assert.deepEqual([diagnosis.reason, diagnosis.container, diagnosis.cause], [reason, container, cause]);
  });
}

test('every rollout that was recorded is in the table, and each has a hint of whole sentences and a group of pods', async () => {
  assert.deepEqual(
    RECORDED_NAMES,
    SAID.map(([name]) => name),
  );
  for (const name of RECORDED_NAMES) {
    const { cause, hint = '', groups } = await diagnosedRecord(name);
    assert.match(hint, /^[A-Z].*[.?]$/, name);
    assert.doesNotMatch(cause, /\.$|\s$|undefined/, name);
    assert.equal(groups.length, 1, name);
  }
});

test('two pods that crash alike are one group, with the log of the first', async () => {
  const { groups } = await diagnosedRecord('container-crashed');
  const [group] = groups;
  assert.equal(group?.pods.length, 2);
  assert.deepEqual(
    group?.containers.map(({ exitCode, exitMeaning, restarts }) => [exitCode, exitMeaning, restarts]),
    [[1, 'an error of the application', 2]],
  );
  assert.ok(group?.containers[0]?.log.includes('Error: DATABASE_URL is not set'));
});

test('refusals that differ in the name of the pod only are one event', async () => {
  const { groups } = await diagnosedRecord('quota');
  assert.equal(groups[0]?.events.length, 1);
  assert.match(
    groups[0]?.events[0] ?? '',
    /^FailedCreate: Error creating: pods ".*exceeded quota: team.* \(\d+ times\)$/,
  );
});
