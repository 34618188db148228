import { isJsonObject, textAt, valueAt } from '../../src/values/json.ts';
import { CALL_RULES } from './call-rules.ts';
import { PERMISSION_RULES } from './permission-rules.ts';
import { jobsOf, problemAt, stepsOf, type Problem, type WorkflowFile } from './workflow-file.ts';

/** A rule of this project that the linters of others do not have, or not as narrow. */
export type Rule = {
  /** Whether examples keep it too. */
  readonly isForUsers: boolean;
  readonly check: (file: WorkflowFile) => readonly Problem[];
};

const GATE = 'ci-ok';
const PINNED = /^\s*(?:- )?uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
const OURS = /^\s*(?:- )?uses: (?:\.\/|\$\/|org\/k8s-deploy(?:\/|@))/;

const pins: Rule = {
  isForUsers: false,
  check: ({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const isFine = !/^\s*(?:- )?uses:/.test(line) || PINNED.test(line) || OURS.test(line);
      return isFine
        ? []
        : [{ path, line: index + 1, message: 'this action is not pinned by SHA with its version beside it' }];
    }),
};

const expressions: Rule = {
  isForUsers: true,
  check: (file) =>
    stepsOf(file)
      .filter(({ step }) => textAt(step, 'run')?.includes('${{'))
      .map(({ keys }) => problemAt(file, [...keys, 'run'], 'an expression inside run is code: pass it by env')),
};

const checkouts: Rule = {
  isForUsers: false,
  check: (file) =>
    stepsOf(file)
      .filter(({ step }) => isCheckout(step) && valueAt(step, 'with', 'persist-credentials') !== false)
      .map(({ keys }) => problemAt(file, keys, 'the checkout leaves its token behind: persist-credentials: false')),
};

/** Whoever opens a pull request decides what its head is, and these events give it secrets and a token that writes. */
const foreignCode: Rule = {
  isForUsers: true,
  check: (file) =>
    ['pull_request_target', 'workflow_run', 'issue_comment'].some((event) => isStartedBy(file.workflow, event))
      ? stepsOf(file)
          .filter(({ step }) => isCheckout(step) && /head|merge|number/.test(textAt(step, 'with', 'ref') ?? ''))
          .map(({ keys }) => problemAt(file, keys, 'code of a pull request is checked out with secrets at hand'))
      : [],
};

const secrets: Rule = {
  isForUsers: true,
  check: (file) =>
    file.text.split('\n').flatMap((line, index) => {
      const isByName = !/secrets: inherit|toJSON\(\s*secrets|\$\{\{[^}]*secrets\[/i.test(line);
      return isByName ? [] : [{ path: file.path, line: index + 1, message: 'secrets are given by name, one by one' }];
    }),
};

const timeouts: Rule = {
  isForUsers: false,
  check: (file) =>
    jobsOf(file)
      .filter(([, job]) => job['uses'] === undefined && job['timeout-minutes'] === undefined)
      .map(([name]) => problemAt(file, ['jobs', name], `${name} has no timeout-minutes`)),
};

const gate: Rule = {
  isForUsers: false,
  check: (file) => {
    const needed = [valueAt(file.workflow, 'jobs', GATE, 'needs') ?? []].flat();
    const hasGate = valueAt(file.workflow, 'jobs', GATE) !== undefined;
    return jobsOf(file)
      .filter(([name]) => hasGate && name !== GATE && !needed.includes(name))
      .map(([name]) => problemAt(file, ['jobs', GATE], `${GATE} does not need ${name}`));
  },
};

const RULES: readonly Rule[] = [
  pins,
  expressions,
  checkouts,
  foreignCode,
  secrets,
  timeouts,
  gate,
  ...PERMISSION_RULES,
  ...CALL_RULES,
];

/** Everything that is wrong with a workflow by the rules of this project. */
export function ownProblems(file: WorkflowFile): readonly Problem[] {
  return RULES.filter(({ isForUsers }) => isForUsers || file.audience === 'project').flatMap(({ check }) =>
    check(file),
  );
}

function isCheckout(step: unknown): boolean {
  return textAt(step, 'uses')?.startsWith('actions/checkout@') ?? false;
}

function isStartedBy(workflow: unknown, event: string): boolean {
  const on = valueAt(workflow, 'on');
  return on === event || (Array.isArray(on) && on.includes(event)) || (isJsonObject(on) && event in on);
}
