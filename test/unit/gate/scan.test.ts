import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createCancellation } from '../../../src/adapters/cancellation.ts';
import { createExec } from '../../../src/adapters/exec.ts';
import { createFiles } from '../../../src/adapters/files.ts';
import { scanFailure, scanImages, type ScanOutcome } from '../../../src/gate/scan.ts';
import type { Happening } from '../../../src/ports.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const DIGEST = `sha256:${'12'.repeat(32)}`;
const APP = parseImageReference(`reg.example/org/app:v1@${DIGEST}`);
const AGENT = parseImageReference(`reg.example/org/agent:v1@${DIGEST}`);

const SARIF = JSON.stringify({
  version: '2.1.0',
  runs: [
    {
      results: [
        { ruleId: 'R2', level: 'warning', message: { text: 'old' } },
        {
          ruleId: 'R1',
          level: 'error',
          message: { text: 'bad' },
          locations: [{ physicalLocation: { artifactLocation: { uri: 'Dockerfile' }, region: { startLine: 2 } } }],
        },
      ],
    },
  ],
});

/** Scans with a real bash, in a workspace with a Dockerfile and a file findings.sarif. */
async function scan(t: TestContext, scanCommand: string | undefined, images = [APP]) {
  const folder = await temporaryFolder(t);
  const workspace = join(folder, 'work space');
  await mkdir(workspace);
  await writeFile(join(workspace, 'Dockerfile'), 'FROM a\nRUN b\n');
  await writeFile(join(workspace, 'findings.sarif'), SARIF);
  const heard: Happening[] = [];
  const ports = {
    exec: createExec(createCancellation()),
    files: createFiles(),
    notify: (happening: Happening) => heard.push(happening),
    assertNotCancelled: () => {},
  };
  const plan = { imageTests: [], scanCommand, workspace, folder: join(folder, 'private') };
  const outcomes = await scanImages(images, plan, { DOCKER_CONFIG: '/private/docker' }, ports);
  const textsOf = (kind: string): readonly string[] =>
    heard.flatMap((one) => (one.kind === kind && 'text' in one ? [one.text] : []));
  return { outcomes, textsOf };
}

const only = ([outcome]: readonly ScanOutcome[]): ScanOutcome => {
  assert.ok(outcome !== undefined);
  return outcome;
};

test('the command is told the image by its digest, where credentials are, and where findings go', async (t) => {
  const { outcomes, textsOf } = await scan(
    t,
    'echo "$IMAGE|$REPOSITORY|$DIGEST|$DOCKER_CONFIG"; pwd; [ -f "$SARIF_FILE" ]; [ ! -s "$SARIF_FILE" ]',
  );
  const [told = '', folder = ''] = textsOf('output');
  assert.equal(told, `reg.example/org/app:v1@${DIGEST}|reg.example/org/app|${DIGEST}|/private/docker`);
  assert.match(folder, /work space$/);
  assert.deepEqual(only(outcomes), {
    image: APP,
    result: 'passed',
    ending: 'exit code 0',
    counts: undefined,
    findings: [],
  });
  assert.equal(scanFailure(outcomes), undefined);
});

test('what is found in an image that passes is advice, the worst first', async (t) => {
  const { outcomes } = await scan(t, 'cp findings.sarif "$SARIF_FILE"');
  const { result, counts, findings } = only(outcomes);
  assert.deepEqual([result, counts], ['passed', '1 error, 1 warning']);
  assert.deepEqual(findings, [{ message: 'R1: bad', file: 'Dockerfile', line: 2 }, { message: 'R2: old' }]);
  assert.equal(scanFailure(outcomes), undefined);
});

test('a command that refuses an image is a failure with the exit code, the counts, and what was found', async (t) => {
  const { outcomes } = await scan(t, 'cp findings.sarif "$SARIF_FILE"; echo "2 findings" >&2; exit 3');
  const failure = scanFailure(outcomes);
  const message = `The scan command refuses reg.example/org/app:v1@${DIGEST}: exit code 3 (2 findings). It found 1 error, 1 warning.`;
  assert.deepEqual([failure?.code, failure?.message], ['scan-failed', message]);
  assert.deepEqual(
    failure?.problems.map(({ file, line, message: words }) => [words, file, line]),
    [
      [message, undefined, undefined],
      ['R1: bad', 'Dockerfile', 2],
      ['R2: old', undefined, undefined],
    ],
  );
});

test('a pipe that breaks at its beginning fails, and what comes after is not run', async (t) => {
  const { outcomes, textsOf } = await scan(t, 'false | cat\necho never');
  assert.deepEqual([only(outcomes).result, only(outcomes).ending, textsOf('output')], ['failed', 'exit code 1', []]);
});

for (const [says, command] of [
  ['nonsense', 'echo "<html>" > "$SARIF_FILE"'],
  ['another version', `echo '{"version":"1.0"}' > "$SARIF_FILE"`],
] as const) {
  test(`a SARIF file with ${says} is a warning, and the exit code decides`, async (t) => {
    const { outcomes, textsOf } = await scan(t, command);
    assert.deepEqual(
      [only(outcomes).result, only(outcomes).counts, only(outcomes).findings],
      ['passed', undefined, []],
    );
    assert.match(
      textsOf('warning').join('\n'),
      /^What the scan command wrote into SARIF_FILE of reg\.example\/org\/app cannot be read: /,
    );
  });
}

test('a command that removes the file, or makes it a folder, has found nothing', async (t) => {
  assert.equal(only((await scan(t, 'rm "$SARIF_FILE"')).outcomes).counts, undefined);
  assert.equal(only((await scan(t, 'rm "$SARIF_FILE"; mkdir "$SARIF_FILE"')).outcomes).counts, undefined);
});

test('every image is scanned, whatever becomes of the others', async (t) => {
  const { outcomes } = await scan(t, 'case $IMAGE in *agent*) ;; *) exit 1 ;; esac', [APP, AGENT]);
  assert.deepEqual(
    outcomes.map(({ result }) => result),
    ['failed', 'passed'],
  );
  assert.match(scanFailure(outcomes)?.message ?? '', /^The scan command refuses reg\.example\/org\/app/);
  const both = scanFailure((await scan(t, 'exit 1', [APP, AGENT])).outcomes);
  assert.deepEqual([both?.message, both?.problems.length], ['The scan command refuses 2 of 2 images', 2]);
});

test('without a command nothing is run', async (t) => {
  assert.deepEqual((await scan(t, undefined)).outcomes, []);
});
