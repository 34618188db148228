import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { objectsAt, textAt, type JsonObject } from '../../src/values/json.ts';
import { startDockerEngine } from '../lab/native/docker-engine.ts';
import { annotatedPlaces, problemsIn, refusedDeploy } from '../support/refused-deploy.ts';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';
import { configMapText, documents, workloadText } from '../support/workload-text.ts';

/** What an image has to pass after it was pushed and before the cluster is touched: a scanner, and container-structure-test (a stand-in). */

let scene: Scene;
let programs: string;
/** "127.0.0.1:21003/e2e/server:<sha>@sha256:…" */
let pinned: string;

const DOCKERFILE = 'FROM busybox:1\nWORKDIR /app\nENV NAME=gates\nCOPY words .\nUSER 1000\n';
const TESTER = join(import.meta.dirname, '../support/fake-structure-test.ts');
const TESTER_PROGRAM = `#!/bin/sh\nexec '${process.execPath}' '${TESTER}' "$@"\n`;

before(async () => {
  scene = await openScene('gates');
  programs = mkdtempSync(join(tmpdir(), 'e2e-gates-'));
  scene.write('Dockerfile', DOCKERFILE);
  scene.write('.dockerignore', '*.md\n');
  scene.write('words', 'one\n');
  scene.write(
    'k8s.yaml',
    documents(
      configMapText('settings', { key: 'one' }),
      workloadText({ name: 'server', containers: [{ image: `${scene.repository}:main` }] }),
    ),
  );
  const built = await scene.deploy({
    inputs: { image: scene.repository, context: '.', namespace: '', kubeconfig: '' },
  });
  assert.equal(built.exitCode, 0, built.log);
  pinned = built.outputs['image'] ?? '';
});
after(async () => {
  rmSync(programs, { recursive: true, force: true });
  await scene.close();
});

function wish(inputs: Readonly<Record<string, string>>, more: Wish = {}): Wish {
  return { ...more, inputs: { images: pinned, manifests: 'k8s.yaml', timeout: '60s', ...inputs } };
}

const reportOf = ({ report }: Deploy): JsonObject => JSON.parse(report);

/** The rows of the table of checks: "scan 127.0.0.1:21003/e2e/server ✅ exit code 0". */
const checksIn = ({ summary }: Deploy): readonly string[] =>
  (/### Checks of the images\n\n.*\n.*\n((?:\|.*\n)+)/.exec(summary)?.[1] ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => cells.filter((cell) => cell !== '').join(' '));

const isDeployed = async (): Promise<boolean> =>
  (await scene.cluster.kubectl(['get', 'deployments', '--output=name'])).includes('server');

const result = (ruleId: string, level: string, text: string, uri?: string, startLine = 1): object => ({
  ruleId,
  level,
  message: { text },
  ...(uri === undefined
    ? {}
    : { locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine } } }] }),
});
const sarifOf = (results: readonly object[]): string =>
  JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'scanner' } }, results }] });

/** The folder of a runner with nothing but kubectl, buildx and a shell, and these programs. */
function runnerWith(own: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(programs, 'runner-'));
  const tools = scene.lab.env['LAB_TOOLS'] ?? '';
  const all = {
    kubectl: join(tools, 'kubectl'),
    buildx: join(tools, 'buildx'),
    bash: '/bin/bash',
    sh: '/bin/sh',
    ...links,
  };
  Object.entries(all).forEach(([name, target]) => symlinkSync(target, join(folder, name)));
  Object.entries(own).forEach(([name, text]) => writeFileSync(join(folder, name), text, { mode: 0o755 }));
  return folder;
}

const withTester = (): string => runnerWith({ 'container-structure-test': TESTER_PROGRAM });

describe('image-tests', () => {
  const PASSING = `schemaVersion: 2.0.0
fileExistenceTests:
  - name: the words are there
    path: /app/words
fileContentTests:
  - name: they are these
    path: /app/words
    expectedContents: [one]
metadataTest:
  workdir: /app
`;
  const FAILING = PASSING.replace('path: /app/words', 'path: /app/missing')
    .replace('[one]', '[two]')
    .replace('workdir: /app', 'workdir: /srv');

  before(() => {
    scene.write('tests/passing.yaml', PASSING);
    scene.write('tests/failing.yaml', FAILING);
    scene.write('tests/unknown.yaml', 'schemaVersion: 2.0.0\nfileExistanceTests: []\n');
    scene.write(
      'tests/commands.yaml',
      `schemaVersion: 2.0.0
commandTests:
  - name: it reads the words
    command: cat
    args: [/app/words]
    expectedOutput: [one]
  - name: it has a shell
    command: 'false'
`,
    );
  });

  test('that fail are told each with its file and line, and nothing in the cluster is changed', async () => {
    const deploy = await refusedDeploy(scene, wish({ 'image-tests': 'tests/failing.yaml' }, { path: withTester() }));

    assert.equal(deploy.outputs['reason'], 'image-test-failed', deploy.log);
    assert.deepEqual(annotatedPlaces(deploy), [
      'image-test-failed tests/failing.yaml:3',
      'image-test-failed tests/failing.yaml:6',
      'image-test-failed tests/failing.yaml:9',
    ]);
    assert.deepEqual(problemsIn(deploy), [
      `tests/failing.yaml:3: File Existence Test: the words are there: Error examining file in container: stat /app/missing: no such file or directory (${scene.repository})`,
      `tests/failing.yaml:6: File Content Test: they are these: Expected string 'two' not found in file content string 'one ' (${scene.repository})`,
      `tests/failing.yaml:9: Metadata Test: Image workdir /app does not match config workdir: /srv (${scene.repository})`,
    ]);
    assert.deepEqual(checksIn(deploy), [`\`tests/failing.yaml\` ${scene.repository} ❌ 3 failed, 0 passed`]);
    assert.equal(await isDeployed(), false);
  });

  test('of several files are all run, also when the first has failures', async () => {
    const deploy = await refusedDeploy(scene, wish({ 'image-tests': 'tests/[fp]a*.yaml' }, { path: withTester() }));

    assert.deepEqual(checksIn(deploy).toSorted(), [
      `\`tests/failing.yaml\` ${scene.repository} ❌ 3 failed, 0 passed`,
      `\`tests/passing.yaml\` ${scene.repository} ✅ 3 passed`,
    ]);
    const entries = objectsAt(reportOf(deploy), 'imageTests');
    assert.deepEqual(
      entries.map((entry) => [textAt(entry, 'file'), entry['passed']]),
      [
        ['tests/failing.yaml', 0],
        ['tests/passing.yaml', 3],
      ],
    );
  });

  test('with a mistake in the file are a failure at its line', async () => {
    const deploy = await refusedDeploy(scene, wish({ 'image-tests': 'tests/unknown.yaml' }, { path: withTester() }));

    assert.deepEqual(annotatedPlaces(deploy), ['image-test-failed tests/unknown.yaml:2'], deploy.log);
    assert.match(deploy.log, /field fileExistanceTests not found/);
  });

  test('that are not found, or are for an image of nobody, are wrong inputs: all of them, and no tester is installed', async () => {
    const lines = 'tests/nothing-*.yaml\nghcr.io/org/other=tests/passing.yaml';
    const deploy = await refusedDeploy(scene, wish({ 'image-tests': lines }, { path: runnerWith({}) }));

    assert.equal(deploy.outputs['reason'], 'input-invalid', deploy.log);
    assert.deepEqual(problemsIn(deploy), [
      'image-tests: "tests/nothing-*.yaml" finds no file',
      'image-tests: "ghcr.io/org/other=tests/passing.yaml" is for an image that is not deployed',
    ]);
    assert.doesNotMatch(deploy.log, /Install container-structure-test/);
  });

  for (const [says, program, message] of [
    ['prints garbage', 'echo Segmentation fault >&2\nexit 139', /it printed no result \(exit code 139: Segmentation/],
    ['is not to be believed', `echo '{"Pass":1,"Fail":0,"Total":2,"Results":[]}'`, /its result counts 1 and 0 of 2/],
    [
      'says that all is well and ends red',
      `echo '{"Pass":1,"Fail":0,"Total":1,"Results":[{"Name":"a","Pass":true}]}'\nexit 1`,
      /its result has 0 failures, but it ended with exit code 1/,
    ],
    ['runs no test', `echo '{"Pass":0,"Fail":0,"Total":0}'\nexit 1`, /it ran no test/],
  ] as const) {
    test(`by a tester that ${says} are a failure`, async () => {
      const script = `#!/bin/sh\n[ "$1" = version ] && echo v1.19.3 && exit 0\n${program}\n`;
      const path = runnerWith({ 'container-structure-test': script });

      const deploy = await refusedDeploy(scene, wish({ 'image-tests': 'tests/passing.yaml' }, { path }));

      assert.equal(deploy.outputs['reason'], 'image-test-failed', deploy.log);
      assert.match(deploy.log, message);
    });
  }

  test('are run by a tester that is downloaded once, verified, and kept in the tool cache', async (t) => {
    const version = 'v1.19.3';
    const sum = createHash('sha256').update(TESTER_PROGRAM).digest('hex');
    const file = `container-structure-test-linux-${process.arch === 'x64' ? 'amd64' : process.arch}`;
    const site = await serve(t, { [`/${version}/${file}`]: TESTER_PROGRAM, [`/${version}/${file}.sha256`]: sum });
    const cache = mkdtempSync(join(programs, 'tool-cache-'));
    const bare = (inputs: Readonly<Record<string, string>> = {}): Wish =>
      wish(
        { 'image-tests': 'tests/failing.yaml', 'structure-test-mirror': site.url, ...inputs },
        { path: runnerWith({}), env: { RUNNER_TOOL_CACHE: cache } },
      );

    const wrong = await refusedDeploy(scene, bare({ 'structure-test-version': `${version}@sha256:${'0'.repeat(64)}` }));
    assert.equal(wrong.outputs['reason'], 'tool-checksum-mismatch', wrong.log);

    const first = await refusedDeploy(scene, bare({ 'structure-test-version': `${version}@sha256:${sum}` }));
    assert.match(first.log, /^container-structure-test v1\.19\.3 \(download\)$/m);
    assert.equal(first.outputs['reason'], 'image-test-failed', first.log);

    const downloads = site.paths.length;
    const second = await refusedDeploy(scene, bare({ 'structure-test-version': `${version}@sha256:${sum}` }));
    assert.match(second.log, /^container-structure-test v1\.19\.3 \(cache\)$/m);
    assert.equal(second.outputs['reason'], 'image-test-failed', second.log);
    assert.equal(site.paths.length, downloads);
  });

  test('run commands in the image where there is a docker engine, which pulls it by its digest', async (t) => {
    if (scene.lab.provider !== 'native') {
      t.skip('the docker engine is one of the native lab');
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'gates-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const engine = await startDockerEngine({ folder, registry: scene.lab.env['REGISTRY'] ?? '', progress: () => {} });
    t.after(async () => engine.stop());
    const path = runnerWith({ 'container-structure-test': TESTER_PROGRAM }, { docker: engine.cli });
    const env = { DOCKER_HOST: engine.host };

    const deploy = await refusedDeploy(scene, wish({ 'image-tests': 'tests/commands.yaml' }, { path, env }));

    assert.deepEqual(annotatedPlaces(deploy), ['image-test-failed tests/commands.yaml:7'], deploy.log);
    assert.ok(deploy.log.includes(`$ docker pull --quiet ${pinned.replace(/:[^:@]+@/, '@')}`), deploy.log);
    assert.match(deploy.log, /Test 'it has a shell' exited with incorrect error code\. Expected: 0, Actual: 1/);
    assert.deepEqual(checksIn(deploy), [`\`tests/commands.yaml\` ${scene.repository} ❌ 1 failed, 1 passed`]);

    const away = await refusedDeploy(
      scene,
      wish({ 'image-tests': 'tests/*ing.yaml' }, { path, env: { DOCKER_HOST: `unix://${folder}/nowhere.sock` } }),
    );
    assert.equal(away.outputs['reason'], 'image-test-failed', away.log);
    assert.match(away.log, /^failed: .* cannot be pulled for its tests: exit code 1: .*nowhere\.sock/m);
  });

  test('that pass let the image through', async () => {
    const deploy = await scene.deploy(wish({ 'image-tests': 'tests/passing.yaml' }, { path: withTester() }));

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.match(deploy.log, /^tests\/passing\.yaml on \S+: 3 passed, 0 failed$/m);
    assert.deepEqual(checksIn(deploy), [`\`tests/passing.yaml\` ${scene.repository} ✅ 3 passed`]);
    assert.ok(deploy.log.indexOf('::group::Test images') < deploy.log.indexOf('::group::Apply'));
    assert.equal(await isDeployed(), true);
  });
});

describe('scan-command', () => {
  before(async () => {
    // What is refused would change something, if it were let through.
    scene.write('k8s.yaml', readFileSync(join(scene.workspace, 'k8s.yaml'), 'utf8').replace('"one"', '"two"'));
  });

  const FINDINGS = [
    result('CVE-2026-0001', 'error', 'busybox 1.36 can be tricked', 'library/busybox'),
    result('DS-0002', 'error', 'The image may write to its own files', 'Dockerfile', 4),
    result('CVE-2026-0003', 'warning', 'An old certificate', 'words', 1),
  ];

  test('that ends with another exit code than 0 stops the deploy, and its SARIF becomes annotations and a row of the summary', async () => {
    scene.write('scan.sarif', sarifOf(FINDINGS));
    const command = 'cp scan.sarif "$SARIF_FILE"; echo "3 vulnerabilities"; exit 7';

    const deploy = await refusedDeploy(scene, wish({ 'scan-command': command }));

    assert.equal(deploy.outputs['reason'], 'scan-failed', deploy.log);
    assert.ok(
      deploy.log.includes(
        `The scan command refuses ${pinned}: exit code 7 (3 vulnerabilities). It found 2 errors, 1 warning.`,
      ),
      deploy.log,
    );
    assert.deepEqual(annotatedPlaces(deploy), [
      'scan-failed',
      'scan-failed',
      'scan-failed Dockerfile:4',
      'scan-failed words:1',
    ]);
    assert.deepEqual(checksIn(deploy), [
      `scan ${scene.repository} ❌ exit code 7 (3 vulnerabilities); 2 errors, 1 warning`,
    ]);
    const [scan] = objectsAt(reportOf(deploy), 'scans');
    assert.deepEqual(
      [textAt(scan, 'image'), textAt(scan, 'result'), objectsAt(scan, 'findings').length],
      [pinned, 'failed', 3],
    );
  });

  test('that ends red without any SARIF says its last line', async () => {
    const deploy = await refusedDeploy(scene, wish({ 'scan-command': 'echo the database is old >&2; exit 2' }));

    assert.match(deploy.log, /^failed: The scan command refuses \S+: exit code 2 \(the database is old\)\.$/m);
    assert.deepEqual(annotatedPlaces(deploy), ['scan-failed']);
    assert.deepEqual(checksIn(deploy), [`scan ${scene.repository} ❌ exit code 2 (the database is old)`]);
  });

  test('that is not installed, or fails in the middle of a pipe, stops the deploy', async () => {
    const missing = await refusedDeploy(scene, wish({ 'scan-command': 'no-such-scanner "$IMAGE"' }));
    assert.match(missing.log, /exit code 127 \(.*no-such-scanner: command not found\)/);

    const pipe = await refusedDeploy(scene, wish({ 'scan-command': 'false | cat' }));
    assert.match(pipe.log, /exit code 1\./);
  });

  test('whose SARIF cannot be read is judged by its exit code alone, with a warning', async () => {
    const command = 'echo "{ not sarif" >"$SARIF_FILE"; exit 1';
    const deploy = await refusedDeploy(scene, wish({ 'scan-command': command }));

    assert.match(deploy.log, /^warning: What the scan command wrote into SARIF_FILE of \S+ cannot be read: .*JSON/m);
    assert.match(deploy.log, /^failed: The scan command refuses \S+: exit code 1\.$/m);
  });

  test('with hundreds of findings makes ten annotations, the worst ones', async () => {
    const many = Array.from({ length: 300 }, (_, index) => result(`CVE-${index}`, 'warning', `old ${index}`, 'words'));
    scene.write('scan.sarif', sarifOf([...many, ...FINDINGS]));

    const deploy = await refusedDeploy(scene, wish({ 'scan-command': 'cp scan.sarif "$SARIF_FILE"; exit 1' }));

    assert.equal(deploy.annotations.length, 10);
    assert.deepEqual(annotatedPlaces(deploy).slice(0, 3), ['scan-failed', 'scan-failed', 'scan-failed Dockerfile:4']);
    assert.match(deploy.log, /It found 2 errors, 301 warnings\./);
  });

  test('that passes is given the digest and no input, and lets the image through with its findings as warnings', async () => {
    scene.write('scan.sarif', sarifOf(FINDINGS));
    const command = [
      'printf "%s\\n" "$IMAGE" "$REPOSITORY" "$DIGEST" >seen',
      'env | cut -d= -f1 >names',
      'cp scan.sarif "$SARIF_FILE"',
    ].join('\n');

    const deploy = await scene.deploy(wish({ 'scan-command': command }));

    assert.equal(deploy.exitCode, 0, deploy.log);
    const seen = readFileSync(join(scene.workspace, 'seen'), 'utf8').trim().split('\n');
    assert.deepEqual(seen, [pinned, scene.repository, pinned.split('@')[1]]);
    assert.doesNotMatch(readFileSync(join(scene.workspace, 'names'), 'utf8'), /^INPUT_/m);
    assert.ok(deploy.log.indexOf('::group::Scan images') < deploy.log.indexOf('::group::Apply'));
    assert.deepEqual(checksIn(deploy), [`scan ${scene.repository} ✅ 2 errors, 1 warning`]);
    assert.deepEqual(
      deploy.annotations.map((line) => line.split(' ')[0]),
      ['::warning', '::warning', '::warning'],
    );
    assert.match(deploy.annotations.join('\n'), /file=Dockerfile,line=4/);
    assert.equal(textAt(await scene.cluster.get('configmap/settings'), 'data', 'key'), 'two');
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});

/** A download site with these files, until the test is over. */
async function serve(
  t: TestContext,
  files: Readonly<Record<string, string>>,
): Promise<{ readonly url: string; readonly paths: readonly string[] }> {
  const paths: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    paths.push(url);
    const content = files[url];
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port ?? 0}`, paths };
}
