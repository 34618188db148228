import type { RestartPolicy, SetImage } from '../values/change.ts';
import { parseWorkloadName } from '../values/workload.ts';
import { parseImage } from './image-inputs.ts';
import { eachLine } from './lines.ts';
import { parseName } from './parsers.ts';

/** `deployment/worker app` or `deployment/worker app=repo/app:tag`. */
export function parseSetImage(line: string): SetImage {
  const [workload = '', assignment, ...more] = line.split(/\s+/);
  if (assignment === undefined || more.length > 0) {
    throw new Error(
      `"${line}" is not like "deployment/worker container" or "deployment/worker container=repo/app:tag"`,
    );
  }
  const equals = assignment.indexOf('=');
  const container = equals === -1 ? assignment : assignment.slice(0, equals);
  return {
    workload: parseWorkloadName(workload),
    container: parseName(container),
    image: equals === -1 ? undefined : parseImage(assignment.slice(equals + 1)),
  };
}

export function parseRestart(text: string): RestartPolicy {
  if (text === 'auto' || text === 'auto-namespace' || text === 'always' || text === 'never') {
    return { kind: text };
  }
  return { kind: 'only', workloads: eachLine(text, parseWorkloadName) };
}
