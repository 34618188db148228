import { isJsonObject, objectsAt, textAt, valueAt } from '../../src/values/json.ts';
import type { Rule } from './own-rules.ts';
import { commentAt, jobsOf, problemAt } from './workflow-file.ts';

/** What starts code of packages: npm, and the script that installs them. */
const PACKAGES = /\bnpm (?:ci|install|run|test|exec)\b|\bnpx\b|with-node\.sh|\.ci\/run/;

const nothingByDefault: Rule = {
  isForUsers: true,
  check: (file) =>
    JSON.stringify(valueAt(file.workflow, 'permissions')) === '{}'
      ? []
      : [problemAt(file, ['permissions'], 'the workflow needs "permissions: {}" at the top')],
};

const explicit: Rule = {
  isForUsers: true,
  check: (file) =>
    jobsOf(file)
      .filter(([, job]) => !isJsonObject(job['permissions']))
      .map(([name]) => problemAt(file, ['jobs', name], `${name} does not list its permissions`)),
};

const reasons: Rule = {
  isForUsers: false,
  check: (file) =>
    grants(file).flatMap(([name, scope]) => {
      const keys = ['jobs', name, 'permissions', scope];
      return commentAt(file, keys) ? [] : [problemAt(file, keys, `${scope} of ${name} has no reason beside it`)];
    }),
};

/** A bad package would have the token of the job, or could sign in its name. */
const noPackages: Rule = {
  isForUsers: false,
  check: (file) =>
    jobsOf(file)
      .filter(([name]) => grants(file).some(([job, , level]) => job === name && level === 'write'))
      .flatMap(([name, job]) =>
        objectsAt(job, 'steps').flatMap((step, index) =>
          PACKAGES.test(textAt(step, 'run') ?? '')
            ? [
                problemAt(
                  file,
                  ['jobs', name, 'steps', index],
                  `${name} runs code of packages with a token that writes`,
                ),
              ]
            : [],
        ),
      ),
};

export const PERMISSION_RULES: readonly Rule[] = [nothingByDefault, explicit, reasons, noPackages];

function grants(
  file: Parameters<Rule['check']>[0],
): readonly (readonly [job: string, scope: string, level: unknown])[] {
  return jobsOf(file).flatMap(([name, job]) => {
    const permissions = job['permissions'];
    return Object.entries(isJsonObject(permissions) ? permissions : {}).map(
      ([scope, level]) => [name, scope, level] as const,
    );
  });
}
