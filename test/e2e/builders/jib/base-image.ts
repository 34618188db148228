import { copyFile, glob, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../../lab/command.ts';
import type { Lab } from '../../../lab/lab.ts';

const MODULES = 'java.base,java.logging,jdk.httpserver';
const RUNTIME = 'opt/java';

const DOCKERFILE = `FROM scratch
COPY . /
ENV PATH=/${RUNTIME}/bin
`;

/**
 * An image with nothing but the Java runtime that the example needs, cut out of this machine's JDK, in the lab's registry. Returns its
 * reference; builds it (about ten seconds) when the registry has not got it.
 */
export async function javaBaseImage(lab: Lab, javaHome: string): Promise<string> {
  const registry = lab.env['REGISTRY'] ?? '';
  const reference = `${registry}/e2e/java:1`;
  const known = await fetch(`http://${registry}/v2/e2e/java/manifests/1`, {
    method: 'HEAD',
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json' },
  });
  if (known.ok) return reference;
  const root = await mkdtemp(join(tmpdir(), 'e2e-java-'));
  try {
    await addRuntime(root, javaHome);
    await addLibraries(root);
    const dockerfile = ['--file', '-', '--provenance=false', '--push', '--tag', reference, root];
    await run(['buildx', 'build', ...dockerfile], { env: lab.env, input: DOCKERFILE });
  } finally {
    await rm(root, { recursive: true });
  }
  return reference;
}

async function addRuntime(root: string, javaHome: string): Promise<void> {
  await mkdir(dirname(join(root, RUNTIME)), { recursive: true });
  const slim = ['--strip-java-debug-attributes', '--no-header-files', '--no-man-pages'];
  await run([join(javaHome, 'bin/jlink'), '--add-modules', MODULES, ...slim, '--output', join(root, RUNTIME)]);
}

/** Copies the shared libraries that the runtime loads, to the same paths, where the loader looks for them. */
async function addLibraries(root: string): Promise<void> {
  const loaders = await Array.fromAsync(glob([`${RUNTIME}/bin/java`, `${RUNTIME}/lib/**/*.so`], { cwd: root }));
  const listing = await run(['ldd', ...loaders.map((file) => join(root, file))]);
  const libraries = new Set([...listing.matchAll(/(\/\S+) \(0x/g)].map(([, library = '']) => library));
  for (const library of libraries) {
    if (library.startsWith(root)) continue;
    await mkdir(dirname(join(root, library)), { recursive: true });
    await copyFile(library, join(root, library));
  }
}
