import { randomInt } from 'node:crypto';
import { textAt, type JsonObject } from '../../src/values/json.ts';
import { run as inLab } from '../lab/command.ts';
import { clusterOf, type Cluster } from './cluster.ts';
import type { FakeRepository, Deployment } from './fake-github/fake-github.ts';
import { openScene, type Deploy, type Scene, type Wish } from './scene.ts';

/** The repository org/app with pull requests, and the previews of its app on a real cluster. */
export type PreviewScene = {
  readonly scene: Scene;
  /** Told to nobody else on the cluster. */
  readonly app: string;
  readonly repository: FakeRepository;
  /** GITHUB_REPOSITORY_ID. */
  readonly repositoryId: string;
  /** The namespace of the preview of a pull request, gone at the end. */
  preview(number: number, app?: string): Cluster;
  /** As in a job that the event is about: the pull request is open, or closed. */
  deploy(number: number, wish?: Wish): Promise<Deploy>;
  destroy(number: number, wish?: Wish): Promise<Deploy>;
  sweep(wish?: Wish): Promise<Deploy>;
  /** The namespace as it is; undefined when it is gone. */
  namespace(name: string): Promise<JsonObject | undefined>;
  /** What a namespace of a preview says of itself. `days`: from now until it expires. */
  namespaceOf(number: number, more?: NamespaceWish): JsonObject;
  create(...objects: readonly unknown[]): Promise<void>;
  /** Of a preview, oldest first. */
  deployments(number: number): readonly (Deployment & { readonly state: string })[];
};

export type NamespaceWish = {
  readonly days?: number;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string | undefined>>;
  readonly annotations?: Readonly<Record<string, string>>;
};

const DAY_MILLISECONDS = 86_400_000;

export async function openPreviewScene(name: string): Promise<PreviewScene> {
  const scene = await openScene(name);
  const { lab, cluster, github } = scene;
  const app = cluster.namespace;
  const repositoryId = String(randomInt(1_000_000_000, 2_000_000_000));
  const repository = github.repository('org/app', { id: Number(repositoryId), hasEveryCommit: true });
  const run = async (inputs: Readonly<Record<string, string>>, wish: Wish): Promise<Deploy> =>
    scene.deploy({
      ...wish,
      inputs: { namespace: '', app, timeout: '60s', ...inputs, ...wish.inputs },
      runner: { GITHUB_REPOSITORY_ID: repositoryId, ...wish.runner },
    });
  const namespace: PreviewScene['namespace'] = async (wanted) => {
    const text = await cluster.kubectl(['get', 'namespace', wanted, '--ignore-not-found', '--output=json']);
    return text === '' ? undefined : Object(JSON.parse(text));
  };
  const previewScene: PreviewScene = {
    scene,
    app,
    repository,
    repositoryId,
    preview: (number, ofApp = app) => clusterOf(lab, scene.addNamespace(`${ofApp}-pr-${number}`).namespace),
    deploy: async (number, wish = {}) => {
      scene.addNamespace(`${app}-pr-${number}`);
      return run(
        { preview: 'true', manifests: 'k8s' },
        { event: { name: 'pull_request', payload: payloadOf(number, 'synchronize', scene.sha) }, ...wish },
      );
    },
    destroy: async (number, wish = {}) =>
      run(
        { command: 'destroy', preview: 'true' },
        { event: { name: 'pull_request', payload: payloadOf(number, 'closed', scene.sha) }, ...wish },
      ),
    sweep: async (wish = {}) =>
      run({ command: 'sweep' }, { event: { name: 'schedule', payload: { schedule: '17 3 * * *' } }, ...wish }),
    namespace,
    namespaceOf: (number, more = {}) => {
      const expires = new Date(Date.now() + (more.days ?? 7) * DAY_MILLISECONDS).toISOString();
      const labels = {
        'k8s-deploy/preview': app,
        'k8s-deploy/repository-id': repositoryId,
        'k8s-deploy/pull-request': String(number),
        'k8s-deploy/expires': expires.replaceAll(/[-:]|\.\d+/g, ''),
        ...more.labels,
      };
      const annotations = {
        'k8s-deploy/repository': 'org/app',
        'k8s-deploy/expires-at': expires,
        ...more.annotations,
      };
      const own = more.name ?? `${app}-pr-${number}`;
      scene.addNamespace(own);
      return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: own, labels, annotations } };
    },
    create: async (...objects) => {
      const list = { apiVersion: 'v1', kind: 'List', items: objects };
      await inLab(['kubectl', 'create', '--filename=-'], { env: lab.env, input: JSON.stringify(list) });
    },
    deployments: (number) => repository.deployments().filter(({ task }) => task === `deploy:${app}-pr-${number}`),
  };
  return previewScene;
}

/** A pull request of the repository itself, as GitHub tells of it. */
export function payloadOf(number: number, action: 'synchronize' | 'closed', sha: string): unknown {
  const repo = { full_name: 'org/app', fork: false };
  return {
    action,
    number,
    pull_request: {
      number,
      state: action === 'closed' ? 'closed' : 'open',
      title: `Pull request ${number}`,
      head: { ref: `topic-${number}`, sha, repo },
      base: { ref: 'main', sha: 'c'.repeat(40), repo },
    },
    repository: { full_name: 'org/app', default_branch: 'main' },
  };
}

/** A label or annotation of an object. */
export function markOf(object: JsonObject | undefined, name: string): string | undefined {
  return textAt(object, 'metadata', 'labels', name) ?? textAt(object, 'metadata', 'annotations', name);
}
