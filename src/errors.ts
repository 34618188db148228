import { ROLLOUT_REASONS } from './reasons.ts';

/**
 * Every way a deploy can end badly. A code is stable: it is the output `reason`, and docs/failures.md has one section for each.
 * `internal` is the only one that means a defect of this action.
 */
export const FAILURE_CODES = [
  'input-invalid',
  'kubeconfig-invalid',
  'commit-unknown',
  'untrusted-code',
  'manifest-not-found',
  'manifest-invalid',
  'variable-undefined',
  'image-unmatched',
  'image-unpinned',
  'render-failed',
  'tool-unavailable',
  'tool-checksum-mismatch',
  'tool-signature-invalid',
  'cluster-unreachable',
  'credentials-rejected',
  'access-denied',
  'wrong-cluster',
  'namespace-missing',
  'namespace-mismatch',
  'manifest-rejected',
  'field-conflict',
  'field-immutable',
  'reference-missing',
  'workload-not-found',
  'builder-unavailable',
  'build-failed',
  'disk-full',
  'push-refused',
  'tag-taken',
  'digest-mismatch',
  'image-test-failed',
  'scan-failed',
  'not-verified',
  'stale',
  'plan-changed',
  'changes-found',
  'prune-refused',
  'apply-failed',
  'rollout-failed',
  'rollout-timed-out',
  'rollout-unknown',
  'rollout-superseded',
  ...ROLLOUT_REASONS,
  'smoke-test-failed',
  'preview-closed',
  'preview-foreign',
  'preview-stuck',
  'github-unavailable',
  'results-missing',
  'environment-failed',
  'cancelled',
  'internal',
] as const;

export type FailureCode = (typeof FAILURE_CODES)[number];

/** One thing that is wrong, where it is wrong, and what to do about it. `file` is relative to the workspace, `line` counts from 1. */
export type Problem = {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  /** The code it would have alone, where problems of several codes may be one failure. */
  readonly reason?: FailureCode | undefined;
};

/** A problem together with the code it would have alone. */
export type Finding = { readonly code: FailureCode; readonly problem: Problem };

export type FailureDetails = {
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  readonly problems?: readonly Problem[];
};

/**
 * A failure the user can act on. `message` is one sentence; `problems` lists every single finding when there are several of a kind.
 * Anything thrown that is not a DeployError is a bug of this action.
 */
export class DeployError extends Error {
  readonly code: FailureCode;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'DeployError';
    this.code = code;
    this.hint = details.hint;
    this.problems = details.problems ?? [];
  }
}

/** Several findings as one failure. With a single finding, that finding is the message. */
export function failureOf(code: FailureCode, problems: readonly Problem[], summary: string): DeployError {
  const [first] = problems;
  if (first === undefined || problems.length > 1) {
    return new DeployError(code, summary, { problems });
  }
  return new DeployError(code, formatProblem(first), { hint: first.hint, problems });
}

/** All findings as one failure, with the code of the first; undefined when there are none. `kind` completes "3 problems …". */
export function failureOfFindings(findings: readonly Finding[], kind: string): DeployError | undefined {
  const [first] = findings;
  const problems = findings.map(({ code, problem }) => ({ ...problem, reason: code }));
  return first === undefined ? undefined : failureOf(first.code, problems, `${problems.length} problems ${kind}`);
}

/** "k8s/server.yaml:12: message", or the message alone where no place is known. */
export function formatProblem(problem: Problem): string {
  if (problem.file === undefined) {
    return problem.message;
  }
  const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}`;
  return `${place}: ${problem.message}`;
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
