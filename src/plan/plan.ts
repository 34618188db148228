import type { EventFacts } from '../inputs/event.ts';
import type { GitHubPlan } from './github-slices.ts';
import type { CheckoutPlan } from './checkout-slice.ts';
import type { Naming } from './naming.ts';
import type { PreviewPlan, SweepPlan } from './preview-slices.ts';
import type { BuilderPlan, GatePlan, PromotionPlan } from './build-slices.ts';
import type { LoginPlan } from './login-slice.ts';
import type {
  ApplyPlan,
  CheckPlan,
  ClusterWish,
  CommandPlan,
  OrderPlan,
  RenderPlan,
  RollbackPlan,
  RolloutPlan,
  SmokeTestPlan,
  ToolsPlan,
} from './slices.ts';
import type { ImagesPlan } from './images-slice.ts';

/** Everything that is to be done, decided from inputs and facts alone. */
export type Plan = {
  readonly command: CommandPlan;
  readonly event: EventFacts;
  readonly sha: string;
  /** Why nothing is pushed, and so nothing deployed, as a clause; undefined: it is. */
  readonly withheld: string | undefined;
  readonly tools: ToolsPlan;
  readonly pluginFolders: readonly string[];
  readonly checkout: CheckoutPlan;
  /** What the images below are called, and what that was made of. */
  readonly naming: Naming;
  readonly images: ImagesPlan;
  readonly login: LoginPlan;
  readonly builder: BuilderPlan;
  readonly gate: GatePlan;
  readonly promotion: PromotionPlan;
  readonly render: RenderPlan;
  readonly github: GitHubPlan;
  /** Undefined when it is no preview that is deployed or destroyed. */
  readonly preview: PreviewPlan | undefined;
  readonly sweep: SweepPlan | undefined;
  /** Where the application is found, as the user says. */
  readonly url: string | undefined;
  /** Undefined when only an image is built. */
  readonly cluster: ClusterWish | undefined;
  readonly check: CheckPlan;
  readonly order: OrderPlan;
  readonly apply: ApplyPlan;
  readonly rollout: RolloutPlan;
  readonly smokeTest: SmokeTestPlan;
  readonly rollback: RollbackPlan;
};
