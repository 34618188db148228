import { registerHooks } from 'node:module';
import type { Problem } from './workflow-file.ts';

// The package imports its schemas as JSON without saying so, which bundlers take and Node does not.
registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    return found.url.endsWith('.json') ? { ...found, importAttributes: { type: 'json' } } : found;
  },
});
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
const { convertActionTemplate, parseAction } = await import('@actions/workflow-parser/actions/index');

type Text = { readonly path: string; readonly text: string };
type Complaint = {
  readonly rawMessage: string;
  readonly range?: { readonly start: { readonly line: number } } | undefined;
};

/** What GitHub itself would say about a workflow, before it runs: keys, types, contexts, permissions, needs, cron. */
export async function workflowProblems({ path, text }: Text): Promise<readonly Problem[]> {
  const { context, value } = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map((complaint) => problemOf(path, complaint));
}

/** The same for an action.yml: branding has an icon and a colour of GitHub's lists, expressions are where they may be. */
export function actionProblems({ path, text }: Text): readonly Problem[] {
  const { context, value } = parseAction({ name: path, content: text }, new NoOperationTraceWriter());
  if (value !== undefined) convertActionTemplate(context, value);
  return context.errors.getErrors().map((complaint) => problemOf(path, complaint));
}

function problemOf(path: string, { rawMessage, range }: Complaint): Problem {
  return { path, line: range?.start.line, message: `GitHub's parser: ${rawMessage}` };
}
