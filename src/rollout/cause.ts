import type { ContainerEvidence, PodEvidence } from './evidence.ts';

/** The most telling finding among the pods, as the end of a sentence; undefined when the pods tell nothing. */
export function causeOf(pods: readonly PodEvidence[]): string | undefined {
  const causes = pods.flatMap((pod) => pod.containers.map((container) => containerCause(container, pod)));
  const unscheduled = pods.flatMap((pod) =>
    pod.condition === undefined ? [] : [`no node takes the pod: ${pod.condition}`],
  );
  const events = pods.flatMap((pod) => pod.events.slice(-1));
  return causes.find((cause) => cause.isTelling)?.text ?? unscheduled[0] ?? causes[0]?.text ?? events[0];
}

type Cause = { readonly text: string; readonly isTelling: boolean };

function containerCause(container: ContainerEvidence, pod: PodEvidence): Cause {
  const name = `container ${container.container}`;
  if (container.exitCode !== undefined) {
    const words = tellingLine(container.log);
    const ending = words === undefined ? '' : `: ${words}`;
    return { text: `${name} exits with code ${container.exitCode} (${container.reason})${ending}`, isTelling: true };
  }
  if (/ImagePull|ImageName|ImageNeverPull|ImageInspect/.test(container.reason)) {
    return { text: `${name} has no image (${container.reason})${tail(container.message)}`, isTelling: true };
  }
  if (
    container.reason !== 'not ready' &&
    container.reason !== 'ContainerCreating' &&
    container.reason !== 'PodInitializing'
  ) {
    return { text: `${name} does not start (${container.reason})${tail(container.message)}`, isTelling: true };
  }
  const probe = pod.events.findLast((event) => event.startsWith('Unhealthy')) ?? pod.events.at(-1);
  return {
    text: `${name} is ${container.reason === 'not ready' ? 'not ready' : 'not started'}${tail(probe)}`,
    isTelling: probe !== undefined,
  };
}

/**
 * The log line that most likely says why a process ended: the last one that speaks of an error and is not a line of a stack trace, else
 * the last line of all.
 */
export function tellingLine(log: readonly string[]): string | undefined {
  const spoken = log
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^at |^Node\.js v|^[\^~]+$/.test(line));
  const named = spoken.findLast((line) => /^(\w*(Error|Exception)\b|panic:|fatal\b)/i.test(line));
  return (
    named ??
    spoken.findLast((line) =>
      /error|exception|panic|fatal|failed|cannot|denied|refused|not (set|found)|missing/i.test(line),
    ) ??
    spoken.at(-1)
  );
}

function tail(message: string | undefined): string {
  return message === undefined ? '' : `: ${message.replace(/\s+/g, ' ').slice(0, 300)}`;
}
