import type { EventFacts } from '../inputs/event.ts';
import type { Inputs } from '../inputs/spec.ts';
import type { GitHubAccess } from '../values/github.ts';
import type { CommentPlan, DeploymentPlan, GitHubPlan } from './github-slices.ts';
import { fingerprint } from './names.ts';
import { runUrlOf } from './origin.ts';
import type { PreviewPlan } from './preview-slices.ts';
import type { RunnerFacts } from './runner-facts.ts';

/** All previews of a repository are one environment: what is made for each of them could not be removed by the token of a job. */
const PREVIEW_ENVIRONMENT = 'preview';

/** What GitHub is told, of a run that changes a cluster or is about a pull request. */
export function gitHubPlan(
  inputs: Inputs,
  facts: RunnerFacts,
  event: EventFacts,
  preview: PreviewPlan | undefined,
): GitHubPlan {
  // The token of a restricted run may only read: nothing would come of it but a warning.
  const access = event.trust === 'trusted' ? gitHubAccess(inputs.githubToken, facts) : undefined;
  return {
    access,
    previewEnvironment: inputs.deployment === 'off' ? undefined : (inputs.environment ?? PREVIEW_ENVIRONMENT),
    hasPreviewComments: inputs.comment !== 'off',
    deployment: access === undefined ? undefined : deploymentPlan(inputs, facts, event, preview),
    comment: access === undefined ? undefined : commentPlan(inputs, facts, event, preview),
  };
}

/** Undefined without a token, or where the runner does not say which repository it works for. */
export function gitHubAccess(token: string, { apiUrl, repository }: RunnerFacts): GitHubAccess | undefined {
  const [owner = '', repo = ''] = repository.split('/');
  return token === '' || owner === '' || repo === '' ? undefined : { apiUrl, token, owner, repo };
}

/** "shop": what the input says, or the name of the repository. */
export function appName({ app }: Pick<Inputs, 'app'>, { repository }: Pick<RunnerFacts, 'repository'>): string {
  return app ?? repository.split('/').at(-1) ?? '';
}

/** Deployments of one task are of the same thing: an app, or one preview by its namespace. */
export function taskOf(name: string): string {
  return `deploy:${name}`;
}

/** Tells the comment about the preview of an app from others on its pull request. */
export function previewKey(app: string): string {
  return plainKey(`preview ${app}`);
}

function deploymentPlan(
  inputs: Inputs,
  facts: RunnerFacts,
  event: EventFacts,
  preview: PreviewPlan | undefined,
): DeploymentPlan | undefined {
  const { deployment: mode, command } = inputs;
  const environment = inputs.environment ?? (preview === undefined ? undefined : PREVIEW_ENVIRONMENT);
  if (mode === 'off' || environment === undefined || command !== 'deploy') {
    return undefined;
  }
  const app = appName(inputs, facts);
  return {
    mode,
    environment,
    task: taskOf(preview?.namespace ?? app),
    sha: event.sha,
    ref: event.ref,
    isTransient: preview !== undefined,
    isProduction: /^prod(uction)?$/i.test(environment),
    url: inputs.environmentUrl,
    logUrl: runUrlOf(facts),
    runId: facts.runId,
    payload: {
      app,
      ...(preview === undefined ? {} : { namespace: preview.namespace, pullRequest: String(preview.pullRequest) }),
    },
  };
}

function commentPlan(
  inputs: Inputs,
  facts: RunnerFacts,
  { pullRequest }: EventFacts,
  preview: PreviewPlan | undefined,
): CommentPlan | undefined {
  const number = preview?.pullRequest ?? pullRequest?.number;
  const isOfItself = preview !== undefined || inputs.command === 'plan';
  const isUnasked = inputs.comment === 'off' || (inputs.comment === 'auto' && !isOfItself);
  if (number === undefined || isUnasked || inputs.dryRun) {
    return undefined;
  }
  const isOfPreview = preview !== undefined && inputs.command !== 'plan';
  const what = isOfPreview ? 'preview' : inputs.command;
  const where = isOfPreview ? [] : [inputs.environment, preview?.namespace ?? inputs.namespace];
  const words = [what, appName(inputs, facts), ...where].filter((word) => word !== undefined);
  return { pullRequest: number, key: plainKey(words.join(' ')), concealed: valuesFromEnvironment(inputs, facts) };
}

/** Shorter ones stand everywhere, and are no secrets. */
const SHORTEST_CONCEALED = 8;

/** Whoever gives a variable by its name alone often gives a secret, and GitHub masks none in a comment. */
function valuesFromEnvironment({ vars }: Pick<Inputs, 'vars'>, { variable }: RunnerFacts): readonly string[] {
  return vars
    .flatMap(({ name, value }) => (value === undefined ? (variable(name) ?? '').split(/\r?\n/) : []))
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_CONCEALED);
}

/** One line that cannot end the HTML comment in which it stands, and that no other words have. */
function plainKey(words: string): string {
  const plain = words.replaceAll(/[^\p{L}\p{N} ._/-]/gu, '_').replaceAll('--', '__');
  return plain === words ? plain : `${plain} ${fingerprint(words)}`;
}
