import { compileTool } from './compile.ts';
import { BUILDCTL, HELM, KO, KWOK, type Tool } from './tools.ts';

/** The programs that no start of a lab compiles: whoever asks for one first waits for it. */
const ON_DEMAND = { buildctl: BUILDCTL, helm: HELM, ko: KO, kwok: KWOK } satisfies Readonly<Record<string, Tool>>;

export type OnDemandTool = keyof typeof ON_DEMAND;

/** The absolute path of a program; compiles it (Go, about two minutes) when this machine has not got it. Needs no running lab. */
export async function labTool(name: OnDemandTool): Promise<string> {
  return compileTool(ON_DEMAND[name], 'first time only, about two minutes', (line) => console.error(`lab: ${line}`));
}
