/** What the copies of the reusable workflows name instead of `$/`. */
export type Stamp = {
  /** "org/k8s-deploy", as the server that the copies are for calls it. */
  readonly repository: string;
  /** A full SHA, or a tag. */
  readonly ref: string;
};

/** Steps that run the action of the repository and commit that the workflow itself is from. */
const OWN_ACTION = /^(\s*(?:- )?uses: )\$\/$/gm;

/** What github.com knows and enterprise servers do not, each on a line of its own. */
const ONLY_ON_GITHUB_COM = [
  /^ +queue: max\n/gm,
  /^ +deployment: (?:false|\$\{\{ inputs\.deployment == 'job' \}\})\n/gm,
];

/**
 * The workflow for a server, or a runner, that knows neither `uses: $/` nor `queue` nor `environment.deployment`. Without `queue` the newest of
 * several waiting deploys of one target takes the place of the others; without `deployment: false` each job makes a deployment of its own.
 */
export function stampWorkflow(text: string, { repository, ref }: Stamp): string {
  const named = text.replaceAll(OWN_ACTION, `$1${repository}@${ref}`);
  return ONLY_ON_GITHUB_COM.reduce((left, line) => left.replaceAll(line, ''), named);
}
