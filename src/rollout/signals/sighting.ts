import type { ConfigName } from '../knowledge.ts';
import type { Finding, Place } from '../verdict.ts';
import type { Family, Row } from './row.ts';
import { rowOf, type Traits } from './rows.ts';
import { onOneLine } from './texts.ts';

/** What a sighting is about, where there is somebody to ask about it. */
export type About = {
  readonly image?: string | undefined;
  readonly config?: { readonly object: ConfigName; readonly key: string | undefined } | undefined;
  readonly pullSecrets?: readonly string[] | undefined;
};

/** A finding with its row, and the class whose clock it shares. */
export type Sighting = {
  readonly row: Row;
  readonly finding: Finding;
  /** Family, revision and container: a new pod of the same revision has the same. */
  readonly classKey: string;
  readonly about: About;
};

export type Sign = Omit<Traits, 'matchText'> & {
  readonly family: Family;
  readonly text: string;
  /** What the row is looked up by, where it is not the text. */
  readonly matchText?: string | undefined;
  readonly place: Place;
  readonly scope: string;
  readonly observations: number;
  readonly about?: About | undefined;
};

/** Looks the sign up in the table; nothing where no row knows it. */
export function sightingOf(sign: Sign): readonly Sighting[] {
  const row = rowOf(sign.family, { ...sign, matchText: sign.matchText ?? sign.text });
  if (row === undefined) {
    return [];
  }
  const finding: Finding = {
    reason: row.reason,
    row: row.id,
    place: sign.place,
    word: sign.words[0] ?? '',
    text: onOneLine(sign.text),
    observations: sign.observations,
  };
  return [{ row, finding, classKey: `${sign.family}:${sign.scope}`, about: sign.about ?? {} }];
}

const MISSING_OBJECT = /(secret|configmap) "([^"]+)" not found/i;
const MISSING_KEY = /couldn't find key (\S+) in (Secret|ConfigMap) [^/\s]+\/(\S+)/i;

/** The Secret or ConfigMap, and the key of it, that the kubelet misses; undefined where it does not name it. */
export function configOf(text: string): About['config'] {
  const [, keyName, keyKind, keyObject] = MISSING_KEY.exec(text) ?? [];
  if (keyKind !== undefined && keyObject !== undefined) {
    return { object: { kind: configKind(keyKind), name: keyObject }, key: keyName };
  }
  const [, kind, path] = MISSING_OBJECT.exec(text) ?? [];
  // Some versions of the kubelet name the namespace too.
  const name = path?.split('/').at(-1);
  return kind === undefined || name === undefined
    ? undefined
    : { object: { kind: configKind(kind), name }, key: undefined };
}

export function configKind(word: string): ConfigName['kind'] {
  return word.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap';
}
