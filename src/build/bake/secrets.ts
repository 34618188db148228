import { relative } from 'node:path';
import type { Problem } from '../../errors.ts';
import { HINT_FOR_SECRETS, secretIn } from '../../inputs/build-arg-secrets.ts';
import type { KnownSecret } from '../../inputs/known-secrets.ts';
import type { BakePlan } from '../../plan/build-slices.ts';
import { isJsonObject, valueAt } from '../../values/json.ts';
import type { PrintedBake } from './file.ts';

/**
 * Build arguments of bake's targets that hold what nobody may read: a variable of the file takes its value from the environment of the step, which
 * has secrets. Only names are told. Those of linked targets are looked at too, for their layers are in the image.
 */
export function findSecretBakeArgs(
  { all }: PrintedBake,
  { files, workspace }: BakePlan,
  forbidden: readonly KnownSecret[],
): readonly Problem[] {
  const [file] = files;
  const place = file === undefined ? {} : { file: relative(workspace, file) };
  return [...all].flatMap(([target, definition]) => {
    const args = valueAt(definition, 'args');
    return Object.entries(isJsonObject(args) ? args : {}).flatMap(([name, value]): readonly Problem[] => {
      const held = secretIn(String(value), forbidden);
      const message = `target "${target}": the build argument ${name} holds ${held}`;
      return held === undefined ? [] : [{ message, hint: HINT_FOR_SECRETS, ...place }];
    });
  });
}
