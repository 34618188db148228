import { messageOf } from '../errors.ts';
import { isJsonObject, numberAt, objectsAt, textAt } from '../values/json.ts';

/** Of which shape the reports must be: what `schemaVersion` says in them. */
const SCHEMA_VERSION = 1;

const RESULTS = ['succeeded', 'failed', 'timed-out', 'superseded', 'unknown', 'cancelled'] as const;

export type DeployResult = (typeof RESULTS)[number];

/** What a report says of one deploy. */
export type CollectedDeploy = {
  readonly app: string;
  readonly environment: string;
  readonly namespace: string | undefined;
  readonly url: string | undefined;
  /** How often its run was started: 1 is the first time. */
  readonly attempt: number;
  readonly runUrl: string | undefined;
  readonly result: DeployResult;
  readonly reason: string | undefined;
  readonly verdict: string;
  readonly sha: string | undefined;
  /** Of its images: "sha256:…". */
  readonly digests: readonly string[];
  readonly seconds: number | undefined;
};

/** Reads the text of a report. Throws an Error that says why it is none. */
export function parseReport(text: string): CollectedDeploy {
  const report = parseJson(text);
  if (!isJsonObject(report) || numberAt(report, 'schemaVersion') === undefined) {
    throw new Error('this is no report of k8s-deploy');
  }
  if (report['schemaVersion'] !== SCHEMA_VERSION) {
    throw new Error(
      `its schemaVersion is ${numberAt(report, 'schemaVersion')}, not ${SCHEMA_VERSION}: it comes from another version of k8s-deploy`,
    );
  }
  const environment = textAt(report, 'target', 'environment');
  const app = textAt(report, 'target', 'app');
  const attempt = numberAt(report, 'target', 'attempt');
  if (environment === undefined || environment === '' || app === undefined) {
    throw new Error('it does not say which environment was deployed to');
  }
  const result = RESULTS.find((one) => one === report['result']);
  const verdict = textAt(report, 'verdict');
  if (result === undefined || verdict === undefined || attempt === undefined || !(attempt >= 1)) {
    throw new Error('result, verdict or target.attempt is missing, or is none that a deploy can have');
  }
  return {
    app,
    environment,
    namespace: textAt(report, 'target', 'namespace'),
    url: addressAt(report, 'url'),
    attempt,
    runUrl: addressAt(report, 'runUrl'),
    result,
    reason: textAt(report, 'reason'),
    verdict,
    sha: textAt(report, 'sha'),
    digests: objectsAt(report, 'images').flatMap((image) => textAt(image, 'digest') ?? []),
    seconds: numberAt(report, 'seconds'),
  };
}

/** Another job wrote it: what is no address of the web is none. */
function addressAt(report: unknown, name: 'url' | 'runUrl'): string | undefined {
  const address = textAt(report, 'target', name) ?? '';
  return /^https?:\/\/\S+$/.test(address) && URL.canParse(address) ? address : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`it cannot be read as JSON: ${messageOf(error).slice(0, 200)}`, { cause: error });
  }
}
