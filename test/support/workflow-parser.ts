// oxlint-disable-next-line import/no-unassigned-import -- it teaches Node to read the schemas of the package
import '../../scripts/checks/github-parser.ts';

const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');

/** The text of a workflow that another one calls, by its path in its repository; throws when there is none. */
export type ReadCalled = (path: string) => string;

/**
 * What GitHub's own parser says against a workflow, "x.yml (Line: 3, Col: 5): Unexpected value 'step'". Callers of reusable workflows of
 * org/k8s-deploy are checked against what these declare.
 */
export async function problemsForGitHub(text: string, readCalled: ReadCalled): Promise<readonly string[]> {
  const { context, value } = parseWorkflow({ name: 'workflow', content: text }, new NoOperationTraceWriter());
  if (value !== undefined) {
    const provider = {
      getFileContent: async (reference: object) => {
        const path = 'path' in reference ? String(reference.path) : '';
        return Promise.resolve({ name: path, content: readCalled(path) });
      },
    };
    // 1: the workflows that are called are read, too; those that they call are not.
    await convertWorkflowTemplate(context, value, provider, { fetchReusableWorkflowDepth: 1, errorPolicy: 1 });
  }
  return context.errors.getErrors().map(({ message }) => message);
}
