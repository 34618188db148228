import type { Manifest } from '../kube/manifest.ts';
import { describeObject } from '../kube/object.ts';
import type { Notify } from '../ports.ts';
import { textAt } from '../values/json.ts';

export type SplitHooks = {
  readonly manifests: readonly Manifest[];
  /** In the order in which helm would run them. */
  readonly preDeploy: readonly Manifest[];
  readonly leftOut: readonly Manifest[];
};

const BEFORE: readonly string[] = ['pre-install', 'pre-upgrade'];
const TESTS: readonly string[] = ['test', 'test-success', 'test-failure'];

/** Takes the hooks of a chart out of its objects: those that run before an install or an upgrade, and those that this action does not run. */
export function splitHooks(rendered: readonly Manifest[]): SplitHooks {
  const manifests = rendered.filter((manifest) => hooksOf(manifest).length === 0);
  const hooks = rendered.filter((manifest) => hooksOf(manifest).length > 0);
  const preDeploy = hooks.filter((hook) => hooksOf(hook).some((name) => BEFORE.includes(name)));
  return {
    manifests,
    preDeploy: preDeploy.toSorted((one, other) => weightOf(one) - weightOf(other)),
    leftOut: hooks.filter((hook) => !preDeploy.includes(hook)),
  };
}

/** A chart's own tests are no part of a deploy; of other hooks the chart may depend, so that leaving them out is a warning. */
export function tellLeftOut(hooks: readonly Manifest[], chart: string, notify: Notify): void {
  const tests = hooks.filter(isTest);
  const others = hooks.filter((hook) => !isTest(hook));
  if (tests.length > 0) {
    notify({ kind: 'note', text: `${chart}: the tests of the chart are left out: ${tests.map(described).join(', ')}` });
  }
  if (others.length > 0) {
    const names = others.map(described).join(', ');
    notify({ kind: 'warning', text: `${chart}: these hooks of the chart are not run: ${names}` });
  }
}

function isTest(hook: Manifest): boolean {
  return hooksOf(hook).every((name) => TESTS.includes(name));
}

function described(hook: Manifest): string {
  return `${describeObject(hook.object)} (${hooksOf(hook).join(', ')})`;
}

function hooksOf({ object }: Manifest): readonly string[] {
  const text = textAt(object, 'metadata', 'annotations', 'helm.sh/hook') ?? '';
  return text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

/** Lower ones run first; what is no number counts as 0, as for helm. */
function weightOf({ object }: Manifest): number {
  const text = textAt(object, 'metadata', 'annotations', 'helm.sh/hook-weight') ?? '';
  return /^[-+]?\d+$/.test(text) ? Number(text) : 0;
}
