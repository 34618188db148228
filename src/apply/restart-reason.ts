import type { RestartPolicy } from '../values/change.ts';
import { formatWorkload, type Workload } from '../values/workload.ts';
import type { ConfigName } from './consumers.ts';

/**
 * Why a workload is restarted; undefined when it is not. `changed` are the ConfigMaps and Secrets it consumes that this run changes, `due`
 * those that an earlier run changed without restarting it.
 */
export function reasonFor(
  policy: RestartPolicy,
  workload: Workload,
  changed: readonly ConfigName[],
  due: readonly ConfigName[],
): string | undefined {
  switch (policy.kind) {
    case 'never':
      return undefined;
    case 'always':
      return 'restart: always';
    case 'only': {
      const isListed = policy.workloads.some((name) => formatWorkload(name) === formatWorkload(workload));
      return isListed ? 'listed in restart' : undefined;
    }
    case 'auto':
    case 'auto-namespace':
      return reasonInConfig(changed, due);
  }
}

function reasonInConfig(changed: readonly ConfigName[], due: readonly ConfigName[]): string | undefined {
  const earlier = due.filter((name) => !changed.includes(name));
  const was = earlier.length === 1 ? 'was' : 'were';
  const reasons = [
    ...(changed.length === 0 ? [] : [`${changed.join(', ')} changed`]),
    ...(earlier.length === 0 ? [] : [`${earlier.join(', ')} ${was} changed by an earlier run that did not restart it`]),
  ];
  return reasons.length === 0 ? undefined : reasons.join('; ');
}
