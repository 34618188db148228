import type { Manifest } from '../../../src/kube/manifest.ts';
import type { RenderPlan } from '../../../src/plan/slices.ts';
import type { Command, CommandResult, Happening } from '../../../src/ports.ts';
import { renderManifests, type Rendered } from '../../../src/render/run.ts';
import type { RenderTools } from '../../../src/render/tools.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { failureOfWork, type SeenFailure } from '../../support/failures.ts';
import { renderPlanOf } from '../../support/manifests.ts';
import { memoryFiles } from '../../support/memory-files.ts';

export const WORKSPACE = '/checkout/app';

export type Sources = Readonly<Record<string, string>>;
export type Vars = Readonly<Record<string, string | undefined>>;

/** Renders all of the files, whose names are relative to the workspace. */
export async function render(sources: Sources, vars: Vars = {}, entries = Object.keys(sources)): Promise<Rendered> {
  return (await renderWith({ sources, vars, plan: { manifests: entries } })).rendered;
}

/** The only object in the text. */
export async function renderOne(text: string, vars: Vars = {}): Promise<Manifest> {
  const { manifests } = await render({ 'a.yaml': text }, vars);
  const [manifest, ...more] = manifests;
  if (manifest === undefined || more.length > 0) {
    throw new Error(`one object expected, ${manifests.length} found`);
  }
  return manifest;
}

const TOOLS: RenderTools = {
  kubectl: '/tools/kubectl',
  helm: '/tools/helm',
  serverVersion: 'v1.34.4',
  namespace: 'shop',
};

/** What a recorded tool says to a command. */
export type Answer = Partial<CommandResult>;

export type Rendering = {
  readonly sources: Sources;
  readonly plan: Partial<RenderPlan>;
  readonly vars?: Vars;
  readonly tools?: Partial<RenderTools>;
  readonly answer?: (command: Command) => Answer;
};

/** What came of it, what was run for it and said about it, and the files that are there afterwards. */
export type Done = {
  readonly rendered: Rendered;
  readonly commands: readonly Command[];
  readonly happenings: readonly Happening[];
  readonly textOf: (path: string) => Promise<string>;
};

/** Renders a plan with tools that answer as they were recorded. */
export async function renderWith({ sources, plan, vars = {}, tools = {}, answer }: Rendering): Promise<Done> {
  const commands: Command[] = [];
  const happenings: Happening[] = [];
  const files = memoryFiles(
    Object.fromEntries(Object.entries(sources).map(([name, text]) => [`${WORKSPACE}/${name}`, text])),
  );
  const run = async (command: Command): Promise<CommandResult> => {
    commands.push(command);
    const told = answer?.(command);
    if (told === undefined) {
      throw new Error(`nobody expects ${command.tool} ${command.args.join(' ')}`);
    }
    return Promise.resolve({ exitCode: 0, stdout: '', stderr: '', timedOut: false, ...told });
  };
  const ports = fakePorts({ files, exec: { run }, notify: (happening) => happenings.push(happening) });
  const all = renderPlanOf({ ...plan, vars: Object.entries(vars).map(([name, value]) => ({ name, value })) });
  const rendered = await renderManifests(all, { ...TOOLS, ...tools }, ports);
  return { rendered, commands, happenings, textOf: async (path) => files.readText(path) };
}

export type Refusal = Pick<SeenFailure, 'code' | 'lines' | 'hints'>;

/** What the user reads when it fails. */
export async function refusalOf(work: () => unknown): Promise<Refusal> {
  const { code, lines, hints } = await failureOfWork(work);
  return { code, lines, hints };
}

/** A ConfigMap-like object with the given lines of YAML at its end. */
export function thing(...lines: readonly string[]): string {
  return ['apiVersion: example.com/v1', 'kind: Thing', 'metadata:', '  name: a', ...lines, ''].join('\n');
}
