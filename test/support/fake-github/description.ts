import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenAPIBackend, type Document, type Operation, type Request } from 'openapi-backend';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../../../src/values/json.ts';
import { pathOf, type Match, type Route } from './routes.ts';

/** GitHub's description of its API, cut to our routes (scripts/cut-openapi.ts), and what requests and answers are held against. */

const TEXT = readFileSync(join(import.meta.dirname, 'openapi.json'), 'utf8');
const DESCRIPTION: unknown = JSON.parse(TEXT);

export function operationOf(route: Route): unknown {
  const [method = '', path = ''] = route.split(' ');
  return valueAt(DESCRIPTION, 'paths', path, method.toLowerCase());
}

export function schemaOf(name: string): JsonObject {
  const schema = valueAt(DESCRIPTION, 'components', 'schemas', name);
  if (!isJsonObject(schema)) {
    throw new Error(`the description has no schema "${name}"`);
  }
  return schema;
}

/** A schema itself, or what it refers to. */
export function resolved(schema: unknown): JsonObject {
  const name = textAt(schema, '$ref')?.replace('#/components/schemas/', '');
  if (name !== undefined) {
    return schemaOf(name);
  }
  return isJsonObject(schema) ? schema : {};
}

export type Sent = {
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

export type Judge = {
  /** What the description does not allow in a request: "body.state must be equal to one of the allowed values". */
  requestProblems(match: Match, sent: Sent): readonly string[];
  answerProblems(route: Route, status: number, body: unknown): readonly string[];
};

/** GitHub shows a head without a repository when the fork was deleted. Its description does not know that. */
const FORK_IS_GONE = /head\.repo must be object$/;

let judge: Promise<Judge> | undefined;

/** One for all fakes of a process: it knows no state. */
export function openJudge(): Promise<Judge> {
  judge ??= newJudge();
  return judge;
}

async function newJudge(): Promise<Judge> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- GitHub's own document, and openapi-backend checks what it is
  const definition = closeBodies(withNulls(JSON.parse(TEXT))) as Document;
  const backend = new OpenAPIBackend({
    definition,
    quick: true,
    strict: true,
    coerceTypes: true,
    ajvOpts: { strict: false, validateFormats: false, allErrors: true },
  });
  await backend.init();
  const operationFor = (route: Route): Operation => {
    const operation = backend.getOperation(textAt(operationOf(route), 'operationId') ?? '');
    if (operation === undefined) {
      throw new Error(`the description has no operation for ${route}`);
    }
    return operation;
  };
  return {
    requestProblems: (match, sent) => {
      const request: Request = {
        method: match.route.split(' ')[0] ?? '',
        path: pathOf(match),
        query: { ...sent.query },
        headers: { ...sent.headers, 'content-type': 'application/json' },
        body: sent.body,
      };
      return problemsOf(backend.validateRequest(request, operationFor(match.route)).errors);
    },
    answerProblems: (route, status, body) => {
      const declared = valueAt(operationOf(route), 'responses', String(status));
      if (declared === undefined) {
        // GitHub does not describe every refusal, but every success.
        return status < 400 ? [`${status} is not among the answers`] : [];
      }
      const problems = problemsOf(backend.validateResponse(body ?? null, operationFor(route), status).errors);
      return problems.filter((problem) => !FORK_IS_GONE.test(problem));
    },
  };
}

function problemsOf(errors: unknown): readonly string[] {
  return objectsAt({ errors }, 'errors').map((error) => {
    const path = (textAt(error, 'instancePath') ?? '').replace(/^\//, '').replace(/^requestBody/, 'body');
    const extra = textAt(error, 'params', 'additionalProperty');
    const what =
      extra === undefined
        ? (textAt(error, 'message') ?? 'is invalid').replace('requestBody', 'body')
        : `has no field "${extra}"`;
    return `${path === '' ? 'request' : path.replaceAll('/', '.')} ${what}`;
  });
}

/**
 * OpenAPI lets an object have fields that are not described, and so does GitHub: a field that is spelled wrong has no effect, and nobody is
 * told. Here objects in requests have the fields that are described, and no others.
 */
function closeBodies(description: unknown): unknown {
  for (const path of Object.values(objectAt(description, 'paths'))) {
    for (const operation of Object.values(isJsonObject(path) ? path : {})) {
      close(valueAt(operation, 'requestBody'));
    }
  }
  return description;
}

function close(node: unknown): void {
  if (Array.isArray(node)) {
    node.forEach(close);
  } else if (isJsonObject(node)) {
    Object.values(node).forEach(close);
    if (node['type'] === 'object' && isJsonObject(node['properties']) && node['additionalProperties'] === undefined) {
      Object.assign(node, { additionalProperties: false });
    }
  }
}

/** What may be null and has no type says so in a way that validators of JSON schemas know. */
function withNulls(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.map(withNulls);
  }
  if (!isJsonObject(node)) {
    return node;
  }
  const entries = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withNulls(value)]));
  const { nullable, ...rest } = entries;
  return nullable === true && rest['type'] === undefined ? { anyOf: [rest, { enum: [null] }] } : entries;
}

function objectAt(node: unknown, key: string): JsonObject {
  const value = valueAt(node, key);
  return isJsonObject(value) ? value : {};
}
