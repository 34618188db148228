import { basename, resolve } from 'node:path';
import type { Command } from '../ports.ts';
import { joined, renderFile, type Part } from './document.ts';
import type { Entry } from './entries.ts';
import { helmFailure } from './helm-failure.ts';
import { splitHooks, tellLeftOut } from './helm-hooks.ts';
import { piecesOfHelm } from './helm-pieces.ts';
import { renderPiece } from './origin.ts';
import { runRenderer, type RenderContext } from './tools.ts';
import type { Manifest } from '../kube/manifest.ts';

/** A release name is part of names of objects; the limit is helm's own. */
const LONGEST_RELEASE = 53;
const VERSION_OF_PACKAGE = /-v?\d+\.\d+\.\d+\S*$/;

/** The objects of a chart; those of its hooks that run before an install or upgrade are apart. */
export type ChartPart = Part & { readonly preDeploy: readonly Manifest[] };

/** Runs `helm template`. What helm refuses is a finding; hooks that are not run are told. */
export async function renderChart(entry: Entry, context: RenderContext): Promise<ChartPart> {
  const { plan, ports, values } = context;
  const result = await runRenderer(helmCommand(entry, context), ports);
  if (result.timedOut || result.exitCode !== 0) {
    const finding = await helmFailure(result, entry, plan.workspace, ports.files);
    return { manifests: [], preDeploy: [], used: [], findings: [finding] };
  }
  const pieces = await piecesOfHelm(result.stdout, entry, plan.workspace, ports.files);
  const part = joined(
    pieces.map((piece) =>
      piece.kind === 'as-written' ? renderFile(piece.file, piece.text, values) : renderPiece(piece, values),
    ),
  );
  const { manifests, preDeploy, leftOut } = splitHooks(part.manifests);
  tellLeftOut(leftOut, entry.file, ports.notify);
  return { ...part, manifests, preDeploy };
}

function helmCommand(entry: Entry, { plan, tools }: RenderContext): Command {
  if (tools.helm === undefined) {
    throw new Error(`no helm was given to render ${entry.path}`);
  }
  const version = tools.serverVersion === undefined ? [] : [`--kube-version=${tools.serverVersion}`];
  const values = plan.helmValues.map((file) => `--values=${resolve(plan.workspace, file)}`);
  const scope = [`--namespace=${tools.namespace}`, ...version, ...values, '--include-crds'];
  return { tool: tools.helm, args: ['template', plan.helmRelease ?? releaseName(entry), entry.path, ...scope] };
}

/** The name of the chart's folder, or of its package without the version, as far as a release may have it. */
export function releaseName({ kind, path }: Entry): string {
  const name = kind === 'packaged-chart' ? basename(path, '.tgz').replace(VERSION_OF_PACKAGE, '') : basename(path);
  const valid = name.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  return valid.slice(0, LONGEST_RELEASE).replaceAll(/^-+|-+$/g, '') || 'release';
}
