import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { oidcWorkflow } from './oidc-workflow.ts';

const folder = join(import.meta.dirname, '../.github/workflows');
writeFileSync(join(folder, 'deploy-oidc.yml'), oidcWorkflow(readFileSync(join(folder, 'deploy.yml'), 'utf8')));
console.log('generate-oidc-workflow: .github/workflows/deploy-oidc.yml');
