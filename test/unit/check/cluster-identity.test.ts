import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOfIdentity, isExpectedCluster, type ClusterFacts } from '../../../src/check/cluster-identity.ts';
import { parseExpectedCluster } from '../../../src/values/expected-cluster.ts';

const UID = '0b5c0c4e-8d4f-4a52-9f57-2f0f6f1f7a10';
const SHA = '0123456789abcdef'.repeat(4);
const COLONS = SHA.toUpperCase().replaceAll(/..(?!$)/g, '$&:');

for (const [text, expected] of [
  ['https://API.example.com:443/', { kind: 'server', url: 'https://api.example.com' }],
  [
    'https://rancher.example.com/k8s/clusters/c-1/',
    { kind: 'server', url: 'https://rancher.example.com/k8s/clusters/c-1' },
  ],
  ['https://10.0.0.1:6443', { kind: 'server', url: 'https://10.0.0.1:6443' }],
  [`sha256:${SHA}`, { kind: 'ca', sha256: SHA }],
  [`sha256:${COLONS}`, { kind: 'ca', sha256: SHA }],
  [`sha256 Fingerprint=${COLONS}`, { kind: 'ca', sha256: SHA }],
  [UID.toUpperCase(), { kind: 'uid', uid: UID }],
] as const) {
  test(`expect-cluster: ${text.slice(0, 40)} is understood`, () => {
    assert.deepEqual(parseExpectedCluster(text), expected);
  });
}

for (const [text, message] of [
  ['production', /neither the https:\/\/ URL/],
  ['api.example.com:6443', /neither the https:\/\/ URL/],
  ['https://user:password@api.example.com', /^Error: this is neither the https:\/\/ URL/],
  ['https://api.example.com/?token=x', /^Error: this is neither/],
  ['sha256:abc', /64 hexadecimal digits/],
  [`sha256:${SHA}00`, /64 hexadecimal digits/],
  [`sha256:${COLONS.replace(':', '')}`, /64 hexadecimal digits/],
  [UID.slice(1), /neither/],
] as const) {
  test(`expect-cluster: ${text.slice(0, 40)} is refused`, () => {
    assert.throws(() => parseExpectedCluster(text), message);
  });
}

const FACTS: ClusterFacts = {
  server: 'https://API.example.com:443/base/',
  caSha256: COLONS,
  uid: async () => UID.toUpperCase(),
};

const verdictOn = async (text: string, facts: Partial<ClusterFacts> = {}): Promise<string> => {
  const identity = await isExpectedCluster(parseExpectedCluster(text), { ...FACTS, ...facts });
  const failure = failureOfIdentity(identity);
  return failure === undefined ? identity.kind : `${failure.code}: ${failure.message}`;
};

for (const [says, text, facts, verdict] of [
  ['the same server in another spelling', 'https://api.example.com/base', {}, 'expected'],
  [
    'another path of the same host',
    'https://api.example.com/other',
    {},
    'wrong-cluster: This is not the expected cluster: expected https://api.example.com/other, found https://api.example.com/base',
  ],
  [
    'another port',
    'https://api.example.com:6443/base',
    {},
    'wrong-cluster: This is not the expected cluster: expected https://api.example.com:6443/base, found https://api.example.com/base',
  ],
  ['the same authority', `sha256:${SHA}`, {}, 'expected'],
  [
    'another authority',
    `sha256:${'0'.repeat(64)}`,
    {},
    `wrong-cluster: This is not the expected cluster: expected CA sha256:${'0'.repeat(64)}, found CA sha256:${SHA}`,
  ],
  [
    'no authority in the kubeconfig',
    `sha256:${SHA}`,
    { caSha256: undefined },
    `wrong-cluster: Nobody can tell whether this is the expected cluster (CA sha256:${SHA})`,
  ],
  ['the same uid', UID, {}, 'expected'],
  [
    'another uid',
    UID.replace('0', '1'),
    {},
    `wrong-cluster: This is not the expected cluster: expected kube-system uid ${UID.replace('0', '1')}, found kube-system uid ${UID}`,
  ],
  [
    'a uid that may not be read',
    UID,
    { uid: async () => undefined },
    `wrong-cluster: Nobody can tell whether this is the expected cluster (kube-system uid ${UID})`,
  ],
] as readonly (readonly [string, string, Partial<ClusterFacts>, string])[]) {
  test(`expect-cluster: ${says}`, async () => assert.equal(await verdictOn(text, facts), verdict));
}

const nobodyAsked = async (): Promise<never> => {
  throw new Error('nobody asked for it');
};

test('expect-cluster: the uid is asked for only when it is what is expected', async () => {
  assert.equal(await verdictOn('https://api.example.com/base', { uid: nobodyAsked }), 'expected');
});
