import type { Finding } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import { minimalRole } from './minimal-role.ts';
import { eachRightOnce, messagesFor, messagesForUnused } from './access-messages.ts';
import { describeResource, type Need } from './need.ts';
import { askEach } from './parallel.ts';
import { askRights, type Right } from './reviews.ts';

/** What the user may not. Rights that are only helpful, or not used now, are notes. */
export type MissingAccess = {
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
  readonly missing: readonly Need[];
  /** YAML of Roles with everything that the deploy uses; undefined when nothing is missing. */
  readonly role: string | undefined;
};

const ROLE_NAME = 'k8s-deploy';

const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json';

/** Asks the cluster which of the rights the user has. Where it does not say, a note tells so and nothing is missing. Throws what no answer throws. */
export async function findMissingAccess(needs: readonly Need[], api: KubeApi): Promise<MissingAccess> {
  const rights = [...(await askRights(needs, api))];
  const missing = rights.filter(([, { kind }]) => kind === 'missing').map(([need]) => need);
  const unused = await findUnused(missing, api);
  const blocking = missing.filter((need) => need.use === 'needed' && !unused.has(need));
  const helpful = missing.filter((need) => need.use === 'helpful');
  const [errors = [], losses = [], later = []] = eachRightOnce([blocking, helpful, [...unused]]);
  return {
    findings: messagesFor(errors).map((message, index, { length }) => ({
      code: 'access-denied',
      problem: { message, hint: index === length - 1 ? hintFor(missing) : undefined },
    })),
    notes: [...messagesFor(losses), ...messagesForUnused(later), ...unansweredNote(rights)],
    missing,
    role: missing.length === 0 ? undefined : minimalRole(needs, ROLE_NAME),
  };
}

/** Rights that are used only as long as an object is not there, and it is. */
async function findUnused(missing: readonly Need[], api: KubeApi): Promise<ReadonlySet<Need>> {
  const paths = [...new Set(missing.flatMap(({ unlessThere }) => unlessThere ?? []))];
  const answers = await askEach(paths, async (path) =>
    api.request({ method: 'GET', path, headers: { accept: METADATA_ONLY } }),
  );
  const there = new Set(answers.filter(([, { status }]) => status < 300).map(([path]) => path));
  return new Set(missing.filter(({ unlessThere }) => unlessThere !== undefined && there.has(unlessThere)));
}

function hintFor(missing: readonly Need[]): string {
  const kinds = new Set(missing.map(({ namespace }) => (namespace === undefined ? 'ClusterRole' : 'Role')));
  return `Let an administrator apply the ${[...kinds].join(' and ')} that the log shows, and bind it to the kubeconfig's user.`;
}

function unansweredNote(rights: readonly (readonly [Need, Right])[]): readonly string[] {
  const unknown = rights.flatMap(([need, right]) => (right.kind === 'unknown' ? [{ need, why: right.why }] : []));
  const [first] = unknown;
  return first === undefined
    ? []
    : [
        `nobody says whether the kubeconfig's user may ${first.need.verb} ${describeResource(first.need)}${unknown.length > 1 ? ` (and ${unknown.length - 1} more)` : ''}: ${first.why}`,
      ];
}
