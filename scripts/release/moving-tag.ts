import { git } from './git.ts';
import { compareVersions, nameOf, newest, parseVersion, type Version } from './version.ts';

/** Tags by name, each with the commit that it leads to. */
export type Tags = ReadonlyMap<string, string>;

export type Move =
  | { readonly kind: 'move'; readonly tag: string; readonly from: string | undefined; readonly to: string }
  | { readonly kind: 'stay'; readonly why: string };

/**
 * Whether the tag that people follow (`v1`, with the suffix `-ghes` `v1-ghes`) moves to a released version. Only forward: not when a newer one
 * of the same major version is released, and not to what is released as something else.
 */
export function decideMove(version: Version, tags: Tags, suffix: string): Move {
  const released = [...tags.keys()].flatMap((tag) =>
    tag.endsWith(suffix) ? (parseVersion(tag.slice(0, tag.length - suffix.length)) ?? []) : [],
  );
  const name = `${nameOf(version)}${suffix}`;
  const to = tags.get(name);
  if (to === undefined) return { kind: 'stay', why: `${name} is not released` };
  const last = newest(released.filter(({ major }) => major === version.major));
  if (last !== undefined && compareVersions(last, version) > 0) {
    return { kind: 'stay', why: `${nameOf(last)}${suffix} is newer than ${name}` };
  }
  const tag = `v${version.major}${suffix}`;
  const from = tags.get(tag);
  return from === to ? { kind: 'stay', why: `${tag} is ${name} already` } : { kind: 'move', tag, from, to };
}

/** Tags of a remote, annotated ones by the commit that they lead to. `objects` are what their names stand for: the tag itself when it is one. */
export function remoteTags(folder: string): { readonly commits: Tags; readonly objects: Tags } {
  const lines = git(folder, ['ls-remote', '--tags', 'origin']).split('\n');
  const refs = lines.flatMap((line) => {
    const [, object, name] = /^([0-9a-f]{40,64})\trefs\/tags\/(\S+)$/.exec(line) ?? [];
    return object === undefined || name === undefined ? [] : [[name, object] as const];
  });
  const objects = new Map(refs.filter(([name]) => !name.endsWith('^{}')));
  const peeled = refs
    .filter(([name]) => name.endsWith('^{}'))
    .map(([name, object]) => [name.slice(0, -3), object] as const);
  return { commits: new Map([...objects, ...peeled]), objects };
}

/** Moves it at the remote `origin`, unless somebody else has moved it meanwhile: then git refuses, and this throws. */
export function moveTag(folder: string, version: Version, suffix: string): Move {
  const { commits, objects } = remoteTags(folder);
  const move = decideMove(version, commits, suffix);
  if (move.kind === 'move') {
    const ref = `refs/tags/${move.tag}`;
    git(folder, ['fetch', '--quiet', '--no-tags', 'origin', `refs/tags/${nameOf(version)}${suffix}`]);
    git(folder, ['push', `--force-with-lease=${ref}:${objects.get(move.tag) ?? ''}`, 'origin', `${move.to}:${ref}`]);
  }
  return move;
}
