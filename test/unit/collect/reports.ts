import { SCHEMA_VERSION } from '../../../src/report/json-report.ts';

/** A report of a deploy, as far as it is collected. */
export function reportOf(environment: string, more: object = {}, target: object = {}): object {
  return {
    schemaVersion: SCHEMA_VERSION,
    result: 'succeeded',
    reason: null,
    verdict: `Deployed 1a2b3c4: rolled out deployment/server (new revision)`,
    sha: `1a2b3c4${'0'.repeat(33)}`,
    images: [{ reference: 'ghcr.io/org/app:1', digest: `sha256:${'5e'.repeat(32)}` }],
    seconds: 61.4,
    target: {
      app: 'shop',
      environment,
      namespace: `shop-${environment}`,
      url: `https://${environment}.example.com/`,
      attempt: 1,
      runUrl: 'https://github.com/org/app/actions/runs/1/attempts/1',
      ...target,
    },
    ...more,
  };
}

export const FAILED = {
  result: 'failed',
  reason: 'rollout-failed',
  verdict: 'deployment/server did not roll out: container app exits with code 1',
};
