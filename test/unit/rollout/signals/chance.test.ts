import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded, shuffled } from './chance.ts';
import { NEGATIVES } from './negatives.ts';
import { POSITIVES } from './positives.ts';
import { looksOf, watch, type Course, type Look, type Step } from './timeline.ts';

/** What comes twice, not at all or in another order changes when something is told, but not what. */

type Timeline = {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly untilSeconds: number;
  readonly course: Course | undefined;
};

/** After the last step of a timeline nothing changes any more: late looks see what early ones saw. */
const QUIET_SECONDS = 750;

const TIMELINES: readonly Timeline[] = [...POSITIVES, ...NEGATIVES.filter(({ ends }) => ends !== 'progressing')].map(
  ({ says, steps, course }) => ({
    name: says,
    steps,
    untilSeconds: Math.max(...steps.map(([seconds]) => seconds)) + QUIET_SECONDS,
    course,
  }),
);

/** What is told at the end, without when. */
function codeOf(looks: readonly Look[], course: Course | undefined): string {
  const { verdict } = watch(looks, course);
  return verdict.kind === 'failed' ? `failed ${verdict.reason}` : verdict.kind;
}

const ROUNDS = 4;

function forAll(change: (looks: readonly Look[], timeline: Timeline, random: () => number) => readonly Look[]): void {
  for (const [index, timeline] of TIMELINES.entries()) {
    const looks = looksOf(timeline.steps, timeline.untilSeconds);
    const expected = codeOf(looks, timeline.course);
    for (let round = 0; round < ROUNDS; round++) {
      const seed = index * ROUNDS + round;
      const found = codeOf(change(looks, timeline, seeded(seed)), timeline.course);
      assert.equal(found, expected, `${timeline.name} (seed ${seed})`);
    }
  }
}

test('looks that are repeated change no verdict', () => {
  forAll((looks, _, random) =>
    looks.flatMap((look) => Array.from({ length: 1 + Math.floor(random() * 3) }, () => look)),
  );
});

test('the order of pods and events in a look changes no verdict', () => {
  forAll((looks, _, random) =>
    looks.map(({ seconds, scene }) => ({
      seconds,
      scene: {
        ...scene,
        pods: shuffled(scene.pods, random),
        olderPods: shuffled(scene.olderPods, random),
        events: shuffled(scene.events, random),
      },
    })),
  );
});

test('events and pods that are told twice change no verdict', () => {
  forAll((looks, _, random) =>
    looks.map(({ seconds, scene }) => ({
      seconds,
      scene: { ...scene, events: random() < 0.5 ? scene.events : [...scene.events, ...scene.events] },
    })),
  );
});

test('looks that are lost between two changes change no verdict', () => {
  forAll((looks, { steps }, random) => {
    const changes = new Set(steps.map(([seconds]) => seconds));
    return looks.filter(({ seconds }, index) => index === looks.length - 1 || changes.has(seconds) || random() < 0.4);
  });
});

test('a failure is told with the same code when some of what led to it was never seen', () => {
  const failing = POSITIVES.filter(({ steps, ends }) => steps.length > 1 && ends.startsWith('failed'));
  assert.ok(failing.length > 15);
  for (const [index, { says, steps, ends, course }] of failing.entries()) {
    const random = seeded(index);
    const last = Math.max(...steps.map(([seconds]) => seconds));
    const looks = looksOf(steps, last + QUIET_SECONDS).filter(({ seconds }) => seconds >= last || random() < 0.5);
    assert.equal(codeOf(looks, course), ends.split(' ').slice(0, 2).join(' '), says);
  }
});
