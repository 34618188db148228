/** What a build waits for, when that is nothing but the answer of a registry. */
export type Waiting =
  /** A base image or a layer of it; `reference` is undefined when several are waited for. */
  | { readonly kind: 'base'; readonly reference: string | undefined }
  /** `hasLayers`: a transfer may be under way, which takes its time and says nothing meanwhile. */
  | { readonly kind: 'push' | 'cache-export'; readonly hasLayers: boolean }
  | { readonly kind: 'cache-import' };

/** Follows the plain progress of BuildKit, line by line. */
export type WaitingTracker = {
  see(line: string): void;
  /** Undefined while something else goes on, too: a step of the Dockerfile may be silent for as long as it likes. */
  now(): Waiting | undefined;
};

type Vertex = { readonly name: string; last: string; isOpen: boolean };

const BASE_METADATA = /^\[.*internal\] load metadata for (\S+)$/;
const BASE_LAYERS = /^\[[^\]]+\] FROM (\S+?)(?:@\S+)?$/;
const CACHE_IMPORT = /^(?:\[\S+\] )?importing cache manifest from /;
/** What bake builds has the name of its target before it. */
const CACHE_EXPORT = /^(?:\[\S+\] )?exporting cache to registry$/;
const EXPORT = /^(?:\[\S+\] )?exporting to image$/;
const LOGIN = /^\[auth\] /;
const FETCHING = /^(?:resolve |sha256:[0-9a-f]{64} )/;

export function trackWaiting(): WaitingTracker {
  const vertices = new Map<string, Vertex>();
  return {
    see: (line) => {
      const [, id = '', text = ''] = /^#(\d+) (.*)$/.exec(line.trim()) ?? [];
      const vertex = vertices.get(id);
      if (id === '' || id === '0' || text === '...') {
        return;
      }
      if (vertex === undefined) {
        vertices.set(id, { name: text, last: '', isOpen: true });
      } else if (/^(?:DONE \S+|CACHED|CANCELED|ERROR: .*)$/.test(text)) {
        vertex.isOpen = false;
      } else if (text !== vertex.name) {
        // An export is done with what it made before it pushes that.
        Object.assign(vertex, { last: text, isOpen: true });
      }
    },
    now: () => {
      const open = [...vertices.values()].filter(({ isOpen, name }) => isOpen && !LOGIN.test(name));
      const waiting = open.map(waitingOf);
      const [first] = waiting;
      if (first === undefined || waiting.includes(undefined)) {
        return undefined;
      }
      const push = waiting.find((each) => each?.kind === 'push');
      const isSeveral = waiting.length > 1;
      return push ?? (first.kind === 'base' && isSeveral ? { kind: 'base', reference: undefined } : first);
    },
  };
}

function waitingOf({ name, last }: Vertex): Waiting | undefined {
  const [, reference] = BASE_METADATA.exec(name) ?? [];
  if (reference !== undefined) {
    return { kind: 'base', reference };
  }
  const [, base] = BASE_LAYERS.exec(name) ?? [];
  if (base !== undefined && FETCHING.test(last) && !last.endsWith(' done')) {
    return { kind: 'base', reference: base };
  }
  if (CACHE_IMPORT.test(name)) {
    return { kind: 'cache-import' };
  }
  if (CACHE_EXPORT.test(name) && /^(?:writing|sending) /.test(last)) {
    return { kind: 'cache-export', hasLayers: !/^writing (?:config|cache)/.test(last) };
  }
  const [, what] = EXPORT.test(name) ? (/^pushing (layers|manifest)\b/.exec(last) ?? []) : [];
  return what === undefined ? undefined : { kind: 'push', hasLayers: what === 'layers' };
}
