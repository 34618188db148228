import type { Problem } from '../errors.ts';
import type { Inputs } from '../inputs/spec.ts';
import { previewNamespace } from './preview-namespace.ts';
import type { PreviewPlan, SweepPlan } from './preview-slices.ts';
import type { RunnerFacts } from './runner-facts.ts';

type PreviewInputs = Pick<
  Inputs,
  | 'command'
  | 'preview'
  | 'app'
  | 'ttl'
  | 'previewQuota'
  | 'previewLimits'
  | 'previewNetwork'
  | 'previewAllowFrom'
  | 'keepLabel'
>;

type SweepInputs = Pick<Inputs, 'command' | 'app' | 'keepLabel' | 'dryRun' | 'githubToken' | 'timeout'>;

type PlaceFacts = Pick<RunnerFacts, 'event' | 'repository' | 'apiUrl'> & {
  /** The repository's number on GitHub; empty when it is not known. */
  readonly repositoryId: string;
};

/** What the event says of a pull request. */
type PullRequestEvent = { readonly pullRequest: { readonly number: number } | undefined };

/** A slice that this run may not need, and why there is none although it does. */
export type Planned<Slice> = { readonly plan: Slice | undefined; readonly problems: readonly Problem[] };

const NOT_WANTED = { plan: undefined, problems: [] };

/** The namespace of the pull request, for `preview` and for `command: destroy`, which is about nothing else. */
export function previewPlan(inputs: PreviewInputs, facts: PlaceFacts, event: PullRequestEvent): Planned<PreviewPlan> {
  if (inputs.command !== 'destroy' && (inputs.preview.kind === 'off' || !['deploy', 'plan'].includes(inputs.command))) {
    return NOT_WANTED;
  }
  const { preview } = inputs;
  const pullRequest = preview.kind === 'of-number' ? preview.pullRequest : event.pullRequest?.number;
  const app = appOf(inputs, facts);
  const problems = [
    ...(pullRequest === undefined ? [numberProblem(facts)] : []),
    ...repositoryProblems(facts),
    ...limitProblems(inputs),
  ];
  if (pullRequest === undefined || problems.length > 0) {
    return { plan: undefined, problems };
  }
  const plan: PreviewPlan = {
    app,
    pullRequest,
    namespace: previewNamespace(app, pullRequest),
    repository: facts.repository,
    repositoryId: facts.repositoryId,
    ttlSeconds: inputs.ttl,
    guards: {
      quota: inputs.previewQuota,
      limits: inputs.previewLimits,
      network: inputs.previewNetwork,
      allowFrom: inputs.previewAllowFrom,
    },
    keepLabel: inputs.keepLabel,
  };
  return { plan, problems };
}

/** What `command: sweep` needs: without an answer of GitHub nothing may be removed. */
export function sweepPlan(inputs: SweepInputs, facts: PlaceFacts): Planned<SweepPlan> {
  if (inputs.command !== 'sweep') {
    return NOT_WANTED;
  }
  const [owner = '', repo = ''] = facts.repository.split('/');
  const token = inputs.githubToken;
  const problems = [...(token === '' ? [TOKEN_PROBLEM] : []), ...repositoryProblems(facts)];
  const { app, keepLabel, dryRun: isDryRun, timeout: timeoutSeconds } = inputs;
  const { repository, repositoryId, apiUrl } = facts;
  const access = { apiUrl, token, owner, repo };
  return problems.length > 0
    ? { plan: undefined, problems }
    : { plan: { app, repository, repositoryId, keepLabel, isDryRun, access, timeoutSeconds }, problems };
}

const TOKEN_PROBLEM: Problem = {
  message: 'github-token: sweep has to ask GitHub which pull requests are open',
  hint: 'Give it github-token: ${{ github.token }}, with the permission pull-requests: read.',
};

function appOf({ app }: PreviewInputs, { repository }: PlaceFacts): string {
  return app ?? repository.split('/').at(-1) ?? '';
}

function numberProblem({ event }: PlaceFacts): Problem {
  return {
    message: `preview: the event ${event.name} does not say which pull request it is about`,
    hint: 'Run it on pull_request, or give the number: preview: ${{ github.event.inputs.pull-request }}.',
  };
}

function repositoryProblems({ repository, repositoryId }: PlaceFacts): readonly Problem[] {
  const hint = 'Run it in a job of GitHub, which sets GITHUB_REPOSITORY and GITHUB_REPOSITORY_ID.';
  return [
    ...(/^[^/]+\/[^/]+$/.test(repository)
      ? []
      : [{ message: 'the runner does not say which repository this is', hint }]),
    ...(/^\d{1,20}$/.test(repositoryId) ? [] : [{ message: 'the runner does not say the id of the repository', hint }]),
  ];
}

const MOST_TTL_SECONDS = 3650 * 86_400;
const LIMIT_KINDS = ['default', 'defaultRequest', 'max', 'min', 'maxLimitRequestRatio'];

/** The dry run of a namespace that does not exist yet says nothing about what is in it. */
function limitProblems({ ttl, previewQuota, previewLimits }: PreviewInputs): readonly Problem[] {
  const unknown = previewLimits.filter(({ resource }) => !LIMIT_KINDS.includes(resource.split('.')[0] ?? ''));
  const bare = previewLimits.filter(({ resource }) => !/\../.test(resource));
  return [
    ...(ttl > MOST_TTL_SECONDS ? [{ message: 'ttl: is more than ten years', hint: 'Give a shorter one.' }] : []),
    ...[...new Set([...unknown, ...bare])].map(({ resource }) => ({
      message: `preview-limits: "${resource}" is no limit of a container`,
      hint: `Begin it with ${LIMIT_KINDS.join(', ')}: default.memory=256Mi.`,
    })),
    ...twice('preview-quota', previewQuota),
    ...twice('preview-limits', previewLimits),
  ];
}

function twice(input: string, amounts: PreviewInputs['previewQuota']): readonly Problem[] {
  const names = amounts.map(({ resource }) => resource);
  const doubled = new Set(names.filter((name, index) => names.indexOf(name) < index));
  return [...doubled].map((name) => ({ message: `${input}: ${name} is there twice`, hint: 'Give each once.' }));
}
