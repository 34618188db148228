import { resolve } from 'node:path';
import type { Finding } from '../errors.ts';
import type { RenderPlan } from '../plan/slices.ts';
import type { Files } from '../ports.ts';
import type { Entry } from './entries.ts';

/** What is wrong with the inputs for charts: values files that are not there; a release or values without any chart. */
export async function findHelmInputProblems(
  plan: RenderPlan,
  entries: readonly Entry[],
  files: Files,
): Promise<readonly Finding[]> {
  const given = [
    ...(plan.helmValues.length > 0 ? ['helm-values'] : []),
    ...(plan.helmRelease === undefined ? [] : ['helm-release']),
  ];
  if (!entries.some(isChart)) {
    return given.map((input) => ({
      code: 'input-invalid',
      problem: {
        message: `the input ${input} is given, and there is no Helm chart among the manifests`,
        hint: 'A chart is a folder with a Chart.yaml, or a *.tgz; leave the input out where there is none.',
      },
    }));
  }
  const findings = await Promise.all(
    plan.helmValues.map(async (file): Promise<readonly Finding[]> => {
      const isThere = (await files.kindOf(resolve(plan.workspace, file))) === 'file';
      const message = `"${file}" of the input helm-values is not a file`;
      const hint = `It is looked for in ${plan.workspace}.`;
      return isThere ? [] : [{ code: 'manifest-not-found', problem: { message, hint } }];
    }),
  );
  return findings.flat();
}

export function isChart({ kind }: Entry): boolean {
  return kind === 'chart' || kind === 'packaged-chart';
}
