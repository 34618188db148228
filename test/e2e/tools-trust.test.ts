import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { openMirror, sha256, type LabMirror } from '../support/lab-mirror.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { configMapText } from '../support/workload-text.ts';

/** Who vouches for what is downloaded: sums of the user, signatures. And all tools come by the same way. */

const ARCH = process.arch === 'x64' ? 'amd64' : process.arch;
const OTHER_SUM = 'f'.repeat(64);

let scene: Scene;
let mirror: LabMirror | undefined;
let folder: string;

before(async () => {
  scene = await openScene('trust');
  mirror = openMirror(scene.lab);
  folder = mkdtempSync(join(tmpdir(), 'e2e-trust-'));
  symlinkSync(join(scene.lab.env['LAB_TOOLS'] ?? '', 'kubectl'), join(folder, 'kubectl'));
  scene.write('settings.yaml', configMapText('settings', { key: 'value' }));
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  mirror?.close();
  await scene.close();
});

/** The lab's mirror; undefined, and the test is skipped, where it has none. */
function mirrorFor(context: TestContext): LabMirror | undefined {
  if (mirror === undefined) {
    context.skip(`the ${scene.lab.provider} lab has no download mirror`);
  }
  return mirror;
}

async function deployWith(
  inputs: Readonly<Record<string, string>>,
  { cache, path = scene.noPrograms }: { readonly cache?: string; readonly path?: string } = {},
): Promise<Deploy> {
  return scene.deploy({
    path,
    inputs: { 'kubectl-mirror': mirror?.kubectl ?? '', manifests: 'settings.yaml', ...inputs },
    env: cache === undefined ? {} : { RUNNER_TOOL_CACHE: cache },
  });
}

describe('tool-checksums', () => {
  test('counts before the sum that the site publishes, which is not even asked for', async (context) => {
    const site = mirrorFor(context);
    if (site === undefined) {
      return;
    }
    const sums = `kubectl v1.34.4 linux-${ARCH} sha256:${site.sum('kubectl')}`;
    const { result: deploy, downloads } = await site.downloadsOf(() =>
      deployWith({ 'kubectl-version': 'v1.34.4', 'tool-checksums': sums }),
    );
    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.deepEqual(downloads, ['kubectl 200']);
  });

  test('refuses a download that has another sum, and nothing is kept or changed', async (context) => {
    if (mirrorFor(context) === undefined) {
      return;
    }
    const sums = `kubectl v1.34.4 linux-${ARCH} sha256:${OTHER_SUM}`;
    const deploy = await deployWith({ 'kubectl-version': 'v1.34.4', 'tool-checksums': sums });
    assert.equal(deploy.outputs['reason'], 'tool-checksum-mismatch', deploy.log);
    assert.match(deploy.log, new RegExp(`but the input tool-checksums says ${OTHER_SUM}\\.`));
    assert.deepEqual([deploy.cachedTools, deploy.outputs['changed']], [[], 'false']);
  });
});

describe('tool-signatures: required', () => {
  const file = `buildx-v0.36.1.linux-${ARCH}`;

  /** The lab's buildx in a place of its own, with this bundle beside it. */
  async function buildWith(site: LabMirror, place: string, bundle: string | undefined): Promise<Deploy> {
    site.publishTool(`${place}/v0.36.1/${file}`, 'buildx');
    if (bundle !== undefined) {
      site.publish(`${place}/v0.36.1/${file}.sigstore.json`, bundle);
    }
    return deployWith({
      'tool-signatures': 'required',
      'buildx-mirror': `${site.own}/${place}`,
      'tool-checksums': `buildx v0.36.1 linux-${ARCH} sha256:${site.sum('buildx')}`,
      image: scene.repository,
      context: '.',
      manifests: '',
      namespace: '',
      kubeconfig: '',
    });
  }

  test('refuses a buildx of a mirror that has no signature, though its sum is right', async (context) => {
    const site = mirrorFor(context);
    if (site === undefined) {
      return;
    }
    const { result: deploy, downloads } = await site.downloadsOf(() => buildWith(site, 'unsigned', undefined));
    assert.equal(deploy.outputs['reason'], 'tool-signature-invalid', deploy.log);
    assert.match(deploy.log, new RegExp(`${file} has no signature at \\S+${file}\\.sigstore\\.json\\.`));
    assert.match(deploy.log, /A mirror needs what lies beside the files of the public site too\./);
    assert.deepEqual([deploy.cachedTools, downloads], [[], [`${file} 200`, `${file}.sigstore.json 404`]]);
  });

  for (const name of ['message', 'statement']) {
    test(`refuses a buildx with a real signature of another file (${name})`, async (context) => {
      const site = mirrorFor(context);
      if (site === undefined) {
        return;
      }
      const bundle = join(import.meta.dirname, `../unit/tools/signatures/${name}.sigstore.json`);
      const deploy = await buildWith(site, name, readFileSync(bundle, 'utf8'));
      assert.equal(deploy.outputs['reason'], 'tool-signature-invalid', deploy.log);
      assert.match(deploy.log, new RegExp(`${file} has a signature \\(\\S+\\) that `));
      assert.match(deploy.log, /Do not run it before you know why it is not\./);
      assert.deepEqual(deploy.cachedTools, []);
    });
  }

  test('refuses a kubectl without any, before the cluster is asked', async (context) => {
    const site = mirrorFor(context);
    if (site === undefined) {
      return;
    }
    const { result: deploy, downloads } = await site.downloadsOf(() =>
      deployWith({ 'kubectl-version': 'v1.34.4', 'tool-signatures': 'required' }),
    );
    assert.equal(deploy.outputs['reason'], 'tool-signature-invalid', deploy.log);
    const asked = ['kubectl.sigstore.json 404', 'kubectl.sig 404', 'kubectl.cert 404'];
    assert.deepEqual(downloads, ['kubectl.sha256 200', 'kubectl 200', ...asked]);
    assert.deepEqual([deploy.cachedTools, deploy.outputs['changed']], [[], 'false']);
  });

  test("says of the runner's own kubectl that its signature is not checked", async () => {
    const deploy = await deployWith({ 'tool-signatures': 'required' }, { path: scene.lab.env['LAB_TOOLS'] ?? '' });
    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.match(deploy.log, /kubectl v1\.34\.4 \(\S+\) is the runner's own: its signature is not checked/);
  });
});

/** A script with a line for each of its commands; `$last` is the last argument. */
function cases(...lines: readonly string[]): string {
  return `#!/bin/sh\nfor word; do last=$word; done\ncase "$1" in\n${lines.join('\n')}\nesac\n`;
}

/** Scripts in the place of the tools: where they come from is what counts here. `busybox` is an image of the lab by its digest. */
function scripts(
  busybox: string,
  workload: string,
): Readonly<Record<'helm' | 'skaffold' | 'container-structure-test', string>> {
  const map = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'made' }, data: { by: 'it' } });
  const [repository = ''] = busybox.split('@');
  const builds = JSON.stringify({ builds: [{ imageName: repository, tag: busybox }] });
  const result = JSON.stringify({ Pass: 1, Fail: 0, Total: 1, Results: [{ Name: 'Metadata Test', Pass: true }] });
  return {
    helm: cases(
      'version) echo v3.99.0;;',
      `template) printf -- '---\\n# Source: chart/templates/a.yaml\\n%s\\n' '${map}';;`,
    ),
    skaffold: cases(
      'version) echo v2.99.0;;',
      `build) echo '${builds}' > "\${last#--file-output=}";;`,
      `render) echo '${workload}' > "\${last#--output=}";;`,
    ),
    'container-structure-test': cases('version) echo v1.99.0;;', `test) echo '${result}';;`),
  };
}

function helmArchive(script: string): Uint8Array {
  const inside = `linux-${ARCH}`;
  mkdirSync(join(folder, inside));
  writeFileSync(join(folder, inside, 'helm'), script);
  chmodSync(join(folder, inside, 'helm'), 0o755);
  return execFileSync('tar', ['-cz', '-C', folder, inside]);
}

describe('helm, skaffold and container-structure-test', () => {
  let busybox: string;
  let sums: Readonly<Record<string, string>>;

  before(async () => {
    const registry = scene.lab.env['REGISTRY'] ?? '';
    const headers = { accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json' };
    const answer = await fetch(`http://${registry}/v2/library/busybox/manifests/1`, { method: 'HEAD', headers });
    busybox = `${registry}/library/busybox@${answer.headers.get('docker-content-digest') ?? ''}`;
    const template = { spec: { containers: [{ name: 'busybox', image: busybox }], restartPolicy: 'Never' } };
    const spec = { schedule: '0 3 * * *', suspend: true, jobTemplate: { spec: { template } } };
    const cron = JSON.stringify({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly' }, spec });
    scene.write('nightly.yaml', cron);
    const all = scripts(busybox, cron);
    const skaffold = { path: `skaffold/v2.99.0/skaffold-linux-${ARCH}`, text: all.skaffold };
    const tester = {
      path: `structure-test/v1.99.0/container-structure-test-linux-${ARCH}`,
      text: all['container-structure-test'],
    };
    for (const { path, text } of [skaffold, tester]) {
      mirror?.publish(path, text);
      mirror?.publish(`${path}.sha256`, `${sha256(text)}\n`);
    }
    const archive = helmArchive(all.helm);
    mirror?.publish(`helm/helm-v3.99.0-linux-${ARCH}.tar.gz`, archive);
    mirror?.publish(
      `helm/helm-v3.99.0-linux-${ARCH}.tar.gz.sha256sum`,
      `${sha256(archive)}  helm-v3.99.0-linux-${ARCH}.tar.gz\n`,
    );
    sums = { helm: sha256(archive), skaffold: sha256(skaffold.text), 'container-structure-test': sha256(tester.text) };
    scene.write('chart/Chart.yaml', 'apiVersion: v2\nname: chart\nversion: 1.0.0\n');
    scene.write('skaffold.yaml', 'apiVersion: skaffold/v4beta13\nkind: Config\n');
    scene.write('tests.yaml', 'schemaVersion: 2.0.0\nmetadataTest: {}\n');
  });

  /** Deploys with the tool, from its place in the mirror. */
  async function deployBy(tool: string, more: Readonly<Record<string, string>>, cache: string): Promise<Deploy> {
    const inputs = {
      helm: { 'helm-version': 'v3.99.0', 'helm-mirror': `${mirror?.own}/helm`, manifests: 'chart' },
      skaffold: {
        'skaffold-version': 'v2.99.0',
        'skaffold-mirror': `${mirror?.own}/skaffold`,
        'skaffold-file': 'skaffold.yaml',
        // What skaffold pushed is confirmed by buildx, which this runner has not got either.
        'buildx-mirror': mirror?.buildx ?? '',
        manifests: '',
      },
      'container-structure-test': {
        'structure-test-version': 'v1.99.0',
        'structure-test-mirror': `${mirror?.own}/structure-test`,
        'image-tests': 'tests.yaml',
        images: busybox,
        manifests: 'nightly.yaml',
      },
    }[tool];
    const known = `buildx v0.36.1 linux-${ARCH} sha256:${mirror?.sum('buildx') ?? ''}`;
    const checksums = `${known}\n${more['tool-checksums'] ?? ''}`;
    // tar and gzip are the machine's.
    return deployWith({ ...inputs, ...more, 'tool-checksums': checksums }, { cache, path: `${folder}:/usr/bin:/bin` });
  }

  for (const [tool, version] of [
    ['helm', 'v3.99.0'],
    ['skaffold', 'v2.99.0'],
    ['container-structure-test', 'v1.99.0'],
  ] as const) {
    test(`${tool} is downloaded once, verified, found in the tool cache, and refused with another sum`, async (context) => {
      const site = mirrorFor(context);
      if (site === undefined) {
        return;
      }
      const cache = join(folder, `cache-${tool}`);

      const first = await deployBy(tool, {}, cache);
      assert.equal(first.exitCode, 0, first.log);
      assert.match(first.log, new RegExp(`^${tool} ${version.replaceAll('.', '\\.')} \\(download\\)$`, 'm'));

      const offline = {
        tools: 'preinstalled',
        'helm-mirror': '',
        'skaffold-mirror': '',
        'buildx-mirror': '',
        'structure-test-mirror': '',
        'kubectl-mirror': '',
      };
      const { result: second, downloads } = await site.downloadsOf(() => deployBy(tool, offline, cache));
      assert.equal(second.exitCode, 0, second.log);
      assert.match(second.log, new RegExp(`^${tool} ${version.replaceAll('.', '\\.')} \\(cache\\)$`, 'm'));
      assert.deepEqual(downloads, []);

      const line = `${tool} ${version} linux-${ARCH} sha256:`;
      const right = await deployBy(tool, { 'tool-checksums': `${line}${sums[tool]}` }, join(folder, `right-${tool}`));
      assert.equal(right.exitCode, 0, right.log);
      const wrong = await deployBy(tool, { 'tool-checksums': `${line}${OTHER_SUM}` }, join(folder, `wrong-${tool}`));
      assert.equal(wrong.outputs['reason'], 'tool-checksum-mismatch', wrong.log);
    });
  }
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
