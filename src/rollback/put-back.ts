import { join } from 'node:path';
import { DeployError } from '../errors.ts';
import { getObject, statusMessage } from '../kube/api.ts';
import { insist } from '../kube/change.ts';
import { isKubeObject } from '../kube/object.ts';
import { containersOf } from '../kube/pod-template.ts';
import { applyCommand, askToApply } from '../kube/server-side-apply.ts';
import { isJsonObject, textAt, type JsonObject } from '../values/json.ts';
import type { ChangeContext } from '../kube/change.ts';
import { change, tolerate } from './change.ts';
import { patchCommand, setImageCommand } from './commands.ts';
import { manifestOf } from './fields-to-restore.ts';
import { patchBetween, type Operation } from './json-patch.ts';
import type { Snapshot } from './snapshot.ts';
import { judge, type Verdict } from './verdict.ts';
import { wantedOf, type Changed } from './views.ts';

/**
 * Undoes what the run changed of an object, if nobody else has changed the same since. Each step is for the version of the object that
 * was looked at. Throws `apply-failed` when it is not as before in the end.
 */
export async function putBack(touched: Changed, run: Snapshot, context: ChangeContext): Promise<Verdict> {
  const { verdict, isRest } = await insist(async () => firstStep(touched, run, context), context.ports);
  if (verdict.kind === 'ours') {
    if (isRest) {
      await ownAgain(touched, context);
    }
    await patchRest(touched, context);
  }
  return verdict;
}

type FirstStep = {
  readonly verdict: Verdict;
  /** The values are back, and our fields have to be ours again. */ readonly isRest: boolean;
};

async function firstStep(touched: Changed, run: Snapshot, context: ChangeContext): Promise<FirstStep> {
  const live = await getObject(context.api, touched.path, `read ${touched.name}`);
  if (live === undefined) {
    return { verdict: { kind: 'foreign', why: 'somebody has deleted it since' }, isRest: false };
  }
  const verdict = judge(touched, live, run);
  if (verdict.kind !== 'ours') {
    return { verdict, isRest: false };
  }
  if (touched.how === 'image-set') {
    await setImages(touched, live, context);
  }
  // One change of the template makes one revision: when applying does not bring everything back at once, a patch does.
  const isRest = touched.how === 'applied' && !(await sufficesToApply(touched, live, context));
  if (isRest) {
    await patch(touched, live, context);
  } else if (touched.how === 'applied') {
    await applyFields(touched, live, context);
  }
  return { verdict, isRest };
}

/** The server's own dry run says whether applying our fields makes the object as it was. It would not where nobody owned a field that the run changed. */
async function sufficesToApply(touched: Changed, live: JsonObject, { api }: ChangeContext): Promise<boolean> {
  const answer = await askToApply(touched.path, manifestOf(touched, live), { force: true, validation: 'ignore' }, api);
  if (answer.status === 409) {
    throw new DeployError('apply-failed', statusMessage(answer));
  }
  return answer.status < 300 && isJsonObject(answer.body) && missingIn(touched, answer.body).length === 0;
}

async function applyFields(touched: Changed, live: JsonObject, context: ChangeContext): Promise<void> {
  await change(applyCommand(context.kubectl, [manifestOf(touched, live)], true), subjectOf(touched), context);
}

async function setImages(touched: Changed, live: JsonObject, context: ChangeContext): Promise<void> {
  const wanted = wantedOf(touched, live);
  const now = isKubeObject(live) ? containersOf(live) : [];
  const images = (isKubeObject(wanted) ? containersOf(wanted) : []).flatMap(({ name, image }) =>
    image === undefined || now.some((other) => other.name === name && other.image === image)
      ? []
      : [{ container: name, image }],
  );
  if (images.length > 0) {
    await change(setImageCommand(context.kubectl, touched, images), subjectOf(touched), context);
  }
}

/** The values are back already. Where the server does not let us have the fields, the next deploy takes them over from kubectl-patch. */
async function ownAgain(touched: Changed, context: ChangeContext): Promise<void> {
  await tolerate(
    async () => insist(async () => applyFields(touched, await readAnew(touched, context), context), context.ports),
    `${touched.name} is as it was, but fields of it stay with kubectl-patch`,
    context,
  );
}

/** Whatever is not as it was yet, such as fields that nobody owned and the mark of a restart. */
async function patchRest(touched: Changed, context: ChangeContext): Promise<void> {
  const isPatched = await insist(async () => patch(touched, await readAnew(touched, context), context), context.ports);
  if (!isPatched) {
    return;
  }
  const missing = missingIn(touched, await readAnew(touched, context)).map(({ path }) => path);
  if (missing.length > 0) {
    throw new DeployError('apply-failed', `it is put back but for ${missing.join(', ')}, which the server changes`);
  }
}

/** False when nothing was missing. */
async function patch(touched: Changed, live: JsonObject, context: ChangeContext): Promise<boolean> {
  const missing = missingIn(touched, live);
  if (missing.length === 0) {
    return false;
  }
  const patchFile = join(context.folder, `put-back-${touched.resource.name}-${touched.objectName}.json`);
  const pin = { op: 'replace', path: '/metadata/resourceVersion', value: textAt(live, 'metadata', 'resourceVersion') };
  await context.ports.files.writePrivate(patchFile, JSON.stringify([pin, ...missing]));
  await change(patchCommand(context.kubectl, touched, patchFile), subjectOf(touched), context);
  return true;
}

function missingIn(touched: Changed, live: JsonObject): readonly Operation[] {
  return patchBetween(live, wantedOf(touched, live));
}

async function readAnew({ path, name }: Changed, { api }: ChangeContext): Promise<JsonObject> {
  const live = await getObject(api, path, `read ${name}`);
  if (live === undefined) {
    throw new DeployError('apply-failed', 'somebody has deleted it meanwhile');
  }
  return live;
}

function subjectOf({ name }: Changed): string {
  return `${name} as it was before`;
}
