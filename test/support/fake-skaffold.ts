import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { isJsonObject, objectsAt, textAt, valueAt } from '../../src/values/json.ts';

/** A program: skaffold as far as it is used here. See fake-skaffold.md for what it promises. */

const EVERYWHERE = ['filename', 'profile', 'interactive', 'update-check', 'color'];

/** Which command has which flags (cmd/skaffold/app/cmd/flags.go, and those of the root command). */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  build: [...EVERYWHERE, 'default-repo', 'platform', 'push', 'file-output', 'dry-run'],
  test: [...EVERYWHERE, 'build-artifacts'],
  render: [...EVERYWHERE, 'default-repo', 'build-artifacts', 'offline', 'output'],
};

type Flags = Readonly<Record<string, readonly string[]>>;
type Artifact = { readonly imageName: string; readonly tag: string };

const [command = '', ...args] = process.argv.slice(2);

try {
  main();
} catch (error) {
  process.stderr.write(`time="2026-01-01T00:00:00Z" level=error msg="command failed"\n`);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function main(): void {
  if (command === 'version') {
    process.stdout.write('v2.16.1\n');
    return;
  }
  const flags = parsedFlags();
  const file = resolve(flags['filename']?.[0] ?? 'skaffold.yaml');
  const config = withProfiles(parse(readFileSync(file, 'utf8')), flags['profile'] ?? []);
  const folder = dirname(file);
  switch (command) {
    case 'build':
      build(config, folder, flags);
      return;
    case 'test':
      runTests(config, folder, artifactsIn(flags));
      return;
    default:
      render(config, folder, flags);
  }
}

function parsedFlags(): Flags {
  const known = FLAGS[command];
  if (known === undefined) {
    throw new Error(`unknown command "${command}" for "skaffold"`);
  }
  const options = Object.fromEntries(known.map((name) => [name, { type: 'string', multiple: true } as const]));
  const { values } = parseArgs({ args, options, strict: true });
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : []]),
  );
}

function withProfiles(config: unknown, names: readonly string[]): unknown {
  const profiles = objectsAt(config, 'profiles');
  return names.reduce((whole, name) => {
    const profile = profiles.find((one) => textAt(one, 'name') === name);
    if (profile === undefined) {
      throw new Error(`applying profiles: unable to find profile "${name}"`);
    }
    return { ...(isJsonObject(whole) ? whole : {}), ...profile };
  }, config);
}

function build(config: unknown, folder: string, flags: Flags): void {
  const template = textAt(config, 'build', 'tagPolicy', 'envTemplate', 'template') ?? '';
  const tag = process.env[/^{{\.(\w+)}}$/.exec(template)?.[1] ?? ''] ?? 'latest';
  const platforms = (flags['platform'] ?? []).flatMap((platform) => ['--platform', platform]);
  const builds = objectsAt(config, 'build', 'artifacts').map((artifact): Artifact => {
    const imageName = textAt(artifact, 'image') ?? '';
    const reference = `${repositoryOf(imageName, flags['default-repo']?.[0])}:${tag}`;
    const context = resolve(folder, textAt(artifact, 'context') ?? '.');
    if (flags['dry-run']?.[0] === 'true') {
      return { imageName, tag: reference };
    }
    process.stdout.write(`Building [${imageName}]...\n`);
    const isPushed = flags['push']?.[0] !== 'false';
    const options = ['--provenance=false', ...platforms, '--tag', reference, context];
    const digest = runBuild(isPushed ? ['--push'] : ['--output', 'type=cacheonly'], options, imageName);
    return { imageName, tag: isPushed ? `${reference}@${digest}` : reference };
  });
  writeFileSync(flags['file-output']?.[0] ?? '/dev/stdout', JSON.stringify({ builds }), { flag: 'w' });
}

function repositoryOf(image: string, defaultRepo: string | undefined): string {
  return defaultRepo === undefined || /^[^/]+[.:][^/]*\//.test(image) ? image : `${defaultRepo}/${image}`;
}

function runBuild(output: readonly string[], options: readonly string[], image: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'skaffold-'));
  const metadata = join(folder, 'metadata.json');
  try {
    const pushing = ['build', ...output, '--progress=plain', '--metadata-file', metadata, ...options];
    const { status } = spawnSync('buildx', pushing, { stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) {
      throw new Error(
        `build [${image}] failed: exit status ${status ?? 'none'}. Docker build ran into an internal error`,
      );
    }
    return textAt(JSON.parse(readFileSync(metadata, 'utf8')), 'containerimage.digest') ?? '';
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function artifactsIn(flags: Flags): readonly Artifact[] {
  const file = flags['build-artifacts']?.[0];
  const content: unknown = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'));
  return objectsAt(content, 'builds').map((one) => ({
    imageName: textAt(one, 'imageName') ?? '',
    tag: textAt(one, 'tag') ?? '',
  }));
}

function runTests(config: unknown, folder: string, artifacts: readonly Artifact[]): void {
  for (const test of objectsAt(config, 'test')) {
    const image = textAt(test, 'image') ?? '';
    const artifact = artifacts.find(({ imageName }) => imageName === image);
    if (artifact === undefined) {
      throw new Error(`no build artifact for the tests of ${image}`);
    }
    for (const custom of objectsAt(test, 'custom')) {
      const text = textAt(custom, 'command') ?? '';
      process.stdout.write(`Running custom test command: "${text}"\n`);
      const env = { ...process.env, IMAGE: artifact.tag };
      const { status } = spawnSync('sh', ['-c', text], { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] });
      if (status !== 0) {
        throw new Error(
          `running tests: command ${text} finished with non-0 exit code: exit status ${status ?? 'none'}`,
        );
      }
    }
  }
}

function render(config: unknown, folder: string, flags: Flags): void {
  if (flags['build-artifacts'] === undefined) {
    throw new Error('it would build now, which nobody here wants');
  }
  const paths = valueAt(config, 'manifests', 'rawYaml');
  const texts = (Array.isArray(paths) ? paths : []).map((path) => readFileSync(resolve(folder, String(path)), 'utf8'));
  const rendered = artifactsIn(flags).reduce(
    (text, { imageName, tag }) => text.replaceAll(`image: ${imageName}\n`, `image: ${tag}\n`),
    texts.join('---\n'),
  );
  writeFileSync(flags['output']?.[0] ?? '/dev/stdout', rendered);
}
