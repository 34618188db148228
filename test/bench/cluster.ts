import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the benchmark does to the lab beside the deploys that it measures. */
export type BenchCluster = {
  makeNamespace(name: string): void;
  deleteNamespace(name: string): void;
  /** The sum of the revisions of all Deployments of a namespace. */
  revisions(namespace: string): number;
  /** Builds and pushes `count` images of different content to a repository: repo:tag@digest each. */
  pushImages(repository: string, count: number): readonly string[];
};

export function benchCluster(env: Readonly<Record<string, string>>): BenchCluster {
  const run = (tool: string, ...args: readonly string[]): string =>
    execFileSync(tool, [...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return {
    makeNamespace: (name) => run('kubectl', 'create', 'namespace', name),
    deleteNamespace: (name) => run('kubectl', 'delete', 'namespace', name, '--wait=true'),
    revisions: (namespace) => {
      const path = String.raw`{.items[*].metadata.annotations.deployment\.kubernetes\.io/revision}`;
      const text = run('kubectl', 'get', 'deployments', '-n', namespace, '-o', `jsonpath=${path}`);
      return text
        .split(/\s+/)
        .filter(Boolean)
        .map(Number)
        .reduce((sum, revision) => sum + revision, 0);
    },
    pushImages: (repository, count) =>
      Array.from({ length: count }, (_unused, index) =>
        push(`${env['REGISTRY']}/bench/${repository}:v${index}`, index, run),
      ),
  };
}

function push(reference: string, version: number, run: (tool: string, ...args: readonly string[]) => string): string {
  const context = mkdtempSync(join(tmpdir(), 'bench-image-'));
  try {
    writeFileSync(
      join(context, 'Dockerfile'),
      'FROM busybox:1\nCOPY version /version\nCMD ["httpd", "-f", "-p", "8080"]\n',
    );
    writeFileSync(join(context, 'version'), String(version));
    const metadata = join(context, 'metadata.json');
    run('buildx', 'build', '--provenance=false', '--push', '--metadata-file', metadata, '-t', reference, context);
    const digest = run('buildx', 'imagetools', 'inspect', reference, '--format', '{{.Manifest.Digest}}').trim();
    return `${reference}@${digest}`;
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}
