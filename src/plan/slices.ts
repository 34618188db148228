import type { Command, OnFailure } from '../inputs/choices.ts';
import type { RestartPolicy, SetImage } from '../values/change.ts';
import type { ExpectedCluster } from '../values/expected-cluster.ts';
import type { ImagePath } from '../values/image-path.ts';
import type { SmokeTest } from '../values/smoke-test.ts';
import type { ToolChecksum } from '../values/tool-checksum.ts';
import type { VersionWish } from '../values/version.ts';

/** The slices of the plan: each phase is given its own and nothing else. All paths are absolute unless said otherwise. */

export type Variable = {
  readonly name: string;
  /** Undefined when the step's environment does not have it. */
  readonly value: string | undefined;
};

export type RenderPlan = {
  readonly workspace: string;
  /** Files, folders, globs, kustomizations and charts, relative to the workspace. */
  readonly manifests: readonly string[];
  /** What files that the user does not know are called in messages, by their absolute paths. */
  readonly fileNames?: ReadonlyMap<string, string> | undefined;
  /** Like manifests, for the Jobs that run before the workloads. */
  readonly preDeploy: readonly string[];
  readonly vars: readonly Variable[];
  /** Values files for the charts, relative to the workspace. */
  readonly helmValues: readonly string[];
  /** Undefined: the name of the chart. */
  readonly helmRelease: string | undefined;
  readonly imagePaths: readonly ImagePath[];
  /** Where the manifests are written as they are deployed; absolute. */
  readonly renderTo: string | undefined;
  /** Private, removed at the end. */
  readonly folder: string;
};

export type ToolPlan = {
  readonly wish: VersionWish;
  /** Base URL without a trailing slash, in the layout of the public site. */
  readonly mirror: string | undefined;
};

export type ToolsPlan = {
  readonly platform: string;
  readonly arch: string;
  /** A private folder that is removed at the end. */
  readonly folder: string;
  readonly kubectl: ToolPlan;
  readonly buildx: ToolPlan;
  readonly helm: ToolPlan;
  readonly skaffold: ToolPlan;
  readonly structureTest: ToolPlan;
  /** Nothing is downloaded: what is on PATH or in the tool cache has to do. */
  readonly isPreinstalledOnly: boolean;
  /** Sums that the user vouches for; they come before all others. */
  readonly checksums: readonly ToolChecksum[];
  /** `required`: where signatures are published, a tool without a good one is not used. */
  readonly signatures: 'off' | 'required';
  /** Sent to github.com only. */
  readonly githubToken: string | undefined;
};

/** The cluster as the user names it; the kubeconfig is not yet read. */
export type ClusterWish = {
  readonly kubeconfig: string;
  readonly context: string | undefined;
  /** Where objects go that name no namespace; undefined: that of the context. */
  readonly namespace: string | undefined;
  readonly expected: ExpectedCluster | undefined;
  readonly kubeconfigPath: string;
  readonly socketPath: string;
};

export type CommandPlan = {
  readonly kind: Command;
  /** Only what the plan with this hash showed may be done. */
  readonly approvedHash: string | undefined;
  readonly failsOnChange: boolean;
  /** Only says what would be removed. */
  readonly isDryRun: boolean;
};

export type CheckPlan = {
  /** The input: every object must be in it, or name none. Undefined: objects may be in any. */
  readonly namespace: string | undefined;
  /** The namespace is that of a preview, and no input. */
  readonly isPreview: boolean;
  readonly createNamespace: boolean;
  /** Whether ConfigMaps, Secrets, ServiceAccounts and PVCs that pods name have to be there. */
  readonly references: boolean;
  /** Whether images have to be in their registries. */
  readonly images: boolean;
};

/** Who deploys what: written onto the objects. */
export type Origin = {
  readonly commit: string;
  readonly repository: string;
  readonly runUrl: string;
};

export type ApplyPlan = {
  readonly setImage: readonly SetImage[];
  readonly restart: RestartPolicy;
  readonly forceConflicts: boolean;
  readonly jobPolicy: 'fail' | 'replace';
  /** The name of the inventory by which objects that left the manifests are removed; undefined: nothing is. */
  readonly inventory: string | undefined;
  readonly origin: Origin;
};

export type OrderPlan = {
  readonly origin: Origin;
  readonly workspace: string;
  readonly allowDowngrade: boolean;
  /** GitHub's API, for the comparison of two commits; undefined without a token. */
  readonly github: { readonly apiUrl: string; readonly token: string } | undefined;
};

export type SmokeTestPlan = {
  readonly tests: readonly SmokeTest[];
  /** How long all of them together may take. */
  readonly timeoutSeconds: number;
  readonly workspace: string;
};

export type RollbackPlan = {
  readonly onFailure: OnFailure;
  readonly onCancel: 'keep' | 'rollback';
};

export type RolloutPlan = {
  readonly timeoutSeconds: number;
  /** False: only kubectl's verdict counts. */
  readonly failFast: boolean;
  readonly maxRestarts: number;
  /** Undefined: as the table of signals says. */
  readonly imageGraceSeconds: number | undefined;
  readonly scheduleGraceSeconds: number | undefined;
  /** How long a finished rollout is watched before it counts; 0 for not at all. */
  readonly soakSeconds: number;
  readonly verifyDigest: boolean;
};
