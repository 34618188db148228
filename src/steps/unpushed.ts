import { buildLines } from '../report/builds.ts';
import type { BuiltImage } from '../values/built-image.ts';
import type { Run } from './run.ts';

/** What was only built is an image of this run in no way: nobody can deploy it, and no later job is to be given its name. */
export function noteUnpushed(builds: readonly BuiltImage[], { journal, ports, plan }: Run): void {
  journal.add({ builds, images: [], isBuilt: true });
  buildLines(builds).forEach((text) => ports.notify({ kind: 'note', text }));
  const { imageTests, scanCommand } = plan.gate;
  const gates = [imageTests.length > 0 ? 'image-tests' : '', scanCommand === undefined ? '' : 'scan-command'];
  const skipped = gates.filter((gate) => gate !== '');
  if (skipped.length > 0) {
    const text = `${skipped.join(' and ')} did not run: what is not pushed cannot be pulled`;
    ports.notify({ kind: 'warning', text });
  }
}
