import { DeployError } from '../errors.ts';
import { normalServer, normalSha256, type ExpectedCluster } from '../values/expected-cluster.ts';

/** What can be known of the cluster that the kubeconfig leads to. */
export type ClusterFacts = {
  /** URL of the kubeconfig. */
  readonly server: string;
  /** Hexadecimal, of the DER bytes of the CA certificate; undefined where the kubeconfig has none. */
  readonly caSha256: string | undefined;
  /** Reads the uid of the namespace kube-system; undefined where it may not be read. Called only when the uid is what is expected. */
  readonly uid: () => Promise<string | undefined>;
};

/** `found` is undefined when nobody can tell, which is not good enough to change anything. */
export type ClusterIdentity =
  | { readonly kind: 'expected' }
  | { readonly kind: 'other'; readonly expected: string; readonly found: string | undefined };

/** Compares in the way that the user chose, and in no other. */
export async function isExpectedCluster(expected: ExpectedCluster, facts: ClusterFacts): Promise<ClusterIdentity> {
  switch (expected.kind) {
    case 'server':
      return compared(expected.url, normalServer(facts.server), '');
    case 'ca':
      return compared(expected.sha256, normalSha256(facts.caSha256 ?? ''), 'CA sha256:');
    case 'uid':
      return compared(expected.uid, (await facts.uid())?.toLowerCase(), 'kube-system uid ');
  }
}

/** The failure `wrong-cluster` for any but the expected cluster; undefined for that one. */
export function failureOfIdentity(identity: ClusterIdentity): DeployError | undefined {
  if (identity.kind === 'expected') {
    return undefined;
  }
  const { expected, found } = identity;
  return found === undefined
    ? new DeployError('wrong-cluster', `Nobody can tell whether this is the expected cluster (${expected})`, {
        hint: 'Let expect-cluster name what can be compared: the server of the kubeconfig, the sha256 of its CA certificate if it has one, or the uid of kube-system if its user may read that namespace.',
      })
    : new DeployError('wrong-cluster', `This is not the expected cluster: expected ${expected}, found ${found}`, {
        hint: 'Check the inputs kubeconfig and kube-context. If the cluster was made anew, change expect-cluster.',
      });
}

function compared(expected: string, found: string | undefined, prefix: string): ClusterIdentity {
  return expected === found
    ? { kind: 'expected' }
    : { kind: 'other', expected: `${prefix}${expected}`, found: found === undefined ? undefined : `${prefix}${found}` };
}
