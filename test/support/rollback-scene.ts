import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../src/values/json.ts';
import type { Cluster } from './cluster.ts';
import { contentsOf, servingIn, type Contents, type Serving } from './namespace-state.ts';
import type { Deploy, Scene, Wish } from './scene.ts';
import { until } from './until.ts';

/** One application in a namespace of its own, that is deployed well and badly. */
export type Place = {
  readonly cluster: Cluster;
  /** Deploys manifests as another commit each time, with `on-failure: rollback` unless the wish says otherwise. */
  deploy(manifests: string, wish?: Wish): Promise<Deploy>;
  /** The same, and it has to be green. */
  deployWell(manifests: string, wish?: Wish): Promise<Deploy>;
  state(): Promise<State>;
  /** Fails unless it is so within ten seconds: pods that were told to end need a moment. */
  assertState(expected: State, message: string): Promise<void>;
};

export type State = { readonly contents: Contents; readonly serving: Serving };

const SETTLING_SECONDS = 10;

let places = 0;

export async function openPlace(scene: Scene): Promise<Place> {
  places += 1;
  const file = `place-${places}.yaml`;
  const cluster = scene.addNamespace(`${scene.cluster.namespace}-${places}`);
  await cluster.kubectl(['create', 'namespace', cluster.namespace]);
  const deploy: Place['deploy'] = async (manifests, wish = {}) => {
    scene.write(file, manifests);
    return scene.deploy({
      sha: randomBytes(20).toString('hex'),
      ...wish,
      inputs: {
        manifests: file,
        namespace: cluster.namespace,
        timeout: '110s',
        'max-restarts': '1',
        'on-failure': 'rollback',
        ...wish.inputs,
      },
    });
  };
  const state = async (): Promise<State> => ({
    contents: await contentsOf(cluster),
    serving: await servingIn(cluster),
  });
  return {
    cluster,
    deploy,
    deployWell: async (manifests, wish) => {
      const done = await deploy(manifests, wish);
      assert.deepEqual([done.outputs['result'], done.exitCode], ['succeeded', 0], done.log);
      return done;
    },
    state,
    assertState: async (expected, message) => {
      let last: State | undefined;
      await until(
        'the state',
        async () => {
          last = await state();
          return isDeepStrictEqual(last, expected) ? last : undefined;
        },
        SETTLING_SECONDS,
      ).catch(() => undefined);
      assert.deepEqual(last, expected, message);
    },
  };
}

/** The state as it is when somebody has scaled a workload that had one pod. */
export function scaled({ contents, serving }: State, name: string, replicas: number): State {
  const before = contents[name] ?? {};
  const spec: JsonObject = { ...Object(before['spec']), replicas };
  return {
    contents: { ...contents, [name]: { ...before, spec } },
    serving: serving.flatMap((line) => Array.from({ length: replicas }, () => line)),
  };
}
