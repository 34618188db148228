import { existsSync } from 'node:fs';
import { appendFile, chown, copyFile, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../command.ts';
import { addBusybox } from './busybox-files.ts';

/** The version that Node 24 brings along. */
const NPM_VERSION = '11.6.2';

const NODE_USER = 1000;
const CA_BUNDLE = 'etc/ssl/certs/ca-certificates.crt';

/** What `node:24-slim` has and builds rely on: node, npm, a shell, the user `node`, certificates. */
export async function addNode(root: string): Promise<void> {
  await addBusybox(root);
  await copyFile(process.execPath, join(root, 'usr/local/bin/node'));
  await symlink('node', join(root, 'usr/local/bin/nodejs'));
  await addLibraries(root);
  await addNpm(root);
  await appendFile(join(root, 'etc/passwd'), `node:x:${NODE_USER}:${NODE_USER}::/home/node:/bin/sh\n`);
  await appendFile(join(root, 'etc/group'), `node:x:${NODE_USER}:\n`);
  await mkdir(join(root, 'home/node'));
  await chown(join(root, 'home/node'), NODE_USER, NODE_USER);
  if (existsSync(`/${CA_BUNDLE}`)) {
    await mkdir(dirname(join(root, CA_BUNDLE)), { recursive: true });
    await copyFile(`/${CA_BUNDLE}`, join(root, CA_BUNDLE));
  }
}

/** Copies the shared libraries that node loads, to the same paths, where the loader looks for them. */
async function addLibraries(root: string): Promise<void> {
  const listing = await run(['ldd', process.execPath]);
  for (const [library] of listing.matchAll(/\/\S+/g)) {
    await mkdir(dirname(join(root, library)), { recursive: true });
    await copyFile(library, join(root, library));
  }
}

async function addNpm(root: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'k8s-deploy-lab-npm-'));
  try {
    const archive = await run(['npm', 'pack', '--silent', `npm@${NPM_VERSION}`, '--pack-destination', work]);
    await run(['tar', '-xzf', join(work, archive.trim()), '-C', work, '--no-same-owner']);
    const modules = join(root, 'usr/local/lib/node_modules');
    await mkdir(modules, { recursive: true });
    await cp(join(work, 'package'), join(modules, 'npm'), { recursive: true });
  } finally {
    await rm(work, { recursive: true });
  }
  for (const name of ['npm', 'npx']) {
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name));
  }
}
