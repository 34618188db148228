import type { Run } from './run.ts';

/** Keeps for the report what is deployed where, before anything can go wrong. */
export function tellTarget({ plan, journal }: Run): void {
  const { preview, command, url } = plan;
  journal.add({ url });
  if (preview !== undefined && (command.kind === 'deploy' || command.kind === 'plan')) {
    const { namespace, app, pullRequest } = preview;
    const { target } = journal.facts();
    journal.add({
      target: target && { ...target, namespace },
      preview: { namespace, app, pullRequest, url, expiresAt: undefined, state: 'planned' },
    });
  }
}
