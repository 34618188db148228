import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { answerOf, assertVerifiedByDigest, openBuilderScene, type BuilderScene } from '../support/builder-scene.ts';
import { newRevisions } from '../support/cluster.ts';
import { digestInRegistry } from '../support/registry-digest.ts';

/** Images without a Dockerfile, by the commands of docs/builders.md: each test goes on where the one before it ended. */

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/builders.md'), 'utf8');

/** The examples in a section of the document, without what makes them YAML. */
function documented(section: string): readonly string[] {
  const [text = ''] = DOCUMENT.split(`\n## ${section}\n`)[1]?.split('\n## ') ?? [];
  const blocks = [...text.matchAll(/```yaml\nbuild-command: \|\n([^`]*?)```/g)];
  return blocks.map(([, block = '']) => block.replaceAll(/^ {2}/gm, ''));
}

describe('ko', () => {
  let ko: BuilderScene;
  before(async () => {
    ko = await openBuilderScene('ko');
  });
  after(async () => ko.scene.close());

  test('the command is the one of the document', () => {
    assert.deepEqual(documented('ko'), [ko.command]);
  });

  test('builds, pushes and is deployed: output, registry and pods agree on the digest', async () => {
    const deploy = await ko.deploy();

    assert.equal(deploy.exitCode, 0, deploy.log);
    await assertVerifiedByDigest(deploy, ko.scene);
    assert.equal(await answerOf(ko.scene), 'one');
    assert.deepEqual(deploy.annotations, []);
  });

  test('the same commit again: the command is not run, and nothing changes', async () => {
    const before = await ko.scene.cluster.snapshot();
    const mark = join(ko.scene.workspace, 'was-run');

    const deploy = await ko.deploy({ inputs: { 'build-command': `touch '${mark}'; ${ko.command}` } });

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.equal(existsSync(mark), false);
    assert.match(deploy.log, /was pushed before as sha256:[0-9a-f]{64}: the build command is not run$/m);
    assert.equal(deploy.outputs['changed'], 'false');
    assert.deepEqual(await ko.scene.cluster.snapshot(), before);
    await assertVerifiedByDigest(deploy, ko.scene);
  });

  test('an error of the compiler is red with its line, before anything changes', async () => {
    const before = await ko.scene.cluster.snapshot();
    ko.scene.commit();
    ko.scene.replace('main.go', '"one"', 'nonesuch');

    const deploy = await ko.deploy();

    assert.deepEqual([deploy.outputs['reason'], deploy.outputs['changed']], ['build-failed', 'false'], deploy.log);
    const sentence = 'The build command ended with exit code 1: ./main.go:10:17: undefined: nonesuch';
    for (const place of [deploy.log, deploy.summary, deploy.annotations.join('\n')]) {
      assert.ok(place.includes(sentence), place);
    }
    assert.deepEqual(await ko.scene.cluster.snapshot(), before);
    assert.equal(await digestInRegistry(`${ko.scene.repository}:${ko.scene.sha}`), undefined);
  });

  test('another digest than the registry has is red, before anything changes', async () => {
    ko.scene.replace('main.go', 'nonesuch', '"two"');
    const before = await ko.scene.cluster.snapshot();
    const wrong = `sha256:${'0'.repeat(64)}`;

    const deploy = await ko.deploy({
      inputs: { 'build-command': `${ko.command}\necho ${wrong} > "$DIGEST_FILE"` },
    });

    assert.deepEqual([deploy.outputs['reason'], deploy.outputs['changed']], ['digest-mismatch', 'false'], deploy.log);
    const tagged = `${ko.scene.repository}:${ko.scene.sha}`;
    const sentence = `The build command says it pushed ${wrong}, but the registry has ${(await digestInRegistry(tagged)) ?? ''} as ${tagged}`;
    assert.ok(deploy.log.includes(sentence), deploy.log);
    assert.deepEqual(await ko.scene.cluster.snapshot(), before);
  });

  test('a command that writes no digest is deployed with the one that the registry names', async () => {
    ko.scene.commit();
    const revisions = await ko.scene.cluster.revisions();
    const silent = ko.command.replace('echo "${reference##*@}" > "$DIGEST_FILE"', ': "$reference"');
    assert.notEqual(silent, ko.command);

    const deploy = await ko.deploy({ inputs: { 'build-command': silent } });

    assert.equal(deploy.exitCode, 0, deploy.log);
    await assertVerifiedByDigest(deploy, ko.scene);
    assert.equal(await answerOf(ko.scene), 'two');
    assert.deepEqual(newRevisions(revisions, await ko.scene.cluster.revisions()), { server: 1 });
  });

  test('a platform that ko leaves out, because the base image does not have it, is red: now, and in the next run of the commit', async () => {
    ko.scene.commit();
    const [own, other] = process.arch === 'x64' ? ['linux/amd64', 'linux/arm64'] : ['linux/arm64', 'linux/amd64'];
    const inputs = { platforms: `${own},${other}` };

    const first = await ko.build({ inputs });
    const second = await ko.build({ inputs });

    const tagged = `${ko.scene.repository}:${ko.scene.sha}`;
    assert.equal(first.outputs['reason'], 'build-failed', first.log);
    assert.ok(first.log.includes(`The build command ended well, but ${tagged} is not there for ${other}`), first.log);
    assert.equal(second.outputs['reason'], 'tag-taken', second.log);
    assert.ok(second.log.includes(`${tagged} was pushed before, but not for ${other}`), second.log);
  });

  test('a command that pushes nothing is red', async () => {
    ko.scene.commit();

    const deploy = await ko.build({ inputs: { 'build-command': 'true' } });

    assert.equal(deploy.outputs['reason'], 'build-failed', deploy.log);
    assert.ok(
      deploy.log.includes(`ended well, but the registry has no ${ko.scene.repository}:${ko.scene.sha}`),
      deploy.log,
    );
  });

  test('what the shells of the runner read at their start is not read', async () => {
    ko.scene.commit();
    ko.scene.write('../home/.bashrc', 'echo "the bashrc of $HOME"\nexit 3\n');

    const deploy = await ko.build({ inputs: { 'build-command': 'echo ready; exit 4' } });

    assert.match(deploy.log, /The build command ended with exit code 4: ready/);
  });

  test('none of these runs left a process, a file, or a secret', () => ko.scene.assertNothingLeft());
});

describe('Jib', () => {
  let jib: BuilderScene;
  before(async () => {
    jib = await openBuilderScene('jib');
  });
  after(async () => jib.scene.close());

  test('the command is the first one of the document', () => {
    assert.equal(documented('Jib')[0], jib.command);
  });

  test('builds, pushes and is deployed: output, registry and pods agree on the digest', async () => {
    const deploy = await jib.deploy();

    assert.equal(deploy.exitCode, 0, deploy.log);
    await assertVerifiedByDigest(deploy, jib.scene);
    assert.equal(await answerOf(jib.scene), 'one');
  });

  test('an error of the compiler is red with its line, before anything changes', async () => {
    const before = await jib.scene.cluster.snapshot();
    jib.scene.commit();
    jib.scene.replace('src/main/java/Server.java', '"one"', 'nonesuch');

    const deploy = await jib.deploy();

    assert.deepEqual([deploy.outputs['reason'], deploy.outputs['changed']], ['build-failed', 'false'], deploy.log);
    const sentence = 'The build command ended with exit code 1: src/main/java/Server.java:[7,41] cannot find symbol';
    for (const place of [deploy.log, deploy.annotations.join('\n')]) {
      assert.ok(place.includes(sentence), place);
    }
    assert.deepEqual(await jib.scene.cluster.snapshot(), before);
  });

  test('a commit with new source rolls out, with one new revision', async () => {
    jib.scene.replace('src/main/java/Server.java', 'nonesuch', '"two"');
    const revisions = await jib.scene.cluster.revisions();

    const deploy = await jib.deploy();

    assert.equal(deploy.exitCode, 0, deploy.log);
    await assertVerifiedByDigest(deploy, jib.scene);
    assert.equal(await answerOf(jib.scene), 'two');
    assert.deepEqual(newRevisions(revisions, await jib.scene.cluster.revisions()), { server: 1 });
  });

  test('none of these runs left a process, a file, or a secret', () => jib.scene.assertNothingLeft());
});
