import { DeployError } from '../../../src/errors.ts';
import type { GitHubHttp, GitHubOutcome } from '../../../src/github-http.ts';
import type { ApiAnswer, KubeApi } from '../../../src/kube/api.ts';
import type { SweepPlan } from '../../../src/plan/preview-slices.ts';
import type { Command, CommandResult, Happening, Ports } from '../../../src/ports.ts';
import { textAt, valueAt, type JsonObject } from '../../../src/values/json.ts';
import { answerOf } from '../../support/fake-api.ts';
import { fakePorts, instantClock } from '../../support/fake-ports.ts';

/** 2026-11-22T00:00:00Z, when scenes begin. */
export const NOW = Date.UTC(2026, 10, 22);
const DAY = 86_400_000;

/** How a namespace goes away: after so many seconds, or never, with these conditions. */
type Leaving = { readonly afterSeconds: number } | { readonly conditions: readonly JsonObject[] };

export type NamespaceOfScene = { readonly object: JsonObject; readonly leaving?: Leaving };

/** A pull request: its state and labels; none of that number; or what GitHub answers instead. */
export type PullOfScene =
  { readonly state: 'open' | 'closed'; readonly labels?: readonly string[] } | { readonly status: number };

export type SceneWish = {
  readonly namespaces: readonly NamespaceOfScene[];
  /** Each question takes the next answer; the last one is for all that follow. */
  readonly pulls?: Readonly<Record<number, readonly PullOfScene[]>>;
  readonly repository?: { readonly id: number } | { readonly status: number };
  /** What kubectl says instead of deleting, by namespace. */
  readonly refusals?: Readonly<Record<string, string>>;
  /** Before the nth request to the API server (from 1) something happens to the namespaces. */
  readonly meanwhile?: (namespaces: Map<string, JsonObject>, commands: number) => void;
  readonly pageSize?: number;
};

export type Scene = {
  readonly context: {
    readonly kubectl: { path: string; kubeconfigPath: string; context: string };
    readonly api: KubeApi;
    readonly ports: Ports;
  };
  readonly happenings: Happening[];
  /** What was changed, asked of GitHub and of the API server, in order. */
  readonly log: string[];
  readonly names: () => readonly string[];
};

/** The namespace of a preview of org/app (id 1). Times in days from now. */
export function previewNamespaceOf(
  number: number,
  more: {
    readonly days?: number;
    readonly labels?: JsonObject;
    readonly annotations?: JsonObject;
    readonly metadata?: JsonObject;
    readonly status?: JsonObject;
  } = {},
): JsonObject {
  const expires = new Date(NOW + (more.days ?? 7) * DAY).toISOString();
  return {
    metadata: {
      name: `shop-pr-${number}`,
      uid: `uid-${number}`,
      labels: {
        'k8s-deploy/preview': 'shop',
        'k8s-deploy/repository-id': '1',
        'k8s-deploy/pull-request': String(number),
        'k8s-deploy/expires': expires.replaceAll(/[-:]|\.\d+/g, ''),
        ...more.labels,
      },
      annotations: { 'k8s-deploy/repository': 'org/app', 'k8s-deploy/expires-at': expires, ...more.annotations },
      ...more.metadata,
    },
    status: { phase: 'Active', ...more.status },
  };
}

export const SWEEP: SweepPlan = {
  app: undefined,
  repository: 'org/app',
  repositoryId: '1',
  keepLabel: 'keep-preview',
  isDryRun: false,
  access: { apiUrl: 'https://api.github.com', token: 'ghs_x', owner: 'org', repo: 'app' },
  timeoutSeconds: 120,
};

/** A cluster whose namespaces take their time to leave, and GitHub with pull requests. */
export function previewScene(wish: SceneWish): Scene {
  const clock = { ...instantClock() };
  const started = { ...clock, now: () => NOW + clock.now() };
  const happenings: Happening[] = [];
  const log: string[] = [];
  const namespaces = new Map(wish.namespaces.map(({ object }) => [nameOf(object), object]));
  const leavings = new Map(
    wish.namespaces.map(({ object, leaving }) => [nameOf(object), leaving ?? { afterSeconds: 6 }]),
  );
  const deletedAt = new Map<string, number>();
  let commands = 0;

  const live = (name: string): JsonObject | undefined => {
    const object = namespaces.get(name);
    const since = deletedAt.get(name);
    if (object === undefined || since === undefined) {
      return object;
    }
    const leaving = leavings.get(name) ?? { afterSeconds: 0 };
    if ('afterSeconds' in leaving && clock.elapsed() - since >= leaving.afterSeconds * 1000) {
      namespaces.delete(name);
      return undefined;
    }
    const metadata = { ...Object(object['metadata']), deletionTimestamp: '2026-11-22T00:00:00Z' };
    return {
      ...object,
      metadata,
      status: { phase: 'Terminating', conditions: 'conditions' in leaving ? leaving.conditions : [] },
    };
  };

  const api: KubeApi = {
    request: async ({ method, path }): Promise<ApiAnswer> => {
      const url = new URL(path, 'http://api');
      log.push(`${method} ${url.pathname}`);
      wish.meanwhile?.(namespaces, commands);
      const [, , , , name, ...rest] = url.pathname.split('/');
      if (rest.length > 0) {
        return answerOf({ items: [] });
      }
      if (name !== undefined) {
        return answerOf(live(name) ?? { kind: 'Status', code: 404, message: 'not found' });
      }
      const matching = [...namespaces.keys()]
        .map(live)
        .filter((one) => one !== undefined)
        .filter((one) => fits(one, url.searchParams.get('labelSelector') ?? ''));
      const from = Number(url.searchParams.get('continue') ?? 0);
      const size = wish.pageSize ?? 500;
      const more = from + size < matching.length ? { continue: String(from + size) } : {};
      return answerOf({
        kind: 'NamespaceList',
        apiVersion: 'v1',
        metadata: { resourceVersion: '1', ...more },
        items: matching.slice(from, from + size),
      });
    },
    watch: async () => {
      throw new Error('nothing is watched');
    },
    close: async () => {},
  };

  const run = async ({ args }: Command): Promise<CommandResult> => {
    const url = new URL(args.at(-1) ?? '', 'http://api');
    const name = url.pathname.split('/')[4] ?? '';
    commands += 1;
    log.push(`delete ${name}`);
    const object = live(name);
    const refusal =
      wish.refusals?.[name] ??
      (object === undefined ? 'Error from server (NotFound): gone' : undefined) ??
      (textAt(object, 'metadata', 'uid') === url.searchParams.get('uid')
        ? undefined
        : 'Error from server (Conflict): uid');
    if (refusal === undefined) {
      deletedAt.set(name, clock.elapsed());
    }
    return {
      exitCode: refusal === undefined ? 0 : 1,
      stdout: '{"secret":"object"}',
      stderr: refusal ?? '',
      timedOut: false,
    };
  };

  const asked = new Map<number, number>();
  const github: GitHubHttp = {
    request: async (_site, route, parameters): Promise<GitHubOutcome> => {
      const number = parameters['pull_number'];
      log.push(typeof number === 'number' ? `pull ${number}` : route);
      if (route === 'GET /repos/{owner}/{repo}') {
        const repository = wish.repository ?? { id: 1 };
        return 'status' in repository ? answered(repository.status, {}) : answered(200, repository);
      }
      if (typeof number !== 'number') {
        return answered(200, []);
      }
      const answers = wish.pulls?.[number] ?? [];
      const count = asked.get(number) ?? 0;
      asked.set(number, count + 1);
      const pull = answers[count] ?? answers.at(-1) ?? { status: 404 };
      return 'status' in pull
        ? answered(pull.status, { message: 'no' })
        : answered(200, {
            number,
            state: pull.state,
            labels: (pull.labels ?? []).map((label) => ({ name: label })),
            head: { sha: 'a' },
          });
    },
  };

  const ports = fakePorts({ clock: started, github, exec: { run }, notify: (happening) => happenings.push(happening) });
  const kubectl = { path: 'kubectl', kubeconfigPath: '/kubeconfig', context: 'lab' };
  return {
    context: { kubectl, api, ports },
    happenings,
    log,
    names: () => [...namespaces.keys()].filter((name) => live(name) !== undefined),
  };
}

function answered(status: number, body: unknown): GitHubOutcome {
  return { kind: 'answer', status, headers: {}, body };
}

function nameOf(object: JsonObject): string {
  return textAt(object, 'metadata', 'name') ?? '';
}

/** Selectors of `key` and `key=value`. */
function fits(object: JsonObject, selector: string): boolean {
  return selector.split(',').every((part) => {
    const [key = '', value] = part.split('=');
    const found = valueAt(object, 'metadata', 'labels', key);
    return value === undefined ? found !== undefined : found === value;
  });
}

/** What was thrown, when it is a failure for the user. */
export async function thrownBy(work: () => Promise<unknown>): Promise<DeployError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof DeployError) {
      return error;
    }
    throw error;
  }
  throw new Error('a failure was expected');
}
