import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { kubectlProgress } from '../../src/rollout/rules/kubectl.ts';
import type { Progress } from '../../src/rollout/rules/progress.ts';
import { textAt, valueAt } from '../../src/values/json.ts';
import { isRolloutKind } from '../../src/values/workload.ts';
import { clusterOf } from '../support/cluster.ts';
import { borrowLab, type BorrowedLab } from '../support/e2e-lab.ts';
import { ROLLOUT_CASES } from '../support/rollout-cases.ts';
import { askKubectl, type KubectlAnswer } from '../support/rollout-status.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** The real kubectl and our rule on the same objects. */

let borrowed: BorrowedLab;
before(async () => {
  borrowed = await borrowLab();
});
after(async () => borrowed.giveBack());

/** How kubectl's sentence reads in our words. */
const WORDS: readonly (readonly [sentence: RegExp, ours: string])[] = [
  [/^Waiting for .* spec update to be observed/, 'the change is not yet seen by its controller'],
  [/^.* (-?\d+) out of (\d+) new (?:replicas|pods) have been updated.*/, '$1 of $2 updated'],
  [/^.* (\d+) old replicas are pending termination.*/, ', $1 old replica'],
  [/^.* (\d+) of (\d+) updated replicas are available.*/, '$1 of $2 updated replicas available'],
  [/^.* (\d+) of (\d+) updated pods are available.*/, '$1 of $2 available'],
  [/^Waiting for \d+ pods to be ready.*/, ' ready'],
  [/^waiting for statefulset rolling update to complete (\d+) pods.*/, '$1 of '],
  [/^deployment .* exceeded its progress deadline/, 'made no progress within its deadline'],
  [/^rollout status is only available for.*/, 'which has no rollout to wait for'],
  [/^.* successfully rolled out/, ''],
  [/^(partitioned roll out|statefulset rolling update) complete.*/, ''],
];

test('the rule and `kubectl rollout status` say the same of objects around every border', async (context) => {
  const folder = await temporaryFolder(context);
  const answers = await askKubectl(ROLLOUT_CASES, { env: { ...process.env, ...borrowed.lab.env }, folder });

  const compared = ROLLOUT_CASES.map(({ kind, object }, index) => {
    const answer = answers[index] ?? { kind: 'failed', text: 'was never asked' };
    return { object, answer, progress: kubectlProgress(kind, object) };
  });
  const differences = compared.filter(({ answer, progress }) => !isSame(answer, progress));
  const kinds = countsOf(ROLLOUT_CASES.map(({ kind }) => kind));
  const answered = countsOf(answers.map(({ kind }) => kind));
  context.diagnostic(`${compared.length} cases (${kinds}; ${answered}), ${differences.length} differ`);

  assert.deepEqual(differences, []);
  assert.ok(compared.length >= 300, `${compared.length} cases`);
  assert.ok(
    Math.min(...['waiting', 'done', 'failed'].map((kind) => answers.filter((one) => one.kind === kind).length)) >= 50,
  );
});

const labels = { app: 'parity' };
const podless = (kind: string, name: string, spec: object): object => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'a', image: 'nobody/needs-it:1' }], nodeSelector: { no: 'node' } },
    },
    ...spec,
  },
});
const OBJECTS: readonly (readonly [object: object, expected: Progress['kind']])[] = [
  [podless('Deployment', 'empty', { replicas: 0 }), 'done'],
  [podless('Deployment', 'paused', { paused: true }), 'waiting'],
  [podless('StatefulSet', 'empty', { replicas: 0 }), 'done'],
  [podless('StatefulSet', 'by-hand', { replicas: 0, updateStrategy: { type: 'OnDelete' } }), 'failed'],
  [podless('DaemonSet', 'empty', {}), 'done'],
  [podless('DaemonSet', 'by-hand', { updateStrategy: { type: 'OnDelete' } }), 'failed'],
];

test('they agree on objects that a real API server has completed', async (context) => {
  const cluster = clusterOf(borrowed.lab, `e2e-parity-${randomBytes(3).toString('hex')}`);
  await cluster.kubectl(['create', 'namespace', cluster.namespace]);
  context.after(() => cluster.kubectl(['delete', 'namespace', cluster.namespace, '--wait=false']));
  const items = OBJECTS.map(([object]) => object);
  await cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });

  for (const [object, expected] of OBJECTS) {
    const kind = textAt(object, 'kind') ?? '';
    const name = `${kind.toLowerCase()}/${textAt(object, 'metadata', 'name') ?? ''}`;
    const live = await until(`a controller that has seen ${name}`, async () => {
      const now = await cluster.get(name);
      return valueAt(now, 'status', 'observedGeneration') === valueAt(now, 'metadata', 'generation') ? now : undefined;
    });
    const said = await cluster
      .kubectl(['rollout', 'status', name, '--watch=false'])
      .then((line) => (/successfully|complete/.test(line) ? 'done' : 'waiting'))
      .catch(() => 'failed');
    assert.ok(isRolloutKind(kind));
    assert.deepEqual([kubectlProgress(kind, live).kind, said], [expected, expected], name);
  }
});

/** "183 done, 217 waiting" */
function countsOf(words: readonly string[]): string {
  return [...Map.groupBy(words, (word) => word)].map(([word, all]) => `${all.length} ${word}`).join(', ');
}

function isSame(answer: KubectlAnswer, progress: Progress): boolean {
  const [sentence, ours] = WORDS.find(([known]) => known.test(answer.text)) ?? [];
  return (
    answer.kind === progress.kind &&
    sentence !== undefined &&
    ours !== undefined &&
    progress.text.includes(answer.text.replace(sentence, ours).replace(/\.{3}$/, ''))
  );
}
