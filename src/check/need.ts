/** One right that a deploy uses. The group of Kubernetes' own kinds without a group is "". */
export type Need = {
  readonly group: string;
  /** Plural, as in the URL. */
  readonly resource: string;
  readonly subresource?: string | undefined;
  /** Undefined for what is in no namespace. */
  readonly namespace: string | undefined;
  /** The one object that is meant; undefined for all of the kind. */
  readonly name?: string | undefined;
  readonly verb: string;
  /** What it is for ("needed to …"), or what is lost ("without it …") where a deploy goes on without it. */
  readonly because: string;
  /** Without what is only helpful a deploy goes on, and sees less. */
  readonly use: 'needed' | 'helpful';
  /** URL path of an object: as long as that is there, the right is not used. */
  readonly unlessThere?: string | undefined;
};

/** What needs have in common that are told in one sentence. */
export type Resource = Pick<Need, 'group' | 'resource' | 'subresource' | 'namespace'>;

/** The order in which people write verbs. */
export const VERBS = ['get', 'list', 'watch', 'create', 'patch', 'delete'] as const;

/** The needs that several verbs make, in the order of the verbs. */
export function needsFor(verbs: readonly (typeof VERBS)[number][], rest: Omit<Need, 'verb'>): readonly Need[] {
  return verbs.map((verb) => ({ ...rest, verb }));
}

/** `pods/log`, as in a Role. */
export function resourceOfRule({ resource, subresource }: Resource): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

/** "deployments.apps" */
export function kindOfRule(place: Resource): string {
  return `${resourceOfRule(place)}${place.group === '' ? '' : `.${place.group}`}`;
}

/** "deployments.apps in shop"; "namespaces" for what is in none. */
export function describeResource(place: Resource): string {
  return `${kindOfRule(place)}${place.namespace === undefined ? '' : ` in ${place.namespace}`}`;
}

/** Each right once; needed wins over helpful, and always over only as long as something is not there. */
export function withoutRepeatedNeeds(needs: readonly Need[]): readonly Need[] {
  const first = new Map<string, Need>();
  for (const need of needs) {
    const key = [describeResource(need), need.verb, need.name].join(' ');
    const known = first.get(key);
    if (known === undefined || strictness(need) > strictness(known)) {
      first.set(key, need);
    }
  }
  return [...first.values()];
}

function strictness({ use, unlessThere }: Need): number {
  return (use === 'needed' ? 2 : 0) + (unlessThere === undefined ? 1 : 0);
}
