import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stampWorkflow } from './stamp-workflow.ts';

/**
 * Writes copies of the reusable workflows for enterprise servers: `node scripts/stamp-workflows.ts REPOSITORY REF FOLDER`, for example
 * `platform/k8s-deploy 3d3c42e5aac5ba805825da76410c181273ba90b1 ../k8s-deploy-mirror/.github/workflows`.
 */
const REUSABLE = ['deploy.yml', 'deploy-oidc.yml', 'preview.yml'];

const [repository = '', ref = '', folder = ''] = process.argv.slice(2);
if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || !/^[\w./-]+$/.test(ref) || folder === '') {
  console.error('usage: stamp-workflows.ts REPOSITORY REF FOLDER, such as platform/k8s-deploy v1.2.3 out');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (const name of REUSABLE) {
  const text = readFileSync(join(import.meta.dirname, '../.github/workflows', name), 'utf8');
  writeFileSync(join(folder, name), stampWorkflow(text, { repository, ref }));
  console.log(`stamp-workflows: ${join(folder, name)} runs ${repository}@${ref}`);
}
