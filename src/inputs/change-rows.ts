import type { Command, MustExist } from './choices.ts';
import { oneOf, parseBoolean, parsePlanHash, parseReleaseName } from './parsers.ts';
import { optional, withFallback, list, asIs } from './row.ts';
import { parseRestart, parseSetImage } from './workload-inputs.ts';

/** What is done with it. */
export const CHANGE_INPUTS = {
  command: withFallback<Command>(
    'command',
    'deploy, plan, destroy, sweep, matrix or collect',
    'deploy',
    oneOf(['deploy', 'plan', 'destroy', 'sweep', 'matrix', 'collect']),
    '`plan` changes nothing: it shows what a deploy would change, and why. `destroy` removes the preview of a pull request, `sweep` all previews that nobody needs any more. `matrix` checks `environments` and makes a matrix of them, `collect` one table of the reports of many deploys.',
  ),
  planHash: optional(
    'plan-hash',
    'output plan-hash of a plan',
    parsePlanHash,
    'Deploys only what this plan showed: when it would be something else by now, nothing is changed.',
  ),
  failOnChange: withFallback(
    'fail-on-change',
    'true or false',
    'false',
    parseBoolean,
    'Whether `command: plan` ends red when something would change, to find drift.',
  ),
  mustExist: withFallback<MustExist>(
    'must-exist',
    'all, references, images or none',
    'all',
    oneOf(['all', 'references', 'images', 'none']),
    'What has to be there before anything is changed. `references`: the ConfigMaps, Secrets, ServiceAccounts and volume claims that pods name. `images`: the images, as far as the registry answers the runner.',
  ),
  setImage: list(
    'set-image',
    'list of kind/name container[=image]',
    parseSetImage,
    'Containers of workloads that are not in the manifests: they get the image of this run, or the one after `=`.',
  ),
  restart: withFallback(
    'restart',
    'auto, auto-namespace, always, never or a list of kind/name',
    'auto',
    parseRestart,
    'Which workloads to restart. `auto`: those whose pod template did not change while a ConfigMap or Secret that they consume did. `auto-namespace`: also such workloads of the namespace that are not in the manifests.',
  ),
  forceConflicts: withFallback(
    'force-conflicts',
    'true or false',
    'false',
    parseBoolean,
    "Whether fields that another field manager owns are taken over. kubectl's own always are.",
  ),
  jobPolicy: withFallback(
    'job-policy',
    'fail or replace',
    'fail',
    oneOf(['fail', 'replace']),
    'What to do about a Job that is there and differs, which no Job may: `replace` deletes it, when it has ended, and creates it anew.',
  ),
  prune: withFallback(
    'prune',
    'true or false',
    'false',
    parseBoolean,
    'Whether objects that an earlier deploy applied and that are not in the manifests any more are deleted. Never namespaces, volumes or definitions.',
  ),
  inventory: optional(
    'inventory',
    'name',
    parseReleaseName,
    'Name of the list of what was applied, for `prune`. Two deploys into one namespace need two names (default: made of the repository and the input manifests).',
  ),
  preDeploy: list(
    'pre-deploy',
    'list of paths',
    asIs,
    'Manifests of Jobs, such as migrations, that must complete before the workloads are touched.',
  ),
  allowDowngrade: withFallback(
    'allow-downgrade',
    'true or false',
    'false',
    parseBoolean,
    'Whether a commit may be deployed that is older than the one that is live.',
  ),
} as const;
