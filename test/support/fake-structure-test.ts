import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { isJsonObject, numberAt, objectsAt, textAt, valueAt } from '../../src/values/json.ts';
import { readImage, type FakeImage } from './fake-structure-image.ts';

/**
 * Stands in for container-structure-test 1.19, run as a program (see fake-structure-program.ts). It reads real images from a registry that speaks plain
 * HTTP. What is kept of the contract of the real one:
 *
 * - `version` prints the version; `test` wants `--image` and `--config`, knows `--driver docker|tar`, `--output text|json`, and refuses other flags.
 * - JSON is one line on stdout: {"Pass","Fail","Total","Duration","Results":[{"Name","Pass","Stdout","Stderr","Errors","Duration"}]}, where empty texts,
 *   empty Errors and empty Results are left out. Exit code 1 and `level=fatal msg=FAIL` on stderr when a test failed, or none was run.
 * - Names are "Command Test: <name>", "File Existence Test: <name>", "File Content Test: <name>", "Metadata Test".
 * - A file that cannot be read, has no schemaVersion or an unknown key is a result without a name: "error parsing config file: …".
 * - The driver `tar` pulls by itself, and runs no commands. The driver `docker` runs commands by the docker engine, in an image that was pulled before.
 *
 * Left out: setup and teardown, license tests, permissions and owners of files, the driver `host`, regular expressions beyond those of JavaScript.
 */

type Result = {
  readonly Name: string;
  readonly Pass: boolean;
  readonly Errors?: readonly string[];
  readonly Stdout?: string;
};
type Options = { readonly image: string; readonly driver: string };

const NO_COMMANDS = 'Tar driver is unable to process commands, please use a different driver';
const KEYS = [
  'schemaVersion',
  'globalEnvVars',
  'commandTests',
  'fileExistenceTests',
  'fileContentTests',
  'metadataTest',
];

async function main([command, ...args]: readonly string[]): Promise<number> {
  if (command === 'version') {
    process.stdout.write('v1.19.3\n');
    return 0;
  }
  if (command !== 'test') {
    return refused(`unknown command "${command ?? ''}" for "container-structure-test"`);
  }
  const { values } = parseArgs({
    args: [...args],
    options: {
      image: { type: 'string', short: 'i', default: '' },
      config: { type: 'string', short: 'c', multiple: true, default: [] },
      driver: { type: 'string', short: 'd', default: 'docker' },
      output: { type: 'string', short: 'o', default: 'text' },
    },
  });
  if (values.image === '' || values.config.length === 0) {
    return refused(
      'Please supply path to image or oci image layout to test against, and at least one test config file',
    );
  }
  if (!['docker', 'tar'].includes(values.driver) || !['text', 'json'].includes(values.output)) {
    return refused(`unsupported driver type: ${values.driver}, or output: ${values.output}`);
  }
  const results: Result[] = [];
  for (const file of values.config) {
    results.push(...(await resultsOf(file, { image: values.image, driver: values.driver })));
  }
  return tell(results, values.output);
}

function tell(results: readonly Result[], output: string): number {
  const passed = results.filter(({ Pass }) => Pass).length;
  const failed = results.length - passed;
  const counts = { Pass: passed, Fail: failed, Total: results.length, Duration: 1_000_000 * results.length };
  const listed = results.map((result) => ({ ...result, Duration: 1_000_000 }));
  process.stdout.write(
    output === 'json'
      ? `${JSON.stringify({ ...counts, ...(listed.length === 0 ? {} : { Results: listed }) })}\n`
      : `Passes: ${passed}\nFailures: ${failed}\n`,
  );
  return results.length === 0 || failed > 0 ? refused('FAIL') : 0;
}

function refused(words: string): number {
  process.stderr.write(`time="2026-01-01T00:00:00Z" level=fatal msg="${words}"\n`);
  return 1;
}

async function resultsOf(file: string, options: Options): Promise<readonly Result[]> {
  let tests: unknown;
  try {
    tests = readTests(file);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return [{ Name: '', Pass: false, Errors: [`error parsing config file: ${words}`] }];
  }
  const image = await readImage(options.image);
  const metadata = valueAt(tests, 'metadataTest');
  return [
    ...objectsAt(tests, 'commandTests').map((test) => commandResult(test, options)),
    ...objectsAt(tests, 'fileExistenceTests').map((test) => existenceResult(test, image)),
    ...objectsAt(tests, 'fileContentTests').map((test) => contentResult(test, image)),
    ...(isJsonObject(metadata) ? [metadataResult(metadata, image)] : []),
  ];
}

function readTests(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  if (!['.yaml', '.yml', '.json'].includes(extname(file))) {
    throw new Error('Please provide valid JSON or YAML config file');
  }
  const tests: unknown = extname(file) === '.json' ? JSON.parse(text) : parse(text);
  const version = textAt(tests, 'schemaVersion');
  if (version === undefined) {
    throw new Error('Please provide schema version');
  }
  if (version !== '2.0.0') {
    throw new Error(`Unsupported schema version: ${version}`);
  }
  const unknown = Object.keys(isJsonObject(tests) ? tests : {}).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    const line = text.split('\n').findIndex((words) => words.includes(unknown)) + 1;
    const words = `line ${line}: field ${unknown} not found in type v2.StructureTest`;
    throw new Error(`error unmarshalling config: yaml: unmarshal errors:\n  ${words}`);
  }
  return tests;
}

function result(name: string, errors: readonly string[], stdout = ''): Result {
  return {
    Name: name,
    Pass: errors.length === 0,
    ...(stdout === '' ? {} : { Stdout: stdout }),
    ...(errors.length === 0 ? {} : { Errors: errors }),
  };
}

function texts(test: unknown, key: string): readonly string[] {
  const values = valueAt(test, key);
  return (Array.isArray(values) ? values : []).map(String);
}

function commandResult(test: unknown, { image, driver }: Options): Result {
  const name = `Command Test: ${textAt(test, 'name') ?? ''}`;
  if (driver === 'tar') {
    return result(name, [NO_COMMANDS]);
  }
  const command = textAt(test, 'command') ?? '';
  const options = ['run', '--rm', '--network=host', '--entrypoint', command, image, ...texts(test, 'args')];
  const { stdout, exitCode } = runDocker(options);
  const expectedCode = numberAt(test, 'exitCode') ?? 0;
  const errors = [
    ...texts(test, 'expectedOutput')
      .filter((text) => !new RegExp(text).test(stdout))
      .map((text) => `Expected string '${text}' not found in output '${stdout}'`),
    ...(exitCode === expectedCode
      ? []
      : [
          `Test '${textAt(test, 'name') ?? ''}' exited with incorrect error code. Expected: ${expectedCode}, Actual: ${exitCode}`,
        ]),
  ];
  return result(name, errors, stdout);
}

function runDocker(args: readonly string[]): { readonly stdout: string; readonly exitCode: number } {
  try {
    return {
      stdout: execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
      exitCode: 0,
    };
  } catch (error) {
    return { stdout: textAt(error, 'stdout') ?? '', exitCode: numberAt(error, 'status') ?? 1 };
  }
}

function existenceResult(test: unknown, { files }: FakeImage): Result {
  const [name, path] = [`File Existence Test: ${textAt(test, 'name') ?? ''}`, textAt(test, 'path') ?? ''];
  const isThere = files.has(path);
  const isWanted = valueAt(test, 'shouldExist') !== false;
  if (isThere === isWanted) {
    return result(name, []);
  }
  return result(name, [
    isWanted
      ? `Error examining file in container: stat ${path}: no such file or directory`
      : `File ${path} should not exist but does`,
  ]);
}

function contentResult(test: unknown, { files }: FakeImage): Result {
  const [name, path] = [`File Content Test: ${textAt(test, 'name') ?? ''}`, textAt(test, 'path') ?? ''];
  const content = files.get(path);
  if (content === undefined) {
    return result(name, [`Failed to open ${path}. Error: open ${path}: no such file or directory`]);
  }
  const missing = texts(test, 'expectedContents').filter((text) => !new RegExp(text).test(content));
  return result(
    name,
    missing.map((text) => `Expected string '${text}' not found in file content string '${content}'`),
  );
}

function metadataResult(test: unknown, { config }: FakeImage): Result {
  const env = new Map(
    texts(config, 'Env').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const workdir = textAt(config, 'WorkingDir') ?? '';
  const wantedWorkdir = textAt(test, 'workdir');
  const errors = [
    ...objectsAt(test, 'env').flatMap((pair) => {
      const [key, wanted] = [textAt(pair, 'key') ?? '', textAt(pair, 'value') ?? ''];
      const found = env.get(key);
      if (found === undefined) {
        return [`variable ${key} not found in image env`];
      }
      return found === wanted ? [] : [`env var ${key} value ${found} does not match expected value: ${wanted}`];
    }),
    ...(wantedWorkdir === undefined || wantedWorkdir === workdir
      ? []
      : [`Image workdir ${workdir} does not match config workdir: ${wantedWorkdir}`]),
  ];
  return result('Metadata Test', errors);
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) =>
  refused(error instanceof Error ? error.message : String(error)),
);
