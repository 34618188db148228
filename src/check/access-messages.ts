import { describeResource, kindOfRule, VERBS, type Need } from './need.ts';

const MOST_NAMES = 3;

/** One sentence for each reason and kind: "may not list, watch pods in shop: without it …", with the names where some are meant only. */
export function messagesFor(needs: readonly Need[]): readonly string[] {
  const sameVerb = [...Map.groupBy(needs, (need) => `${reasonOf(need)}\n${need.verb}`).values()];
  const lines = sameVerb.flatMap((group) => {
    const [need] = group;
    return need === undefined ? [] : [{ need, names: namesOf(group) }];
  });
  const sameNames = [...Map.groupBy(lines, ({ need, names }) => `${reasonOf(need)}\n${names}`).values()];
  return sameNames.flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : [
          sentence(
            first.need,
            group.map(({ need }) => need.verb),
            first.names,
          ),
        ];
  });
}

/** One sentence for all kinds of a namespace: "may not create pods, services in shop: needed only for what is not there yet". */
export function messagesForUnused(needs: readonly Need[]): readonly string[] {
  const kinds = [...Map.groupBy(needs, describeResource).values()].flatMap((group) => {
    const [need] = group;
    return need === undefined ? [] : [{ need, verbs: inVerbOrder(group.map(({ verb }) => verb)).join(', ') }];
  });
  const alike = [...Map.groupBy(kinds, ({ need, verbs }) => `${need.namespace ?? ''}\n${verbs}`).values()];
  return alike.flatMap((group) => {
    const [first] = group;
    const place = first?.need.namespace === undefined ? '' : ` in ${first.need.namespace}`;
    const names = group.map(({ need }) => kindOfRule(need)).join(', ');
    return first === undefined
      ? []
      : [`may not ${first.verbs} ${names}${place}: needed only for what is not there yet`];
  });
}

/** Of several lists: a right that misses for more than one reason, or in more than one list, is told where it comes first, with its first reason. */
export function eachRightOnce(lists: readonly (readonly Need[])[]): readonly (readonly Need[])[] {
  const first = new Map<string, string>();
  return lists.map((needs, list) =>
    needs.filter((need) => {
      const reason = `${list} ${need.because}`;
      const right = `${describeResource(need)} ${need.verb}`;
      first.set(right, first.get(right) ?? reason);
      return first.get(right) === reason;
    }),
  );
}

/** Verbs in the order in which people write them. */
export function inVerbOrder(verbs: readonly string[]): readonly string[] {
  return VERBS.filter((verb) => verbs.includes(verb));
}

function reasonOf(need: Need): string {
  return `${describeResource(need)}\n${need.because}`;
}

function sentence(need: Need, verbs: readonly string[], names: string): string {
  return `may not ${inVerbOrder(verbs).join(', ')} ${describeResource(need)}: ${need.because}${names}`;
}

/** " (server, worker and 3 more)", or nothing where all of the kind are meant. */
function namesOf(needs: readonly Need[]): string {
  const names = [...new Set(needs.flatMap(({ name }) => name ?? []))];
  if (names.length === 0) {
    return '';
  }
  const more = names.length - MOST_NAMES;
  return ` (${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
}
