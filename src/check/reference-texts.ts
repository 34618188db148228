import type { Finding, Problem } from '../errors.ts';
import { placeOf } from '../kube/manifest.ts';
import { describeObject } from '../kube/object.ts';
import type { Target } from '../kube/target.ts';
import type { Reference } from './pod-references.ts';
import { describeReferred, resourceOfReferred, type Referred } from './reference-places.ts';

/** One reference of one object of the set, and what it is to. */
export type Use = { readonly target: Target; readonly reference: Reference; readonly referred: Referred };

const CONFIGS = ['ConfigMap', 'Secret'];

/** What is missing, at the line that names it. */
export function findingOf(use: Use): Finding {
  const { manifest } = use.target;
  return {
    code: 'reference-missing',
    problem: { ...problemOf(use), file: manifest.file, line: manifest.lineOf(use.reference.path) },
  };
}

/** The same for what pods start without. */
export function noteOf({ target, reference, referred }: Use): string {
  const place = placeOf(target.manifest, reference.path);
  return `${place}: ${describeObject(target.manifest.object)}: the imagePullSecret ${describeReferred(referred)} is not there; pods start without it, and may not get their image`;
}

/** One sentence for each kind that may not be read. */
export function refusalNotes(referred: readonly Referred[]): readonly string[] {
  return [...Map.groupBy(referred, ({ kind }) => kind)].map(([kind, same]) => {
    const resource = same.map((one) => resourceOfReferred(one).resource)[0] ?? '';
    const namespaces = [...new Set(same.flatMap(({ namespace }) => namespace ?? []))];
    const names = [...new Set(same.map(({ name }) => name))];
    const where = namespaces.length === 0 ? '' : ` in ${namespaces.join(', ')}`;
    return `the kubeconfig's user may not get ${resource}${where}: whether ${kind} ${names.join(', ')} is there was not checked`;
  });
}

function problemOf({ target, reference: { key }, referred }: Use): Problem {
  const object = describeObject(target.manifest.object);
  const name = `${referred.kind}/${referred.name}`;
  const cluster = referred.namespace === undefined ? 'the cluster' : `the namespace ${referred.namespace}`;
  const later = 'What something else makes later is no trouble with must-exist: images.';
  return key === undefined
    ? {
        message: `${object}: ${name} is neither in the manifests nor in ${cluster}`,
        hint: `Add it to the manifests, create it first, or correct the name${CONFIGS.includes(referred.kind) ? '; with optional: true pods start without it' : ''}. ${later}`,
      }
    : {
        message: `${object}: ${describeReferred(referred)} has no key "${key}"`,
        hint: `Add the key, or correct its name; with optional: true pods start without it. ${later}`,
      };
}
