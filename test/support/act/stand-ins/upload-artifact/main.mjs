import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fail, input, output, refuseUnknownInputs, settings } from './step.mjs';

refuseUnknownInputs();
const name = input('name');
if (/["":<>|*?\r\n\\/]/.test(name)) {
  fail(`The artifact name is not valid: ${name}. Contains one of " : < > | * ? \\r \\n \\ /`);
}
const source = resolve(process.env.GITHUB_WORKSPACE, input('path'));
if (/[*?[\]!\n]/.test(input('path'))) {
  fail('this stand-in takes one file or folder, no pattern');
}
const run = join(settings.artifacts, process.env.GITHUB_RUN_ID);
const folder = join(run, name);
if (!existsSync(source)) {
  const message = `No files were found with the provided path: ${input('path')}. No artifacts will be uploaded.`;
  if (input('if-no-files-found') === 'error') {
    fail(message);
  }
  console.log(input('if-no-files-found') === 'warn' ? `::warning::${message}` : message);
  process.exit(0);
}
if (input('overwrite') === 'true') {
  rmSync(folder, { recursive: true, force: true });
}
mkdirSync(run, { recursive: true });
try {
  // One of several that come at the same moment makes it.
  mkdirSync(folder);
} catch {
  fail(
    'Failed to CreateArtifact: Received non-retryable error: (409) Conflict: an artifact with this name already exists on the workflow run',
  );
}
cpSync(source, statSync(source).isDirectory() ? folder : join(folder, basename(source)), { recursive: true });
output('artifact-id', readdirSync(run).length);
console.log(`Artifact ${name} has been successfully uploaded`);
