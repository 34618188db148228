import type { ApiAnswer, KubeApi } from '../../../src/kube/api.ts';
import { textAt, valueAt } from '../../../src/values/json.ts';
import { answerOf } from '../../support/fake-api.ts';

/** As in a Role; without `namespace` as in a ClusterRole. */
export type Grant = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly namespace?: string;
};

export type RbacServer = {
  readonly grants: readonly Grant[];
  /** Rights that only another authorizer knows, which cannot list them: "get pods/log in shop". */
  readonly webhook?: readonly string[];
  /** Paths of objects that are there. */
  readonly there?: readonly string[];
  /** The status of reviews that are refused. */
  readonly refuses?: { readonly rules?: number; readonly access?: number };
};

const REVIEWS = '/apis/authorization.k8s.io/v1';

/** An API server that answers reviews by grants, and knows whether objects are there. `requests` has "rules shop", "may get pods in shop" or a path. */
export function rbacApi(server: RbacServer): KubeApi & { readonly requests: readonly string[] } {
  const requests: string[] = [];
  const answer = (path: string, body: unknown): ApiAnswer => {
    if (path === `${REVIEWS}/selfsubjectrulesreviews`) {
      const namespace = textAt(body, 'spec', 'namespace') ?? '';
      requests.push(`rules ${namespace}`);
      return server.refuses?.rules === undefined ? answerOf(rules(namespace, server)) : refusal(server.refuses.rules);
    }
    if (path === `${REVIEWS}/selfsubjectaccessreviews`) {
      const text = questionOf(valueAt(body, 'spec', 'resourceAttributes'));
      requests.push(`may ${text}`);
      const allowed = isAllowed(valueAt(body, 'spec', 'resourceAttributes'), server) || server.webhook?.includes(text);
      return server.refuses?.access === undefined
        ? answerOf({ status: { allowed: allowed === true } })
        : refusal(server.refuses.access);
    }
    requests.push(path);
    return server.there?.includes(path) === true ? answerOf({}) : refusal(404);
  };
  return {
    requests,
    request: async ({ path, body }) => answer(path, body === undefined ? undefined : JSON.parse(body)),
    watch: async () => {
      throw new Error('nothing is watched');
    },
    close: async () => {},
  };
}

function rules(namespace: string, { grants, webhook }: RbacServer): object {
  const resourceRules = grants
    .filter((grant) => grant.namespace === undefined || grant.namespace === namespace)
    .map((grant) => ({ ...grant, namespace: undefined }));
  return { status: { resourceRules, nonResourceRules: [], incomplete: webhook !== undefined } };
}

function has(words: readonly string[], word: string): boolean {
  return words.includes(word) || words.includes('*');
}

function isAllowed(asked: unknown, { grants }: RbacServer): boolean {
  const subresource = textAt(asked, 'subresource');
  const resource = `${textAt(asked, 'resource')}${subresource === undefined ? '' : `/${subresource}`}`;
  return grants.some(
    (grant) =>
      (grant.namespace === undefined || grant.namespace === textAt(asked, 'namespace')) &&
      has(grant.apiGroups, textAt(asked, 'group') ?? '') &&
      has(grant.resources, resource) &&
      has(grant.verbs, textAt(asked, 'verb') ?? '') &&
      (grant.resourceNames === undefined || grant.resourceNames.includes(textAt(asked, 'name') ?? '')),
  );
}

/** "get deployments.apps server in shop" */
function questionOf(asked: unknown): string {
  const part = (before: string, key: string): string => {
    const text = textAt(asked, key) ?? '';
    return text === '' ? '' : `${before}${text}`;
  };
  const what = `${part('', 'resource')}${part('/', 'subresource')}${part('.', 'group')}`;
  return `${part('', 'verb')} ${what}${part(' ', 'name')}${part(' in ', 'namespace')}`;
}

function refusal(code: number): ApiAnswer {
  return answerOf({ kind: 'Status', code, message: code === 404 ? 'not found' : `refused with ${code}` });
}
