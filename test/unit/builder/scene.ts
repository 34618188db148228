import type { Happening, Ports } from '../../../src/ports.ts';
import { fakePorts, instantClock } from '../../support/fake-ports.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { fakeBuildx, type FakeBuildx } from './fake-buildx.ts';
import { fakeEngine, type FakeEngine } from './fake-engine.ts';

export const HOUR_MILLISECONDS = 3_600_000;

export type Scene = {
  readonly engine: FakeEngine;
  readonly buildx: FakeBuildx;
  readonly ports: Ports;
  readonly masked: readonly string[];
  /** Texts of one kind that were told. */
  readonly told: (kind: Happening['kind']) => readonly string[];
  readonly letPass: (milliseconds: number) => void;
};

/** A runner with an engine and buildx. Its time begins on some day of 2026. */
export function scene(): Scene {
  const clock = instantClock();
  clock.skip(Date.parse('2026-11-21T20:00:00Z'));
  const engine = fakeEngine(() => clock.now());
  const files = memoryFiles({});
  const buildx = fakeBuildx(files, engine);
  const happenings: Happening[] = [];
  const masked: string[] = [];
  return {
    engine,
    buildx,
    masked,
    letPass: (milliseconds) => clock.skip(milliseconds),
    told: (kind) => happenings.filter((one) => one.kind === kind).map((one) => ('text' in one ? one.text : '')),
    ports: fakePorts({
      clock,
      files,
      exec: buildx,
      http: engine,
      notify: (happening) => happenings.push(happening),
      mask: (secret) => masked.push(secret),
    }),
  };
}
