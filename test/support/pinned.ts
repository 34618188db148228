import type { Pinned } from '../../src/rollout/pinned.ts';

/** A Deployment "server" of the namespace "shop" that this run has changed. */
export function pinnedServer(images: Readonly<Record<string, string>> = {}): Pinned {
  return {
    subject: { rule: 'Deployment', kind: 'Deployment', namespace: 'shop', name: 'server', path: '/x/server' },
    uid: 'dep',
    generation: 1,
    isChanged: true,
    images: new Map(Object.entries(images)),
    serverTimeMilliseconds: 0,
  };
}
