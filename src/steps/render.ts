import type { Cluster } from '../connect.ts';
import { failureOfFindings, formatProblem, type Finding } from '../errors.ts';
import type { Manifest } from '../kube/manifest.ts';
import { findImageProblems, pinImages } from '../render/images.ts';
import { neededRenderers, renderManifests } from '../render/run.ts';
import { installHelm } from '../tools/helm.ts';
import { pinnable } from './targets.ts';
import type { Run } from './run.ts';
import { describeTool } from './tools.ts';

/** The manifests with their variables filled in; of the Jobs that run first, too. The images are put in later. */
export type Drafts = {
  readonly manifests: readonly Manifest[];
  readonly preDeploy: readonly Manifest[];
  /** What is wrong with their images: it is told with all that the cluster finds. */
  readonly findings: readonly Finding[];
};

/** Whether a cluster has to be known before anything can be rendered: kustomize is in kubectl, and helm asks for its version. */
export async function needsClusterToRender({ plan, ports }: Run): Promise<boolean> {
  const { kustomize, helm } = await neededRenderers(plan.render, ports.files);
  return kustomize || helm;
}

/** Throws what is wrong in the files, and in how the inputs fit them. */
export async function render(cluster: Cluster | undefined, run: Run): Promise<Drafts> {
  const { plan, ports, journal } = run;
  const images = run.expected;
  journal.add({ sha: plan.sha, images });
  const helm = cluster === undefined ? undefined : await helmFor(run);
  return journal.phase('Render', async () => {
    const tools = {
      kubectl: cluster?.kubectl.path,
      helm,
      serverVersion: cluster?.serverVersion,
      namespace: cluster?.namespace ?? plan.check.namespace ?? 'default',
    };
    const { manifests, preDeploy, unusedVars } = await renderManifests(plan.render, tools, ports);
    for (const name of unusedVars) {
      ports.notify({ kind: 'warning', text: `vars: ${name} stands nowhere in the manifests as \${${name}}` });
    }
    const all = [...manifests, ...preDeploy];
    const findings = findImageProblems(all, pinnable(all, images), plan.render.imagePaths);
    const failure = failureOfFindings(findings, 'in the manifests');
    // Which of the other images was meant nobody knows, and so not what to look for in the cluster.
    if (failure?.code === 'image-unmatched') {
      throw failure;
    }
    const { replacements } = pinImages(all, pinnable(all, images), plan.render.imagePaths);
    for (const { file, line, object, container, before, after } of replacements) {
      const message = `${object}, ${container}: ${before} → ${after}`;
      ports.notify({ kind: 'note', text: formatProblem({ file, line, message }) });
    }
    return { manifests, preDeploy, findings };
  });
}

async function helmFor({ plan, ports, journal }: Run): Promise<string | undefined> {
  const { helm: isNeeded } = await neededRenderers(plan.render, ports.files);
  if (!isNeeded) {
    return undefined;
  }
  return journal.phase('Install helm', async () => {
    const tool = await installHelm(plan.tools, ports);
    journal.addTool(describeTool(tool));
    return tool.path;
  });
}
