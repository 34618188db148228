/** The label and the taint of a fake node (`Lab.fakeNodes`). Without the toleration no pod lands on one, so real pods never do. */
export const FAKE_NODE = 'lab.k8s-deploy/fake';

/** Fields of a pod's spec that put it on a fake node and nowhere else. */
export const ON_FAKE_NODES = {
  nodeSelector: { [FAKE_NODE]: 'true' },
  tolerations: [{ key: FAKE_NODE, operator: 'Exists', effect: 'NoSchedule' }],
};
