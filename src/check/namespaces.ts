import type { Finding, Problem } from '../errors.ts';
import { failureOfAnswer, type KubeApi } from '../kube/api.ts';
import { describeObject } from '../kube/object.ts';
import type { Target } from '../kube/target.ts';
import type { CheckPlan } from '../plan/slices.ts';
import { textAt } from '../values/json.ts';
import { askEach } from './parallel.ts';

/** `unknown`: it may not be read. */
export type NamespaceState = 'active' | 'terminating' | 'missing' | 'unknown';

/** Name of a namespace → how it is. */
export type NamespaceStates = ReadonlyMap<string, NamespaceState>;

/** Reads each namespace once. Throws what an API server that cannot answer throws. */
export async function readNamespaces(names: readonly string[], api: KubeApi): Promise<NamespaceStates> {
  return new Map(await askEach([...new Set(names)], async (name) => readNamespace(name, api)));
}

/**
 * Objects that name another namespace than the input, and namespaces that are not there or are being deleted. One that is in the set, or
 * that this run creates, may be missing.
 */
export function findNamespaceProblems(
  targets: readonly Target[],
  plan: Pick<CheckPlan, 'namespace' | 'createNamespace' | 'isPreview'>,
  states: NamespaceStates,
): readonly Finding[] {
  const made = new Set(targets.filter(isNamespace).map(({ object }) => object.metadata.name));
  const mismatches = targets.flatMap((target) => mismatchOf(target, plan));
  const firsts = targets.filter(
    ({ namespace }, index) =>
      namespace !== undefined && targets.findIndex((other) => other.namespace === namespace) === index,
  );
  const bad = firsts.flatMap((target): readonly Finding[] => {
    const name = target.namespace ?? '';
    const state = states.get(name);
    if (state === 'terminating') {
      return [terminating(name, target)];
    }
    return state === 'missing' && !made.has(name) && !plan.createNamespace ? [missing(name, target)] : [];
  });
  return [...mismatches, ...bad];
}

async function readNamespace(name: string, api: KubeApi): Promise<NamespaceState> {
  const answer = await api.request({ method: 'GET', path: `/api/v1/namespaces/${encodeURIComponent(name)}` });
  if (answer.status === 404) {
    return 'missing';
  }
  if (answer.status === 403) {
    return 'unknown';
  }
  if (answer.status >= 300) {
    throw failureOfAnswer(answer, `read the namespace ${name}`);
  }
  return textAt(answer.body, 'status', 'phase') === 'Terminating' ? 'terminating' : 'active';
}

function isNamespace({ resource }: Target): boolean {
  return resource.kind === 'Namespace' && resource.apiVersion === 'v1';
}

function mismatchOf(
  { manifest, namespace }: Target,
  { namespace: wished, isPreview }: Pick<CheckPlan, 'namespace' | 'isPreview'>,
): readonly Finding[] {
  const named = manifest.object.metadata.namespace;
  if (wished === undefined || namespace === undefined || named === undefined || named === wished) {
    return [];
  }
  return [
    {
      code: 'namespace-mismatch',
      problem: {
        message: `${describeObject(manifest.object)}: ${isPreview ? 'the preview is in' : 'the input namespace is'} ${wished}`,
        hint: isPreview
          ? 'Leave the namespace out of the manifest: everything of a preview has to be in its own.'
          : 'Leave the namespace out of the manifest, or out of the inputs: with the input every object has to be in it.',
        ...placeOf({ manifest }),
      },
    },
  ];
}

function terminating(name: string, target: Target): Finding {
  const hint = 'Wait until it is gone, create it anew, and deploy again.';
  return {
    code: 'namespace-terminating',
    problem: { message: `the namespace ${name} is being deleted`, hint, ...placeOf(target) },
  };
}

function missing(name: string, target: Target): Finding {
  const hint = `Let it be created with create-namespace: true, put a Namespace object into the manifests, or create it first (kubectl create namespace ${name}).`;
  return {
    code: 'namespace-missing',
    problem: { message: `the namespace ${name} does not exist`, hint, ...placeOf(target) },
  };
}

function placeOf({ manifest }: Pick<Target, 'manifest'>): Pick<Problem, 'file' | 'line'> {
  return { file: manifest.file, line: manifest.lineOf(['metadata', 'namespace']) };
}
