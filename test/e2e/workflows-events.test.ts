import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { borrowLab } from '../support/e2e-lab.ts';
import { callerRepository } from '../support/act/caller-repository.ts';
import { runAct } from '../support/act/run-act.ts';

const { lab, giveBack } = await borrowLab();
const CALLER = `
on: [pull_request, schedule, workflow_dispatch, push]
jobs:
  preview:
    uses: ./.github/workflows/k8s-deploy-preview.yml
    with:
      app: shop
      manifests: k8s
      pull-request: \${{ fromJSON(github.event.inputs.number || '0') }}
    secrets:
      kubeconfig: \${{ secrets.KUBECONFIG }}
`;
/** An action that says what it was told to do, and whether the repository is there. */
const STUB = `
import { existsSync } from 'node:fs';
const input = (name) => process.env['INPUT_' + name.toUpperCase()] ?? '';
console.log([input('command') || 'deploy', input('preview'), existsSync('k8s') ? 'with sources' : 'without sources'].join(' ').trim());
`;

const repository = callerRepository({
  files: { '.github/workflows/preview.yml': CALLER, 'k8s/server.yaml': 'kind: ConfigMap\n' },
});
const action = join(repository.around, 'stub');
mkdirSync(action);
writeFileSync(join(action, 'action.yml'), 'name: stub\nruns:\n  using: node24\n  main: main.mjs\n');
writeFileSync(join(action, 'main.mjs'), STUB);
after(async () => {
  repository.remove();
  await giveBack();
});

const pullRequest = (kind: string): unknown => ({
  action: kind,
  number: 7,
  pull_request: { number: 7, head: { sha: repository.sha(), ref: 'feature' }, base: { ref: 'main' } },
});

for (const [what, name, payload, done] of [
  ['a pull request is opened', 'pull_request', pullRequest('opened'), ['deploy true with sources']],
  ['a pull request has a new commit', 'pull_request', pullRequest('synchronize'), ['deploy true with sources']],
  ['a pull request is closed', 'pull_request', pullRequest('closed'), ['destroy true without sources']],
  ['it is time', 'schedule', { schedule: '17 3 * * *' }, ['sweep  without sources']],
  ['somebody asks for it', 'workflow_dispatch', {}, ['sweep  without sources']],
  ['somebody asks for one', 'workflow_dispatch', { inputs: { number: '7' } }, ['deploy 7 with sources']],
  ['a branch is pushed', 'push', { ref: 'refs/heads/main' }, []],
] as const) {
  test(`previews: ${what}: ${done.join() || 'nothing happens'}`, async () => {
    const run = await runAct({
      repository,
      workflow: '.github/workflows/preview.yml',
      event: { name, payload },
      secrets: { KUBECONFIG: 'a kubeconfig' },
      env: { PATH: lab.env['PATH'] ?? '' },
      action,
    });
    assert.equal(run.exitCode, 0, run.raw);
    const said = run.jobs
      .flatMap(({ steps }) => steps.map(({ log }) => log.trim()))
      .filter((log) => log.endsWith('sources'));
    assert.deepEqual(said, done, run.raw);
  });
}
