import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bakeImages } from '../../../../src/build/bake/run.ts';
import { DeployError } from '../../../../src/errors.ts';
import type { BakePlan } from '../../../../src/plan/build-slices.ts';
import type { Builder } from '../../../../src/values/builder.ts';
import type { BuiltImage } from '../../../../src/values/built-image.ts';
import { formatImageReference } from '../../../../src/values/image.ts';
import { failureOfWork } from '../../../support/failures.ts';
import { BUILDER, builtIn, buildxThat, digestOf, PLAN, put, type Scene } from './buildx.ts';
import { SHA } from '../settings.ts';

const printed = (target: Readonly<Record<string, object>>, asked = Object.keys(target)): string =>
  JSON.stringify({ group: { default: { targets: asked } }, target });

const TWO = printed({
  server: { context: 'server', tags: ['reg.example/org/server:latest'] },
  agent: { context: 'agent', args: { V: '1' } },
});

const SERVER = `reg.example/org/server:${SHA}`;
const AGENT = `reg.example/org/app/agent:${SHA}`;
const BROKEN =
  '------\n > [2/2] RUN make:\n0.2 no such file\n------\nDockerfile:2\n--------------------\n   2 | >>> RUN make\n--------------------\nERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 3\n';
const BUSY =
  'ERROR: failed to solve: failed to push reg.example/org/server: unexpected status from PUT request to https://reg.example/v2/x: 503 Service Unavailable\n';

async function bake(scene: Scene, plan: Partial<BakePlan> = {}, builder: Builder = BUILDER) {
  let opened = 0;
  const open = async (): Promise<Builder> => {
    opened += 1;
    return builder;
  };
  const images = await bakeImages({ ...PLAN, ...plan }, open, BUILDER.buildx, scene.ports);
  return { images, opened };
}

const told = ({ image, how }: BuiltImage): string => `${how} ${formatImageReference({ ...image, digest: undefined })}`;

test('each target is built by a process of its own and known by the digest that the registry names', async () => {
  const scene = buildxThat({ printed: TWO });
  const { images, opened } = await bake(scene, { tags: ['main'] });
  assert.deepEqual(images.map(told), [`built ${SERVER}`, `built ${AGENT}`]);
  assert.deepEqual(
    images.map(({ image }) => image.digest),
    [scene.registry.get(SERVER)?.digest, scene.registry.get(AGENT)?.digest],
  );
  assert.deepEqual(images[0]?.tags, ['reg.example/org/server:latest', 'reg.example/org/server:main']);
  assert.deepEqual(images[1]?.tags, ['reg.example/org/app/agent:main']);
  assert.equal(opened, 1);
});

test('every command of buildx has its environment, and runs where the paths of the file begin', async () => {
  const scene = buildxThat({ printed: TWO });
  await bake(scene);
  assert.equal(
    scene.commands.every(({ tool, env }) => tool === '/tools/buildx' && env?.['DOCKER_CONFIG'] !== undefined),
    true,
  );
  const bakes = scene.commands.filter(({ args }) => args[0] === 'bake');
  assert.deepEqual(new Set(bakes.map(({ cwd }) => cwd)), new Set(['/checkout']));
});

test('what was built from the same inputs is not built again, and no builder is opened', async () => {
  const scene = buildxThat({ printed: TWO });
  const first = await bake(scene);
  const again = await bake(scene, { tags: ['v2'] });
  assert.deepEqual(again.images.map(told), [`reused ${SERVER}`, `reused ${AGENT}`]);
  assert.deepEqual(
    again.images.map(({ image }) => image.digest),
    first.images.map(({ image }) => image.digest),
  );
  assert.equal(again.opened, 0);
  assert.deepEqual(builtIn(scene), ['server', 'agent']);
  assert.equal(scene.registry.has('reg.example/org/server:v2'), true);
});

test('what is not pushed is built, though it was before, and the registry is neither asked nor given anything', async () => {
  const scene = buildxThat({ printed: TWO });
  put(scene.registry, SERVER, { digest: digestOf('other'), labels: {} });
  const before = [...scene.registry.keys()];
  const { images } = await bake(scene, { isPushed: false, tags: ['main'] });
  assert.deepEqual(images.map(told), [`unpushed ${SERVER}`, `unpushed ${AGENT}`]);
  assert.deepEqual(
    images.map(({ image, tags }) => [image.digest, tags]),
    [
      [undefined, []],
      [undefined, []],
    ],
  );
  assert.deepEqual([...scene.registry.keys()], before);
  assert.deepEqual(
    scene.commands.filter(({ args }) => args[0] === 'imagetools').map(({ args }) => args),
    [],
  );
});

test('what is not pushed needs no repository: a target whose tags cannot be one has its own name', async () => {
  const scene = buildxThat({ printed: printed({ server: { tags: ['/server:latest'] }, Web_App: {} }) });
  const { images } = await bake(scene, { isPushed: false, image: undefined });
  assert.deepEqual(images.map(told), [`unpushed server:${SHA}`, `unpushed web-app:${SHA}`]);
});

test('only what is missing is built, and the images keep the order of the file', async () => {
  const scene = buildxThat({ printed: TWO });
  await bake(scene);
  scene.registry.delete(SERVER);
  const { images } = await bake(scene);
  assert.deepEqual(images.map(told), [`built ${SERVER}`, `reused ${AGENT}`]);
  assert.deepEqual(builtIn(scene), ['server', 'agent', 'server']);
});

test('a commit with other inputs is not built over: every such target is named', async () => {
  const scene = buildxThat({ printed: TWO });
  await bake(scene);
  const changed = buildxThat({ printed: TWO.replace('"V":"1"', '"V":"2"') });
  scene.registry.forEach((pushed, name) => changed.registry.set(name, pushed));
  const failure = await failureOfWork(() => bake(changed));
  assert.equal(failure.code, 'tag-taken');
  assert.match(
    failure.message,
    /^target "agent": .* is there already, built otherwise: build argument V had another value$/,
  );
  assert.deepEqual(builtIn(changed), []);
});

describe('"build: never"', () => {
  test('takes what is there', async () => {
    const scene = buildxThat({ printed: TWO });
    await bake(scene);
    const { images, opened } = await bake(scene, { mode: 'never' });
    assert.deepEqual([images.map(told), opened], [[`reused ${SERVER}`, `reused ${AGENT}`], 0]);
  });
  test('takes what nobody knows the inputs of', async () => {
    const scene = buildxThat({ printed: printed({ server: { tags: ['reg.example/org/server'] } }) });
    put(scene.registry, SERVER, { digest: digestOf('x'), labels: {} });
    const { images } = await bake(scene, { mode: 'never' });
    assert.equal(images[0]?.image.digest, digestOf('x'));
  });
  test('names every image that is missing', async () => {
    const failure = await failureOfWork(() => bake(buildxThat({ printed: TWO }), { mode: 'never' }));
    assert.deepEqual(
      [failure.code, failure.message, failure.lines],
      [
        'image-not-found',
        '2 problems in 2 of 2 bake targets',
        [
          `target "server": The registry has no image ${SERVER}, and "build: never" builds none`,
          `target "agent": The registry has no image ${AGENT}, and "build: never" builds none`,
        ],
      ],
    );
  });
});

test('a target that fails does not keep the others from being pushed, and all failures are told', async () => {
  const scene = buildxThat({
    printed: printed({ a: { context: 'a' }, b: { context: 'b' }, c: { context: 'c' } }),
    failures: {
      a: [BROKEN],
      c: ['ERROR: failed to solve: failed to read dockerfile: open Dockerfile: no such file\n'],
    },
  });
  const failure = await failureOfWork(() => bake(scene));
  assert.deepEqual([failure.code, failure.message], ['build-failed', '2 problems in 2 of 3 bake targets']);
  assert.deepEqual(failure.lines, [
    'a/Dockerfile:2: target "a": RUN make ended with exit code 3 (no such file)',
    'target "c": The image was not built: failed to read dockerfile: open Dockerfile: no such file',
  ]);
  assert.equal(scene.registry.has(`reg.example/org/app/b:${SHA}`), true);
  assert.deepEqual(builtIn(scene), ['a', 'b', 'c']);
});

test('two targets are built at once, not more', async () => {
  const targets = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, { context: name }]));
  const scene = buildxThat({ printed: printed(targets) });
  await bake(scene);
  assert.equal(scene.mostAtOnce(), 2);
});

test('a push that meets a busy registry is tried again', async () => {
  const scene = buildxThat({ printed: TWO, failures: { server: [BUSY] } });
  const { images } = await bake(scene);
  assert.equal(images.length, 2);
  assert.equal(builtIn(scene).filter((target) => target === 'server').length, 2);
});

test('when another run was quicker with the same inputs, its image is taken', async () => {
  const scene = buildxThat({
    printed: printed({ server: { tags: ['reg.example/org/server'] } }),
    onBuilt: (_, registry) => {
      const [ours] = [...registry.values()];
      if (ours !== undefined) {
        put(registry, SERVER, { digest: digestOf('theirs'), labels: ours.labels });
      }
    },
  });
  const { images } = await bake(scene);
  assert.deepEqual([images.map(told), images[0]?.image.digest], [[`raced ${SERVER}`], digestOf('theirs')]);
});

test('targets that another is linked to are not pushed', async () => {
  const scene = buildxThat({
    printed: printed(
      { agent: { contexts: { base: 'target:base' } }, base: { context: '.', output: [{ type: 'cacheonly' }] } },
      ['agent'],
    ),
  });
  const { images } = await bake(scene);
  assert.equal(images.length, 1);
  assert.deepEqual(builtIn(scene), ['agent']);
});

test('targets that only check something are run when others are built, and fail the build', async () => {
  const targets = { server: { context: 'server' }, lint: { output: [{ type: 'cacheonly' }] } };
  const scene = buildxThat({ printed: printed(targets) });
  await bake(scene);
  await bake(scene);
  assert.deepEqual(builtIn(scene).toSorted(), ['lint', 'server']);
  const broken = buildxThat({ printed: printed(targets), failures: { lint: [BROKEN] } });
  assert.match((await failureOfWork(() => bake(broken))).message, /^Dockerfile:2: target "lint": RUN make/);
});

test('a secret that was given as a value is in no command line', async () => {
  const scene = buildxThat({ printed: TWO });
  await bake(scene, { secrets: [{ kind: 'value', id: 'npm', value: 'hush-hush' }] });
  assert.equal(JSON.stringify(scene.commands).includes('hush-hush'), false);
  assert.equal(
    scene.commands.filter(({ args }) => args.some((arg) => arg.startsWith('*.secrets+=id=npm,src='))).length,
    2,
  );
});

test('what a target prints is told with its name', async () => {
  const scene = buildxThat({ printed: TWO, prints: ['#1 hello', ''] });
  await bake(scene);
  const output = scene.heard.flatMap((one) => (one.kind === 'output' ? [one.text] : []));
  assert.deepEqual(output, ['[server] #1 hello', '[agent] #1 hello']);
});

test('a docker engine, which pushes by tag, builds nothing when another run was quicker', async () => {
  const scene = buildxThat({ printed: TWO });
  await bake(scene);
  const [server, agent] = [scene.registry.get(SERVER), scene.registry.get(AGENT)];
  scene.registry.delete(SERVER);
  scene.registry.delete(AGENT);
  const open = async (): Promise<Builder> => {
    if (server !== undefined && agent !== undefined) {
      put(scene.registry, SERVER, server);
      put(scene.registry, AGENT, agent);
    }
    return { ...BUILDER, isWhole: false };
  };
  const images = await bakeImages({ ...PLAN, tags: ['main'] }, open, BUILDER.buildx, scene.ports);
  assert.deepEqual(images.map(told), [`raced ${SERVER}`, `raced ${AGENT}`]);
  assert.deepEqual(builtIn(scene), ['server', 'agent']);
  assert.equal(scene.registry.get('reg.example/org/server:main')?.digest, server?.digest);
});

test('an inline cache is found by the name of the image itself', async () => {
  const scene = buildxThat({ printed: TWO });
  const cache = {
    kind: 'inline',
    repository: 'reg.example/org/elsewhere',
    reads: ['main'],
    writes: 'main',
    folder: '',
  } as const;
  const { images } = await bake(scene, { cache });
  const kept = scene.registry.get('reg.example/org/server:buildcache-main-server');
  assert.equal(kept?.digest, images[0]?.image.digest);
  assert.equal(
    images[0]?.tags.some((tag) => tag.includes('buildcache')),
    false,
  );
});

test('what good practice says of each Dockerfile is told with its place', async () => {
  const scene = buildxThat({ printed: TWO });
  await scene.ports.files.writePrivate('/checkout/server/Dockerfile', 'FROM a\nCOPY . .\n');
  const { images } = await bake(scene);
  assert.deepEqual(
    images[0]?.advice.map(({ message, file, line }) => [message, file, line]),
    [['The build context server has no .dockerignore', 'server/Dockerfile', 2]],
  );
});

test('nothing is said of a Dockerfile that is no file of the checkout', async () => {
  const targets = {
    inline: { 'dockerfile-inline': 'FROM a' },
    remote: { context: 'https://example.com/org/repo.git' },
    outside: { context: '../other' },
  };
  const { images } = await bake(buildxThat({ printed: printed(targets) }));
  assert.deepEqual(
    images.map(({ advice }) => advice),
    [[], [], []],
  );
});

test('a docker engine pushes under the tag of the commit and is found there', async () => {
  const scene = buildxThat({ printed: TWO });
  const { images } = await bake(scene, {}, { ...BUILDER, isWhole: false });
  assert.deepEqual(images.map(told), [`built ${SERVER}`, `built ${AGENT}`]);
});

for (const [says, stderr, lines] of [
  [
    'a mistake in a file has its place',
    'ERROR: /checkout/ci/docker-bake.hcl:2,13-17: Unknown variable; There is no variable named "nope".\n',
    ['ci/docker-bake.hcl:2: Unknown variable; There is no variable named "nope".'],
  ],
  [
    'a target that is not there',
    'ERROR: failed to find target nope\n',
    ['bake cannot read docker-bake.hcl: failed to find target nope'],
  ],
] as const) {
  test(says, async () => {
    const scene = buildxThat({ printed: '' });
    const exec = { ...scene.ports.exec, run: async () => ({ exitCode: 1, stdout: '', stderr, timedOut: false }) };
    const failure = await failureOfWork(() => bake({ ...scene, ports: { ...scene.ports, exec } }));
    assert.deepEqual([failure.code, failure.lines], ['build-failed', lines]);
  });
}

const cancel = (): void => {
  throw new DeployError('cancelled', 'The run was cancelled');
};

test('a run that is cancelled ends as cancelled, not as failed targets', async () => {
  const failure = await failureOfWork(() => bake(buildxThat({ printed: TWO, onBuilt: cancel })));
  assert.deepEqual([failure.code, failure.message], ['cancelled', 'The run was cancelled']);
});
