import type { FailureCode, Finding } from '../errors.ts';
import type { Target } from '../kube/target.ts';
import { parseFieldPath } from './field-path.ts';

/** A finding about one field, as the API server names it, at the line where the manifest has it. */
export function findingAt(target: Target, code: FailureCode, field: string, message: string, hint?: string): Finding {
  const { manifest } = target;
  const line = manifest.lineOf(parseFieldPath(field, manifest.object));
  return { code, problem: { message, hint, file: manifest.file, line } };
}
