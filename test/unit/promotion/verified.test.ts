import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Command, CommandResult, Happening, Ports } from '../../../src/ports.ts';
import { assertVerified, recordVerified } from '../../../src/promotion/verified.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import { failureOfWork } from '../../support/failures.ts';
import { fakePorts, instantClock } from '../../support/fake-ports.ts';

const BUILDX = { path: '/tools/buildx', env: { DOCKER_CONFIG: '/private/docker' } };
const HEX = { server: '5e'.repeat(32), agent: 'a6'.repeat(32) };
const SERVER = parseImageReference(`reg.example/org/server:main@sha256:${HEX.server}`);
const AGENT = parseImageReference(`reg.example/org/agent@sha256:${HEX.agent}`);
const RECORD = `reg.example/org/server:verified-staging-${HEX.server}`;

const DONE: CommandResult = { exitCode: 0, stdout: '', stderr: '', timedOut: false };

type World = {
  readonly ports: Ports;
  readonly commands: Command[];
  readonly warnings: string[];
  /** "reg.example/org/server:tag" → digest */
  readonly registry: Map<string, string>;
  readonly clock: ReturnType<typeof instantClock>;
};

/** A registry that knows digests by tags; the first answers are failures with these last words. */
function world(failures: readonly string[] = []): World {
  const registry = new Map<string, string>();
  const commands: Command[] = [];
  const warnings: string[] = [];
  const left = [...failures];
  const clock = instantClock();
  const run = async (command: Command): Promise<CommandResult> => {
    commands.push(command);
    const { args } = command;
    const failure = left.shift();
    if (failure !== undefined) {
      return { ...DONE, exitCode: 1, stderr: failure };
    }
    if (args[1] === 'create') {
      // Without this flag buildx wraps a manifest into an index of another digest.
      const digest = args.includes('--prefer-index=false') ? args.at(-1)?.split('@')[1] : 'sha256:wrapped';
      registry.set(args[args.indexOf('--tag') + 1] ?? '', digest ?? '');
      return DONE;
    }
    const digest = registry.get(args[2] ?? '');
    return digest === undefined
      ? { ...DONE, exitCode: 1, stderr: `ERROR: ${args[2]}: not found\n` }
      : { ...DONE, stdout: JSON.stringify({ manifest: { digest } }) };
  };
  const notify = (happening: Happening): void => {
    if (happening.kind === 'warning') {
      warnings.push(happening.text);
    }
  };
  return { ports: fakePorts({ exec: { run }, clock, notify }), commands, warnings, registry, clock };
}

describe('a record', () => {
  test('is a tag on the very digest, and is found again', async () => {
    const { ports, registry, commands } = world();

    assert.deepEqual(await recordVerified([SERVER], 'staging', BUILDX, ports), [RECORD]);

    assert.deepEqual([...registry], [[RECORD, SERVER.digest]]);
    assert.deepEqual(commands[0]?.env, BUILDX.env);
    await assertVerified([SERVER], 'staging', BUILDX, ports);
  });

  test('is one of its environment only', async () => {
    const { ports } = world();
    await recordVerified([SERVER], 'staging', BUILDX, ports);

    assert.equal(
      (await failureOfWork(() => assertVerified([SERVER], 'production', BUILDX, ports))).code,
      'not-verified',
    );
  });

  test('that the registry does not take is a warning', async () => {
    const { ports, warnings, clock } = world(['#1 pushing\nERROR: failed to push: denied\n']);

    assert.deepEqual(await recordVerified([SERVER], 'staging', BUILDX, ports), []);

    assert.deepEqual(warnings, [
      `That reg.example/org/server@sha256:${HEX.server} was verified in staging could not be recorded: failed to push: denied`,
    ]);
    assert.equal(clock.elapsed(), 0);
  });

  test('is written when a busy registry takes it later', async () => {
    const busy = 'ERROR: unexpected status from PUT request to https://r/v2/org/server: 503 Service Unavailable';
    const { ports, warnings, registry } = world([busy, busy]);

    assert.deepEqual(await recordVerified([SERVER], 'staging', BUILDX, ports), [RECORD]);

    assert.equal(registry.get(RECORD), SERVER.digest);
    assert.match(warnings.join('\n'), /is not recorded yet \(PUT .*503 Service Unavailable\); trying again/);
  });

  test('of one image does not depend on another', async () => {
    const { ports, warnings } = world(['ERROR: failed to push: denied\n']);

    const records = await recordVerified([AGENT, SERVER], 'staging', BUILDX, ports);

    assert.deepEqual([records, warnings.length], [[RECORD], 1]);
  });
});

describe('an image without a record is not verified:', () => {
  test('one, by its name and digest', async () => {
    const failure = await failureOfWork(() => assertVerified([SERVER], 'staging', BUILDX, world().ports));

    assert.deepEqual(
      [failure.code, failure.message],
      ['not-verified', `reg.example/org/server:main@sha256:${HEX.server} was not verified in staging`],
    );
    assert.match(failure.hint ?? '', /^Deploy this very digest with environment: staging first/);
  });

  test('all of them at once', async () => {
    const failure = await failureOfWork(() => assertVerified([SERVER, AGENT], 'staging', BUILDX, world().ports));

    assert.deepEqual([failure.message, failure.lines.length], ['2 images were not verified in staging', 2]);
  });

  test('also when the tag of the record stands on another digest', async () => {
    const { ports, registry } = world();
    registry.set(RECORD, `sha256:${'0'.repeat(64)}`);

    assert.equal((await failureOfWork(() => assertVerified([SERVER], 'staging', BUILDX, ports))).code, 'not-verified');
  });

  test('also when the registry does not tell: with its words and the reference, and without another try', async () => {
    const { ports, clock } = world([
      'ERROR: unexpected status from HEAD request to https://r: 403 Forbidden\ndenied\n',
    ]);

    const failure = await failureOfWork(() => assertVerified([SERVER], 'staging', BUILDX, ports));

    assert.equal(
      failure.message,
      `Whether reg.example/org/server:main@sha256:${HEX.server} was verified in staging cannot be told: HEAD https://r: 403 Forbidden`,
    );
    assert.equal(failure.hint, `The record is the tag ${RECORD}; check that the job may read it.`);
    assert.equal(clock.elapsed(), 0);
  });
});
