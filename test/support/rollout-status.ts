import { execFile } from 'node:child_process';
import { formatWorkload } from '../../src/values/workload.ts';
import type { RolloutCase } from './rollout-cases.ts';
import { serveRollouts } from './rollout-server.ts';

/** What `kubectl rollout status --watch=false` says of one object, once. */
export type KubectlAnswer = {
  readonly kind: 'waiting' | 'done' | 'failed';
  /** The line that it printed, or its complaint. */
  readonly text: string;
};

/** How to start a kubectl: its environment, and a folder that it may write its cache to. */
export type KubectlStart = { readonly env: NodeJS.ProcessEnv; readonly folder: string };

// kubectl asks five times a second, so many are asked side by side.
const CASES_PER_CALL = 15;
const CALLS_AT_ONCE = 16;

/** Asks the real kubectl about each object, in the order of the cases. */
export async function askKubectl(
  cases: readonly RolloutCase[],
  start: KubectlStart,
): Promise<readonly KubectlAnswer[]> {
  const answers: KubectlAnswer[] = [];
  const chunks = Array.from({ length: Math.ceil(cases.length / CASES_PER_CALL) }, (_, index) =>
    cases.slice(index * CASES_PER_CALL, (index + 1) * CASES_PER_CALL),
  );
  for (let at = 0; at < chunks.length; at += CALLS_AT_ONCE) {
    const together = chunks.slice(at, at + CALLS_AT_ONCE).map(async (chunk) => askOnce(chunk, start));
    answers.push(...(await Promise.all(together)).flat());
  }
  return answers;
}

/**
 * Most lines name no object and a failure prints none, so each object is followed by a Deployment that is done: what is printed before its
 * line belongs to the object.
 */
async function askOnce(
  cases: readonly RolloutCase[],
  { env, folder }: KubectlStart,
): Promise<readonly KubectlAnswer[]> {
  const named = cases.map(({ kind, object }, index) => ({
    ...object,
    kind,
    metadata: { ...Object(object['metadata']), ...nameOf(`case-${index}`) },
  }));
  const markers = cases.map(
    (_, index) => ({ kind: 'Deployment', apiVersion: 'apps/v1', metadata: nameOf(`marker-${index}`) }) as const,
  );
  const server = await serveRollouts([...named, ...markers]);
  try {
    const words = named.flatMap(({ kind, metadata }, index) => [
      formatWorkload({ kind, name: metadata.name }),
      formatWorkload({ kind: 'Deployment', name: `marker-${index}` }),
    ]);
    const args = [`--server=${server.url}`, `--cache-dir=${folder}`, 'rollout', 'status', '--watch=false', ...words];
    const { stdout, stderr } = await output(args, { ...env, KUBECONFIG: '/dev/null' });
    const pieces = stdout.split(/^deployment "marker-\d+" successfully rolled out\n/m);
    if (pieces.length !== cases.length + 1) {
      throw new Error(`kubectl did not look at all objects: ${stdout}${stderr}`);
    }
    return pieces.slice(0, -1).map((line, index) => answerOf(line.trim(), stderr, `case-${index}`));
  } finally {
    await server.close();
  }
}

const nameOf = (name: string): { readonly name: string; readonly namespace: string } => ({
  name,
  namespace: 'default',
});

function answerOf(line: string, complaints: string, name: string): KubectlAnswer {
  if (line === '') {
    // All complaints come together at the end; one of them names nobody.
    const own = [`deployment "${name}" exceeded its progress deadline`, 'rollout status is only available for'];
    return { kind: 'failed', text: own.find((complaint) => complaints.includes(complaint)) ?? complaints };
  }
  const isDone = /successfully rolled out$|^partitioned roll out complete|^statefulset rolling update complete/.test(
    line,
  );
  return { kind: isDone ? 'done' : 'waiting', text: line };
}

function output(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    // It exits with 1 when one of the objects has failed.
    execFile('kubectl', args, { env, timeout: 60_000 }, (_error, stdout, stderr) => resolve({ stdout, stderr }));
  });
}
