/** What `buildx inspect` says of a builder. */
export type Inspection = {
  readonly name: string;
  /** Empty when there is no such builder, or when the engine behind it does not answer. */
  readonly driver: string;
  /** Why there is nothing to build with; undefined when there is. */
  readonly trouble: string | undefined;
  /** Whether some node runs already. */
  readonly isRunning: boolean;
  /** Of BuildKit, as the first node that runs says it. */
  readonly version: string | undefined;
  /** Whether a worker has a snapshotter. That is how buildx itself tells the containerd image store of an engine (driver/docker, Features). */
  readonly hasSnapshotter: boolean;
};

type Entry = { readonly key: string; readonly value: string };

/** Labels, filters and files are indented, everything else begins a line. */
const ENTRY = /^([A-Za-z][^:]*):\s*(.*)$/;

const SNAPSHOTTER = /^\s+org\.mobyproject\.buildkit\.worker\.snapshotter:\s*\S/m;

/** Reads the text of `buildx inspect`; it has no other output than text. */
export function parseInspection(text: string): Inspection {
  const [head = '', ...rest] = text.split(/^Nodes:\s*$/m);
  const builder = entriesOf(head);
  const node = entriesOf(rest.join('\n'));
  const troubles = all(node, 'Error');
  const statuses = all(node, 'Status');
  return {
    name: all(builder, 'Name')[0] ?? '',
    driver: all(builder, 'Driver')[0] ?? '',
    trouble: all(builder, 'Error')[0] ?? (statuses.length === 0 ? (troubles[0] ?? 'it has no nodes') : undefined),
    isRunning: statuses.includes('running'),
    // "Buildkit" up to buildx 0.12.
    version: node.find(({ key }) => /^buildkit(?: version)?$/i.test(key))?.value,
    hasSnapshotter: SNAPSHOTTER.test(text),
  };
}

function entriesOf(text: string): readonly Entry[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, key, value] = ENTRY.exec(line) ?? [];
    return key === undefined ? [] : [{ key, value: (value ?? '').trim() }];
  });
}

function all(entries: readonly Entry[], key: string): readonly string[] {
  return entries.filter((entry) => entry.key === key && entry.value !== '').map(({ value }) => value);
}
