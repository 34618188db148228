import { failureOf, type DeployError, type FailureCode, type Problem } from '../errors.ts';

/** A problem together with the code it would have alone. */
export type Finding = { readonly code: FailureCode; readonly problem: Problem };

/** All findings as one failure, with the code of the first; undefined when there are none. */
export function failureOfFindings(findings: readonly Finding[]): DeployError | undefined {
  const [first] = findings;
  if (first === undefined) {
    return undefined;
  }
  const problems = findings.map((finding) => finding.problem);
  return failureOf(first.code, problems, `${problems.length} problems in the manifests`);
}
