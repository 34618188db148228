import assert from 'node:assert/strict';
import type { Deploy, Scene, Wish } from './scene.ts';

/** A deploy that must be refused: red, no command changed anything, and every object of the scene's namespace is the one that it was. */
export async function refusedDeploy(scene: Scene, wish: Wish): Promise<Deploy> {
  const before = await scene.cluster.snapshot();
  const deploy = await scene.deploy(wish);
  assert.deepEqual(
    [deploy.exitCode, deploy.outputs['result'], deploy.outputs['changed']],
    [1, 'failed', 'false'],
    deploy.log,
  );
  assert.deepEqual(deploy.changes, []);
  assert.deepEqual(await scene.cluster.snapshot(), before);
  return deploy;
}

/** What the annotations are about: "render-failed k8s/app.yaml:12"; without a line, or without a file, where none is known. */
export function annotatedPlaces({ annotations }: Pick<Deploy, 'annotations'>): readonly string[] {
  return annotations.map((line) => {
    const of = (key: string): string | undefined => new RegExp(`[ ,]${key}=([^,:]*)`).exec(line)?.[1];
    const code = of('title')?.replace('k8s-deploy%3A ', '');
    const place = [of('file'), of('line')].filter((part) => part !== undefined).join(':');
    return [code, place].filter((part) => part !== '').join(' ');
  });
}

/** Each problem at the end of the log when there are several: "k8s/app.yaml:12: what is wrong". */
export function problemsIn({ log }: Pick<Deploy, 'log'>): readonly string[] {
  const end = log.slice(log.search(/^failed: /m));
  return [...end.matchAll(/^ {2}- (.*)$/gm)].map(([, text = '']) => text);
}
