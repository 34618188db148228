import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { imageTestFailure, testImages } from '../../../src/gate/image-tests.ts';
import { readTestSummary } from '../../../src/gate/test-result.ts';
import type { Command, CommandResult } from '../../../src/ports.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import { failureOfWork } from '../../support/failures.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { memoryFiles } from '../../support/memory-files.ts';

const DIGEST = `sha256:${'12'.repeat(32)}`;
const APP = parseImageReference(`reg.example/org/app:v1@${DIGEST}`);
const AGENT = parseImageReference(`reg.example/org/agent:v1@${DIGEST}`);
const TESTER = { path: '/tools/container-structure-test', env: { DOCKER_CONFIG: '/private/docker' } };

/** Where each test has its line. */
const FILES = {
  '/checkout/test/app.yaml': 'schemaVersion: 2.0.0\ncommandTests:\n  - name: node runs\n    command: node\n',
  '/checkout/test/agent.yaml': 'schemaVersion: 2.0.0\n',
  '/checkout/test/more/user.json': '{}',
};

type Result = { readonly Name: string; readonly Pass: boolean; readonly Errors?: readonly string[] };

const PASSED: Result = { Name: 'Command Test: node runs', Pass: true };
const FAILED: Result = {
  Name: 'Command Test: node runs',
  Pass: false,
  Errors: [
    "Expected string 'v24' not found in output string 'v20'",
    'Test "node runs" exited with incorrect error code',
  ],
};

/** The line that the tester prints for its results. */
function summary(results: readonly Result[]): string {
  const passed = results.filter(({ Pass }) => Pass).length;
  const counts = { Pass: passed, Fail: results.length - passed, Total: results.length, Duration: 12 };
  return `${JSON.stringify({ ...counts, ...(results.length === 0 ? {} : { Results: results }) })}\n`;
}

const DONE: CommandResult = { exitCode: 0, stdout: '', stderr: '', timedOut: false };

/** A runner with or without docker, and a tester that finds the results of a file. */
function runner({
  results = {},
  answer,
  docker = '/usr/bin/docker',
  pull = DONE,
}: {
  readonly results?: Readonly<Record<string, readonly Result[]>>;
  readonly answer?: CommandResult;
  readonly docker?: string | undefined | null;
  readonly pull?: CommandResult;
}) {
  const commands: Command[] = [];
  const run = async (command: Command): Promise<CommandResult> => {
    commands.push(command);
    if (command.tool === docker) {
      return pull;
    }
    const config = command.args[command.args.indexOf('--config') + 1] ?? '';
    const found = results[config.replace('/checkout/', '')] ?? [PASSED];
    const isGood = found.length > 0 && found.every(({ Pass }) => Pass);
    return answer ?? { ...DONE, exitCode: isGood ? 0 : 1, stdout: summary(found) };
  };
  const toolCache = { onPath: async () => docker ?? undefined };
  return { commands, ports: fakePorts({ exec: { run }, toolCache, files: memoryFiles(FILES) }) };
}

const plan = (...imageTests: readonly string[]) => ({
  imageTests,
  scanCommand: undefined,
  workspace: '/checkout',
  folder: '/private',
});

describe('which files are for which image', () => {
  for (const [says, lines, tested] of [
    ['a path is for all images', ['test/app.yaml'], ['org/app test/app.yaml', 'org/agent test/app.yaml']],
    ['a path may be for one', ['reg.example/org/agent=test/agent.yaml'], ['org/agent test/agent.yaml']],
    [
      'a glob finds several, each once',
      ['reg.example/org/app=test/**/*.{yaml,json}', 'reg.example/org/app=test/app.yaml'],
      ['org/app test/agent.yaml', 'org/app test/app.yaml', 'org/app test/more/user.json'],
    ],
    ['no lines are no tests', [], []],
  ] as const) {
    test(says, async () => {
      const outcomes = await testImages([APP, AGENT], plan(...lines), TESTER, runner({}).ports);
      assert.deepEqual(
        outcomes.map(({ image, file }) => `${image.path} ${file}`),
        tested,
      );
    });
  }

  test('a line that finds nothing, or is for no image of the run, is an error before anything is run', async () => {
    const { ports, commands } = runner({});
    const lines = ['test/none.yaml', 'reg.example/org/other=test/app.yaml'];
    const failure = await failureOfWork(() => testImages([APP], plan(...lines), TESTER, ports));
    assert.deepEqual(
      [failure.code, failure.lines],
      [
        'input-invalid',
        [
          'image-tests: "test/none.yaml" finds no file',
          'image-tests: "reg.example/org/other=test/app.yaml" is for an image that is not deployed',
        ],
      ],
    );
    assert.deepEqual(commands, []);
  });
});

test('an image is pulled once, with the credentials of the job, and tested by its digest', async () => {
  const { ports, commands } = runner({});
  await testImages([APP, AGENT], plan('reg.example/org/app=test/*.yaml'), TESTER, ports);
  const [pull, first] = commands;
  assert.deepEqual(pull?.args, ['pull', '--quiet', `reg.example/org/app@${DIGEST}`]);
  assert.deepEqual(first?.args, [
    'test',
    '--image',
    `reg.example/org/app@${DIGEST}`,
    '--config',
    '/checkout/test/agent.yaml',
    '--driver',
    'docker',
    '--output',
    'json',
  ]);
  assert.deepEqual(
    commands.map(({ env }) => env?.['DOCKER_CONFIG']),
    ['/private/docker', '/private/docker', '/private/docker'],
  );
});

test('a runner without docker tests what needs no engine', async () => {
  const { ports, commands } = runner({ docker: null });
  await testImages([APP], plan('test/app.yaml'), TESTER, ports);
  assert.deepEqual([commands.length, commands[0]?.args.includes('tar')], [1, true]);
});

test('tests that pass are counted, and are no failure', async () => {
  const outcomes = await testImages([APP], plan('test/app.yaml'), TESTER, runner({}).ports);
  assert.deepEqual(outcomes, [{ image: APP, file: 'test/app.yaml', passed: 1, problems: [] }]);
  assert.equal(imageTestFailure(outcomes), undefined);
});

test('each test that fails is a problem at its line, for each image', async () => {
  const results = { 'test/app.yaml': [PASSED, FAILED] };
  const outcomes = await testImages([APP, AGENT], plan('test/app.yaml'), TESTER, runner({ results }).ports);
  const failure = imageTestFailure(outcomes);
  assert.deepEqual(
    [failure?.code, failure?.message],
    ['image-test-failed', '2 image tests failed; nothing was deployed'],
  );
  const words = `Command Test: node runs: ${FAILED.Errors?.join('; ')}`;
  assert.deepEqual(failure?.problems, [
    { message: `${words} (reg.example/org/app)`, file: 'test/app.yaml', line: 3 },
    { message: `${words} (reg.example/org/agent)`, file: 'test/app.yaml', line: 3 },
  ]);
});

test('a file that the tester cannot read is the problem itself', async () => {
  const broken = { Name: '', Pass: false, Errors: ['error parsing config file: Please provide schema version'] };
  const results = { 'test/agent.yaml': [broken] };
  const outcomes = await testImages([APP], plan('test/agent.yaml'), TESTER, runner({ results }).ports);
  assert.equal(
    imageTestFailure(outcomes)?.message,
    'test/agent.yaml: error parsing config file: Please provide schema version (reg.example/org/app)',
  );
});

test('an image that cannot be pulled is told once, and not tested', async () => {
  const pull = { ...DONE, exitCode: 1, stderr: 'Error response from daemon: no basic auth credentials\n' };
  const { ports, commands } = runner({ pull });
  const outcomes = await testImages([APP], plan('test/*.yaml'), TESTER, ports);
  const failure = imageTestFailure(outcomes);
  assert.equal(
    failure?.message,
    `reg.example/org/app@${DIGEST} cannot be pulled for its tests: exit code 1: Error response from daemon: no basic auth credentials`,
  );
  assert.deepEqual([failure.code, failure.problems.length, commands.length], ['image-test-failed', 1, 1]);
});

for (const [says, answer, message] of [
  [
    'garbage',
    { ...DONE, stdout: 'Segmentation fault\n', exitCode: 139 },
    'container-structure-test on reg.example/org/app: it printed no result (exit code 139: Segmentation fault)',
  ],
  [
    'nothing in time',
    { ...DONE, exitCode: 143, timedOut: true },
    'container-structure-test on reg.example/org/app: it printed no result (stopped, for it took too long)',
  ],
] as const) {
  test(`a tester that prints ${says} is a failure with what came`, async () => {
    const outcomes = await testImages([APP], plan('test/app.yaml'), TESTER, runner({ answer }).ports);
    assert.equal(imageTestFailure(outcomes)?.message, `test/app.yaml: ${message}`);
  });
}

describe('the result of the tester is checked, not trusted', () => {
  for (const [says, stdout, exitCode, message] of [
    ['cut off', '{"Pass":1,"Fail"', 0, /JSON/],
    ['without counts', '{"Results":[]}', 0, /lacks Pass, Fail, Total or Results/],
    ['with counts of another kind', '{"Pass":"1","Fail":0,"Total":1,"Results":[{"Pass":true}]}', 0, /lacks Pass/],
    ['no tests', '{"Pass":0,"Fail":0,"Total":0}', 1, /ran no test/],
    ['more than it lists', '{"Pass":2,"Fail":0,"Total":2,"Results":[{"Pass":true}]}', 0, /counts 2 and 0 of 2/],
    [
      'a failure that is not counted',
      '{"Pass":1,"Fail":0,"Total":1,"Results":[{"Pass":false}]}',
      0,
      /lists 1 failures/,
    ],
    ['a sum that is wrong', '{"Pass":1,"Fail":0,"Total":2,"Results":[{"Pass":true},{"Pass":true}]}', 0, /counts 1/],
    ['all well, but a bad end', summary([PASSED]), 1, /has 0 failures, but it ended with exit code 1/],
    ['failures, but a good end', summary([FAILED]), 0, /has 1 failures, but it ended with exit code 0/],
  ] as const) {
    test(says, () => assert.throws(() => readTestSummary(stdout, exitCode), message));
  }

  test('lines of others before it do not matter', () => {
    const stdout = `{"status":"Pulling"}\nwarning\n${summary([PASSED, FAILED])}`;
    assert.deepEqual(readTestSummary(stdout, 1), {
      passed: 1,
      failures: [{ name: FAILED.Name, errors: FAILED.Errors }],
    });
  });
});
