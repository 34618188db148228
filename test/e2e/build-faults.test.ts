import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { startOwnBuildkit } from '../support/buildkit-on-a-disk.ts';
import { annotatedPlaces, refusedDeploy } from '../support/refused-deploy.ts';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { workloadText } from '../support/workload-text.ts';

/** Builds that fail by themselves, run out of disk, or are stopped in the middle. */

let scene: Scene;
let registry: string;
before(async () => {
  scene = await openScene('build-faults');
  registry = scene.lab.env['REGISTRY'] ?? '';
});
after(async () => scene.close());

const NO_CLUSTER = { manifests: '', namespace: '', kubeconfig: '' };
const MANY = { concurrency: 6 };

/** Each build has a folder and a repository of its own. `BUSYBOX` and `REGISTRY` in a Dockerfile are those of the lab. */
function prepare(dockerfile: string): { readonly folder: string; readonly inputs: Readonly<Record<string, string>> } {
  const folder = `c${randomBytes(4).toString('hex')}`;
  const text = dockerfile
    .replaceAll('BUSYBOX', `${registry}/library/busybox:1`)
    .replaceAll('REFUSING', scene.lab.env['REFUSING_REGISTRY'] ?? '')
    .replaceAll('REGISTRY', registry);
  scene.write(`${folder}/Dockerfile`, text);
  scene.write(`${folder}/file`, folder);
  return { folder, inputs: { image: `${registry}/app/${folder}`, context: folder, cache: 'off' } };
}

async function build(dockerfile: string, wish: Wish = {}): Promise<Deploy> {
  const { inputs } = prepare(dockerfile);
  return scene.deploy({ ...wish, inputs: { ...NO_CLUSTER, ...inputs, ...wish.inputs } });
}

/** The sentence at the end of the log, and the hint below it. */
function verdictOf({ log }: Deploy): string {
  return /^failed: .*\n.*$/m.exec(log)?.[0] ?? log;
}

type Broken = {
  readonly name: string;
  readonly dockerfile: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly reason?: string;
  /** The line of the Dockerfile; nothing where BuildKit names none. */
  readonly line?: number;
  readonly says: RegExp;
};

const BROKEN: readonly Broken[] = [
  {
    name: 'an instruction that does not exist',
    dockerfile: 'FROM scratch\n\nCOPPY file /file\n',
    line: 3,
    says: /Dockerfile:3: The image was not built: dockerfile parse error on line 3: unknown instruction: COPPY/,
  },
  {
    name: 'a step that fails',
    dockerfile: 'FROM BUSYBOX\nUSER 1000\nRUN echo it begins && echo "no such table: users" && exit 3\n',
    line: 3,
    says: /Dockerfile:3: RUN echo it begins .* ended with exit code 3 \(no such table: users\)\n.*log of the phase Build/,
  },
  {
    name: 'a file that is not in the context',
    dockerfile: 'FROM scratch\nCOPY nothing.txt /file\n',
    line: 2,
    says: /Dockerfile:2: COPY nothing\.txt \/file needs "?\/nothing\.txt"?, which is not there\n.*relative to the build context/,
  },
  {
    name: 'a stage that does not exist',
    dockerfile: 'FROM scratch AS prod\nCOPY file /file\n',
    inputs: { target: 'production' },
    says: /Dockerfile has no stage "production"\n.*Check the inputs target/,
  },
  {
    name: 'a base image that does not exist',
    dockerfile: 'FROM REGISTRY/library/nothing:1\nCOPY file /file\n',
    line: 1,
    says: /Dockerfile:1: The base image 127\.\S+\/library\/nothing:1 does not exist\nCheck its name and tag\./,
  },
  {
    name: 'a base image of a registry that refuses (403)',
    dockerfile: 'FROM REFUSING/token/base:1\nCOPY file /file\n',
    line: 1,
    says: /Dockerfile:1: The base image 127\.\S+\/token\/base:1 may not be pulled: .*\nLog in to its registry/,
  },
  {
    name: 'a base image that needs a login',
    dockerfile: 'FROM REFUSING/scope/base:1\nCOPY file /file\n',
    line: 1,
    says: /Dockerfile:1: The base image 127\.\S+\/scope\/base:1 may not be pulled: .*\nLog in to its registry/,
  },
  {
    name: 'a step that fills a disk',
    dockerfile: 'FROM BUSYBOX\nRUN echo much >/dev/full\n',
    reason: 'disk-full',
    says: /The builder has no space left: RUN echo much >\/dev\/full says ".*No space left on device"\nFree space/,
  },
];

describe('a build is red and says where and why:', MANY, () => {
  for (const { name, dockerfile, inputs, reason = 'build-failed', line, says } of BROKEN) {
    test(`${name} is ${reason}`, async () => {
      const deploy = await build(dockerfile, inputs === undefined ? {} : { inputs });

      const { exitCode, outputs, log } = deploy;
      assert.deepEqual([exitCode, outputs['result'], outputs['reason']], [1, 'failed', reason], log);
      assert.match(verdictOf(deploy), says);
      const places = annotatedPlaces(deploy).filter((place) => place.startsWith(reason));
      assert.match(places.join(), line === undefined ? new RegExp(`^${reason}$`) : new RegExp(`Dockerfile:${line}$`));
    });
  }

  test('a builder without space is disk-full, and builds again when there is space', async (context) => {
    const own = await startOwnBuildkit(96);
    context.after(async () => own.stop());
    const { inputs } = prepare('FROM scratch\nCOPY file /file\n');
    own.fill();
    const wish = { inputs: { ...NO_CLUSTER, ...inputs, builder: own.endpoint } };
    const full = await scene.deploy(wish);

    assert.equal(full.outputs['reason'], 'disk-full', full.log);
    assert.match(verdictOf(full), /^failed: The builder has no space left: .*no space left on device\nFree space/);

    own.free();
    const next = await scene.deploy(wish);
    assert.equal(next.exitCode, 0, next.log);
  });

  test('a builder that nobody runs is builder-unavailable', async () => {
    const deploy = await build('FROM scratch\nCOPY file /file\n', {
      inputs: { builder: 'unix:///nowhere/buildkitd.sock' },
    });

    assert.deepEqual([deploy.exitCode, deploy.outputs['reason']], [1, 'builder-unavailable'], deploy.log);
    assert.match(verdictOf(deploy), /\/nowhere\/buildkitd\.sock/);
  });

  for (const [name, seconds] of [
    ['SIGTERM', '86417'],
    ['SIGINT', '86418'],
  ] as const) {
    test(`${name} in the middle of a step ends the build, and the next run is green`, async () => {
      // The text is not in the instruction, so that it is the step that prints it.
      const { folder, inputs } = prepare(`FROM BUSYBOX\nRUN echo "it sle""eps now" && sleep ${seconds}\n`);
      const wish = { inputs: { ...NO_CLUSTER, ...inputs } };
      const stopped = await scene.deploy({ ...wish, signal: { name, atText: 'it sleeps now' } });

      const { exitCode, outputs, log } = stopped;
      assert.deepEqual([exitCode, outputs['result'], outputs['reason']], [1, 'cancelled', 'cancelled'], log);
      assert.ok((stopped.secondsToStop ?? Infinity) < 15, `${stopped.secondsToStop} s to stop`);
      assert.deepEqual(stopped.survivors, []);
      await until('the step of the build to end', async () => (isRunning(`sleep\0${seconds}`) ? undefined : true));

      scene.write(`${folder}/Dockerfile`, 'FROM scratch\nCOPY file /file\n');
      const next = await scene.deploy(wish);
      assert.equal(next.exitCode, 0, next.log);
    });
  }
});

test('a build that fails leaves the cluster as it is', async () => {
  const { inputs } = prepare('FROM BUSYBOX\nRUN exit 7\n');
  scene.write('app.yaml', workloadText({ name: 'app', containers: [{ image: inputs['image'] ?? '' }] }));

  const deploy = await refusedDeploy(scene, { inputs: { ...inputs, manifests: 'app.yaml' } });

  assert.equal(deploy.outputs['reason'], 'build-failed');
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});

function isRunning(command: string): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(command);
      } catch {
        return false;
      }
    });
}
