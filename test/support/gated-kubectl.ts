import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { until } from './until.ts';

/** A kubectl whose `apply` waits at a gate: what happens between the checks of a deploy and its changes can be arranged. */
export type GatedKubectl = {
  /** The folders for the PATH of a deploy. */
  readonly path: string;
  /** Resolves when an `apply` stands before the gate. */
  arrived(): Promise<void>;
  /** From now on nobody waits. */
  open(): void;
};

/** `inFolder` is removed by somebody else; `path` has the real kubectl. */
export function gatedKubectl(inFolder: string, path: string): GatedKubectl {
  const folder = mkdtempSync(join(inFolder, 'gate-'));
  const [arrival, opening] = [join(folder, 'arrived'), join(folder, 'opened')];
  const real = path
    .split(delimiter)
    .map((entry) => join(entry, 'kubectl'))
    .find((file) => existsSync(file));
  const script = `#!/bin/sh
case " $* " in
  *' apply '*) touch '${arrival}'; while [ ! -e '${opening}' ]; do sleep 0.05; done ;;
esac
exec '${real ?? 'kubectl'}' "$@"
`;
  writeFileSync(join(folder, 'kubectl'), script, { mode: 0o755 });
  return {
    path: [folder, path].join(delimiter),
    arrived: async () => {
      await until('an apply at the gate', async () => existsSync(arrival) || undefined);
    },
    open: () => writeFileSync(opening, ''),
  };
}
