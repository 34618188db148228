import { join } from 'node:path';
import type { CommandResult } from '../ports.ts';
import { joined, type Part } from './document.ts';
import type { Entry } from './entries.ts';
import { kustomizeFailure } from './kustomize-failure.ts';
import { piecesOfKustomize, type Kustomized } from './kustomize-pieces.ts';
import { wrapperFor } from './kustomize-wrapper.ts';
import { renderPiece } from './origin.ts';
import { runRenderer, type RenderContext } from './tools.ts';

/** The objects of a kustomization, each at its place in the files that it is made of. What kustomize refuses is a finding. `folder` is private and its own. */
export async function renderKustomization(entry: Entry, folder: string, context: RenderContext): Promise<Part> {
  const kustomized = await kustomize(entry, folder, context);
  const { result } = kustomized;
  const { files } = context.ports;
  if (result.timedOut || result.exitCode !== 0) {
    const finding = await kustomizeFailure(result, entry, context.plan.workspace, files);
    return { manifests: [], used: [], findings: [finding] };
  }
  const pieces = await piecesOfKustomize(kustomized, entry, context.plan.workspace, files);
  return joined(pieces.map((piece) => renderPiece(piece, context.values)));
}

/**
 * Through a wrapper that asks for the origin of each object. Should that fail, the kustomization alone has the last word: its error speaks
 * of the user's own files, and should it succeed all the same, only the origins are missing.
 */
async function kustomize(entry: Entry, folder: string, context: RenderContext): Promise<Kustomized> {
  const wrapper = await wrapperFor(entry, folder, context.ports.files);
  const wrapped = wrapper === undefined ? undefined : await runWrapper(wrapper, folder, context);
  if (wrapped !== undefined && (wrapped.timedOut || wrapped.exitCode === 0)) {
    return { result: wrapped, root: folder, isAnnotated: true };
  }
  return { result: await runKubectl(entry.path, context), root: entry.path, isAnnotated: false };
}

async function runWrapper(wrapper: string, folder: string, context: RenderContext): Promise<CommandResult> {
  await context.ports.files.writePrivate(join(folder, 'kustomization.yaml'), wrapper);
  return runKubectl(folder, context);
}

async function runKubectl(folder: string, { tools, ports }: RenderContext): Promise<CommandResult> {
  if (tools.kubectl === undefined) {
    throw new Error(`no kubectl was given to render ${folder}`);
  }
  return runRenderer({ tool: tools.kubectl, args: ['kustomize', folder], env: { KUBERC: 'off' } }, ports);
}
