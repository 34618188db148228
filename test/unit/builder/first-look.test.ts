import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lookAhead } from '../../../src/builder/first-look.ts';
import { openBuilder } from '../../../src/builder/open.ts';
import { DeployError } from '../../../src/errors.ts';
import { failureOfWork } from '../../support/failures.ts';
import { BUILDX, planOf, USERS } from './plans.ts';
import { scene } from './scene.ts';

const cancelled = async (): Promise<never> => {
  throw new DeployError('cancelled', 'the run has ended');
};

describe('a look ahead', () => {
  test('is under way before a builder is opened, which does not look again', async () => {
    const { buildx, ports } = scene();
    await buildx.addBuilder(USERS, 'farm', { driver: 'remote', isRunning: true, isCurrent: true });
    const first = lookAhead(planOf(), BUILDX, ports);
    assert.deepEqual(buildx.commands, ['inspect']);
    assert.equal((await openBuilder(planOf(), BUILDX, ports, first)).driver, 'remote');
    assert.deepEqual(buildx.commands, ['inspect']);
  });

  test('is at the builder of the plan, as the job knows it', async () => {
    const { buildx, ports } = scene();
    await buildx.addBuilder(USERS, 'mine', { driver: 'docker-container', isRunning: true });
    const plan = planOf({ wish: { kind: 'named', name: 'mine' } });
    const opened = await openBuilder(plan, BUILDX, ports, lookAhead(plan, BUILDX, ports));
    assert.deepEqual([opened.name, buildx.commands], ['mine', ['inspect mine']]);
  });

  for (const plan of [
    planOf({ image: 'x/y:1' }),
    planOf({ wish: { kind: 'container' } }),
    planOf({ wish: { kind: 'kubernetes' } }),
    planOf({ wish: { kind: 'remote', endpoint: 'tcp://h:1' } }),
  ]) {
    test(`is of no use where a builder is made (${JSON.stringify(plan.wish)})`, () => {
      const { buildx, ports } = scene();
      lookAhead(plan, BUILDX, ports);
      assert.deepEqual(buildx.commands, []);
    });
  }

  test('that finds nothing is told by whoever opens the builder, in the same words', async () => {
    const { ports, engine } = scene();
    engine.isUp = false;
    const first = lookAhead(planOf(), BUILDX, ports);
    const failure = await failureOfWork(async () => openBuilder(planOf(), BUILDX, ports, first));
    assert.match(failure.message, /^There is no builder: failed to connect/);
  });

  test('that fails and that nobody asks for disturbs nobody', async () => {
    const { ports } = scene();
    lookAhead(planOf(), BUILDX, { exec: { ...ports.exec, run: cancelled } });
    // An unhandled rejection would fail this test.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  });
});
