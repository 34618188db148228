import { textAt } from '../../values/json.ts';
import type { Case } from './cases.ts';
import type { ContainerState } from './containers.ts';
import type { ContainerEvidence, PodGroup } from './diagnosis.ts';
import { askEvents, describeEvents, type Events } from './events.ts';
import { exitMeaning } from './exit-codes.ts';
import { readLog, type LogReader } from './logs.ts';
import { failingProbe } from './probes.ts';
import { logLines } from './plain-text.ts';
import { tellingLine } from './telling-line.ts';

/** A group of cases with everything that could be read about the first of them. */
export type Seen = {
  readonly first: Case;
  readonly group: PodGroup;
  /** Container → the line with which it says why it ended. */
  readonly lastWords: ReadonlyMap<string, string>;
};

/** Reads logs, and events where the watch had none. `subjectUid`: whose events tell why no pod was made. */
export async function collect(
  cases: readonly [Case, ...Case[]],
  place: { readonly namespace: string; readonly subjectUid: string },
  reader: LogReader,
): Promise<Seen> {
  const [bare] = cases;
  const { events, missing } = await eventsOf(bare, place, reader);
  const first = { ...bare, events };
  const containers = await Promise.all(
    first.containers.map(async (container) => withLog(container, first, place.namespace, reader)),
  );
  const group: PodGroup = {
    pods: cases.map(({ name }) => name).filter((name) => name !== ''),
    node: textAt(first.pod, 'spec', 'nodeName'),
    phase: first.pod === undefined ? 'none' : (textAt(first.pod, 'status', 'phase') ?? 'Unknown'),
    condition: first.condition,
    containers: containers.map(({ evidence }) => evidence),
    events: describeEvents(events, first.name),
    eventsMissing: missing,
  };
  const lastWords = containers.flatMap(({ evidence, words }) =>
    words === undefined ? [] : [[evidence.container, words] as const],
  );
  return { first, group, lastWords: new Map(lastWords) };
}

async function eventsOf(
  { pod, events }: Case,
  place: { readonly namespace: string; readonly subjectUid: string },
  { api }: LogReader,
): Promise<Events> {
  const uid = pod === undefined ? place.subjectUid : textAt(pod, 'metadata', 'uid');
  return events.length > 0 || uid === undefined || uid === ''
    ? { events, missing: undefined }
    : askEvents(place.namespace, uid, api);
}

async function withLog(
  container: ContainerState,
  { pod, name, events }: Case,
  namespace: string,
  reader: LogReader,
): Promise<{ readonly evidence: ContainerEvidence; readonly words: string | undefined }> {
  const log = await readLog({ namespace, pod: name }, container, reader);
  const hasStarted = container.ending !== 'StartError' && container.ending !== 'ContainerCannotRun';
  const message = hasStarted ? container.lastMessage : undefined;
  const probe = pod === undefined ? undefined : failingProbe(pod, container.name, events, container.isRunning);
  return {
    evidence: {
      container: container.name,
      isInit: container.isInit,
      image: container.image,
      word: container.word,
      message: container.message,
      exitCode: container.exitCode,
      exitMeaning:
        container.exitCode === undefined ? undefined : exitMeaning(container.exitCode, container.ending ?? ''),
      restarts: container.restarts,
      probe,
      log: log.lines,
      logMissing: log.missing,
    },
    words: (message === undefined ? undefined : tellingLine(logLines(message))) ?? tellingLine(log.lines),
  };
}
