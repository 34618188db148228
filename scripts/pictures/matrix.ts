import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceInFile } from '../demo/shop-repository.ts';
import type { Page } from './pages.ts';
import { APP, type Stage } from './stage.ts';

const REGIONS = ['eu', 'us', 'ap'];

const READS_SECRET = '          envFrom: [{ secretRef: { name: database } }]\n          readinessProbe:';

/** One image in three environments, of which one lacks a Secret; and the table of all three. */
export async function matrixPages(stage: Stage): Promise<readonly Page[]> {
  const { workspace, image } = stage;
  const manifest = join(workspace, 'k8s/server.yaml');
  await replaceInFile(manifest, '          readinessProbe:', READS_SECRET);
  await stage.commit('Keep the books');
  const folder = join(workspace, 'results');
  await mkdir(folder);
  for (const region of REGIONS) {
    const namespace = `${APP}-${region}`;
    await stage.kubectl(['create', 'namespace', namespace]);
    if (region !== 'ap') {
      await stage.kubectl(['create', 'secret', 'generic', 'database', '--namespace', namespace, '--from-literal=a=b']);
    }
    const inputs = {
      image,
      context: 'server',
      manifests: 'k8s/server.yaml',
      vars: 'REGISTRY',
      namespace,
      environment: `production-${region}`,
      'environment-url': `https://${region}.shop.example.com`,
    };
    const { report } = await stage.step({ inputs, exitCode: region === 'ap' ? 1 : 0 });
    await writeFile(join(folder, `${region}.json`), report);
  }
  const environments = JSON.stringify(REGIONS.map((region) => ({ name: `production-${region}` })));
  const step = await stage.step({ inputs: { command: 'collect', results: 'results', environments }, exitCode: 1 });
  await rm(folder, { recursive: true });
  await replaceInFile(manifest, READS_SECRET, '          readinessProbe:');
  return [
    {
      name: 'summary-matrix',
      place: 'summary',
      markdown: step.summary,
      isKept: true,
      expected: {
        verdict: /^❌ 2 of 3 environments run [0-9a-f]{7}; production-ap failed: /,
        tables: [['Environments', 3]],
        diagrams: 0,
        folds: 0,
        says: ['open'],
      },
    },
  ];
}
