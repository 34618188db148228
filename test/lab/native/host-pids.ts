import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** For the processes in the pid namespace that `unshare` made: pid inside → pid on the host. */
export function hostPidsUnder(unsharePid: number): ReadonlyMap<number, number> {
  const namespace = tryRead(() => readlinkSync(`/proc/${unsharePid}/ns/pid_for_children`));
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const inside = pids.filter((pid) => tryRead(() => readlinkSync(`/proc/${pid}/ns/pid`)) === namespace);
  return new Map(
    inside.flatMap((pid) => {
      const status = tryRead(() => readFileSync(`/proc/${pid}/status`, 'utf8')) ?? '';
      const [, chain = ''] = /^NSpid:\s+(.*)$/m.exec(status) ?? [];
      const innermost = Number(chain.split('\t').at(-1));
      return [[innermost, pid] as const];
    }),
  );
}

/** A process may end while it is being looked at. */
function tryRead(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
