import { imageTestFailure, testImages } from '../gate/image-tests.ts';
import { scanFailure, scanImages } from '../gate/scan.ts';
import { assertVerified } from '../promotion/verified.ts';
import { installStructureTest } from '../tools/structure-test.ts';
import type { ImageReference } from '../values/image.ts';
import type { Run } from './run.ts';
import { describeTool } from './tools.ts';

/** Lets no image through that was not verified where it has to be, that fails its tests, or that the scanner refuses. */
export async function passGates(images: readonly ImageReference[], run: Run): Promise<void> {
  const { gate, promotion } = run.plan;
  const { required } = promotion;
  if (required !== undefined) {
    const buildx = await run.registry.buildx();
    await run.journal.phase('Look for records', async () => assertVerified(images, required, buildx, run.ports));
  }
  if (gate.imageTests.length > 0) {
    await runImageTests(images, run);
  }
  if (gate.scanCommand !== undefined) {
    await scan(images, run);
  }
}

async function runImageTests(
  images: readonly ImageReference[],
  { plan, ports, journal, registry }: Run,
): Promise<void> {
  const env = await registry.environment();
  const tool = await journal.phase('Install container-structure-test', async () => {
    const installed = await installStructureTest(plan.tools, ports);
    journal.addTool(describeTool(installed));
    return installed;
  });
  await journal.phase('Test images', async () => {
    const outcomes = await testImages(images, plan.gate, { path: tool.path, env }, ports);
    journal.add({ imageTests: outcomes });
    const failure = imageTestFailure(outcomes);
    if (failure !== undefined) {
      throw failure;
    }
  });
}

async function scan(images: readonly ImageReference[], { plan, ports, journal, registry }: Run): Promise<void> {
  const env = await registry.environment();
  await journal.phase('Scan images', async () => {
    const outcomes = await scanImages(images, plan.gate, env, ports);
    journal.add({ scans: outcomes });
    const failure = scanFailure(outcomes);
    if (failure !== undefined) {
      throw failure;
    }
  });
}
