import type { OutputName } from './interface.ts';

/** The single source of the outputs: action.yml and the README table follow from it. */
export const OUTPUTS: Readonly<Record<OutputName, string>> = {
  image: 'The image as it is deployed: `repo:sha@sha256:…`.',
  images: 'All images of the run, a line each: fits the input `images` of another job.',
  tag: 'Its tag.',
  digest: 'Its digest.',
  sha: 'The commit that was deployed.',
  result: '`succeeded`, `failed`, `timed-out`, `superseded`, `unknown` or `cancelled`.',
  reason: 'Why it did not succeed: a stable code of docs/failures.md. Empty on success.',
  workloads: 'JSON list of the workloads: kind, namespace, name, change, result, reason, cause.',
  changed: '`true` when something in the cluster was changed; of a plan, when something would be.',
  'plan-hash': 'Of a plan: stands for all that it shows, for the input `plan-hash` of a later deploy.',
  'rolled-back': '`true` when a deploy failed and everything is as it was before, `partly`, or `false`.',
  url: 'Where the application is found, when that is known.',
  namespace: 'Of a preview: its namespace.',
  matrix: 'Of `command: matrix`: JSON for `strategy.matrix`, one entry for each environment.',
  deploys: 'Of `command: collect`: JSON list of the deploys: environment, result, reason, verdict, digest, url.',
  removed: 'Of `destroy` and `sweep`: JSON list of the namespaces that were removed, or would be.',
  report: 'Path of a JSON file with everything that is in the summary.',
};
