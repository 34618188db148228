import type { Clock, Happening } from '../ports.ts';
import { NO_FACTS, type Facts } from './facts.ts';
import type { UserInterface } from './interface.ts';
import { linesOf, plannedLines } from './log-lines.ts';

/** What is known so far, and the phases as the user sees them: one folded group each, timed. */
export type Journal = {
  facts(): Facts;
  add(known: Partial<Facts>): void;
  addTool(tool: string): void;
  /** Keeps what will be changed, and lists it. */
  showPlanned(objects: Facts['objects'], workloads: Facts['workloads']): void;
  phase<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  /** Takes what the phases say while they work. */
  hear(happening: Happening): void;
};

export function createJournal(ui: UserInterface, clock: Pick<Clock, 'now'>): Journal {
  let facts = NO_FACTS;
  let began: number | undefined;
  const add = (known: Partial<Facts>): void => {
    facts = { ...facts, ...known };
  };
  return {
    facts: () => facts,
    add,
    addTool: (tool) => {
      add({ tools: [...facts.tools, tool] });
      ui.line(tool);
    },
    showPlanned: (objects, workloads) => {
      add({ objects, workloads });
      for (const line of plannedLines(objects, workloads)) {
        ui.line(line);
      }
    },
    phase: async (title, work) => {
      const started = clock.now();
      began ??= started;
      const startSeconds = (started - began) / 1000;
      const end = (isFailed: boolean): void => {
        ui.closeGroup();
        add({ phases: [...facts.phases, { title, startSeconds, seconds: (clock.now() - started) / 1000, isFailed }] });
      };
      ui.openGroup(title);
      try {
        const result = await work();
        end(false);
        return result;
      } catch (error) {
        end(true);
        throw error;
      }
    },
    hear: (happening) => {
      if (happening.kind === 'changing') {
        add({ hasChanged: true });
      }
      for (const line of linesOf(happening)) {
        ui.line(line);
      }
    },
  };
}
