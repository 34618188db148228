export const KUBERNETES_VERSION = 'v1.34.4';
export const BUILDX_VERSION = 'v0.36.1';
const HELM_VERSION = 'v3.22.0';
const KO_VERSION = 'v0.19.1';
const BUILDKIT_VERSION = 'v0.33.1';

/** A program compiled from a Go module; `group` is the folder under test/lab/go whose go.mod pins it. */
export interface Tool {
  readonly name: string;
  readonly group: string;
  readonly package: string;
  /** Go variables set at link time: without them versions read v0.0.0 and kubectl's version-skew logic breaks. */
  readonly stamps: readonly string[];
}

const KUBERNETES_STAMPS = [
  `k8s.io/component-base/version.gitVersion=${KUBERNETES_VERSION}`,
  'k8s.io/component-base/version.gitMajor=1',
  'k8s.io/component-base/version.gitMinor=34',
  `k8s.io/client-go/pkg/version.gitVersion=${KUBERNETES_VERSION}`,
] as const;

export type ToolName = (typeof KUBERNETES_TOOLS)[number] | (typeof OTHER_TOOLS)[number]['name'];

const KUBERNETES_TOOLS = [
  'kubectl',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
] as const;

const OTHER_TOOLS = [
  { name: 'etcd', group: 'etcd', package: 'go.etcd.io/etcd/server/v3', stamps: [] },
  {
    name: 'buildkitd',
    group: 'buildkit',
    package: 'github.com/moby/buildkit/cmd/buildkitd',
    stamps: [`github.com/moby/buildkit/version.Version=${BUILDKIT_VERSION}`],
  },
  {
    name: 'buildx',
    group: 'buildx',
    package: 'github.com/docker/buildx/cmd/buildx',
    stamps: [`github.com/docker/buildx/version.Version=${BUILDX_VERSION}`],
  },
  { name: 'coredns', group: 'coredns', package: '.', stamps: [] },
  { name: 'act', group: 'act', package: 'github.com/nektos/act', stamps: ['main.version=0.2.89'] },
  {
    name: 'actionlint',
    group: 'actionlint',
    package: 'github.com/rhysd/actionlint/cmd/actionlint',
    stamps: ['github.com/rhysd/actionlint.version=1.7.12'],
  },
] as const satisfies readonly Tool[];

export const TOOLS: readonly (Tool & { readonly name: ToolName })[] = [
  ...KUBERNETES_TOOLS.map((name) => ({
    name,
    group: 'kubernetes',
    package: `k8s.io/kubernetes/cmd/${name}`,
    stamps: KUBERNETES_STAMPS,
  })),
  ...OTHER_TOOLS,
];

/** Fake nodes for tests of scale; not one of TOOLS: it is compiled when somebody asks for it, so that a first start does not wait for it. */
export const KWOK: Tool = {
  name: 'kwok',
  group: 'kwok',
  package: 'sigs.k8s.io/kwok/cmd/kwok',
  stamps: [],
};

/** Not one of TOOLS either: compiled when a test asks for it (`labTool('helm')`). Its own Makefile stamps the Kubernetes version of its client-go too. */
export const HELM: Tool = {
  name: 'helm',
  group: 'helm',
  package: 'helm.sh/helm/v3/cmd/helm',
  stamps: [
    `helm.sh/helm/v3/internal/version.version=${HELM_VERSION}`,
    'helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1',
    'helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=37',
    'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor=1',
    'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor=37',
  ],
};

/** An image builder that is not buildx, for the tests of `build-command`; compiled when a test asks for it (`labTool('ko')`). */
export const KO: Tool = {
  name: 'ko',
  group: 'ko',
  package: 'github.com/google/ko',
  stamps: [`github.com/google/ko/pkg/commands.Version=${KO_VERSION}`],
};

/** Part of the image of BuildKit (`buildkit-image.ts`): buildx reaches the daemon in a container through it. */
export const BUILDCTL: Tool = {
  name: 'buildctl',
  group: 'buildkit',
  package: 'github.com/moby/buildkit/cmd/buildctl',
  stamps: [`github.com/moby/buildkit/version.Version=${BUILDKIT_VERSION}`],
};
