import type { ServerResponse } from 'node:http';
import type { RegistryRequest, RegistryStep } from './registry-steps.ts';

/** An answer in the words of the distribution specification; `text` is for what stands before a registry and knows no such words. */
export type RegistryAnswer = {
  readonly status: number;
  /** As in the specification: "DENIED", "TOOMANYREQUESTS". By default what the status is usually told with. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** The whole body, instead of JSON with `code` and `message`. */
  readonly text?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
};

export type RegistryFault = {
  readonly step: RegistryStep | 'any';
  /** Of any repository and reference unless these say otherwise. */
  readonly repository?: RegExp | undefined;
  readonly reference?: RegExp | undefined;
  readonly times: number | 'always';
  readonly answer:
    | RegistryAnswer
    | ((request: RegistryRequest) => RegistryAnswer)
    /** The connection is reset when the head of the request is there, whatever of the body is still to come. */
    | 'reset'
    /** The upstream gets the request; of the body of its answer only the first half arrives, then the connection is reset. */
    | 'cut'
    /** The connection stays open, and nothing comes until `heal`, which passes on what was held back. */
    | 'silence';
};

/** Docker's own registry in maintenance: every write, and no word in the terms of the specification. */
export const READ_ONLY: RegistryAnswer = {
  status: 405,
  text: 'Method not allowed\n',
  headers: { allow: 'GET, HEAD' },
};

/** Amazon ECR, of a tag that is there and may not be moved. Others: see `tagIsImmutable`. */
export const tagExists = ({ repository, reference }: RegistryRequest): RegistryAnswer => ({
  status: 400,
  code: 'TAG_INVALID',
  message: `The image tag '${reference}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`,
});

/** Harbor, of a tag that a rule makes immutable. */
export const tagIsImmutable = ({ repository, reference }: RegistryRequest): RegistryAnswer => ({
  status: 412,
  code: 'PRECONDITION',
  message: `Failed to process request due to '${repository.split('/').slice(1).join('/')}:${reference}' configured as immutable.`,
});

const CODES: Readonly<Record<number, readonly [code: string, message: string]>> = {
  401: ['UNAUTHORIZED', 'authentication required'],
  403: ['DENIED', 'requested access to the resource is denied'],
  404: ['MANIFEST_UNKNOWN', 'manifest unknown'],
  405: ['UNSUPPORTED', 'The operation is unsupported.'],
  409: ['CONFLICT', 'the tag exists already'],
  429: ['TOOMANYREQUESTS', 'too many requests'],
};

export function sendAnswer(response: ServerResponse, request: RegistryRequest, answer: RegistryAnswer): void {
  const [code, message] = CODES[answer.status] ?? ['UNKNOWN', 'unknown error'];
  const error = { code: answer.code ?? code, message: answer.message ?? message, detail: null };
  const body = answer.text ?? JSON.stringify({ errors: [error] });
  response.writeHead(answer.status, {
    'content-type': answer.text === undefined ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8',
    'docker-distribution-api-version': 'registry/2.0',
    ...(answer.retryAfterSeconds === undefined ? {} : { 'retry-after': String(answer.retryAfterSeconds) }),
    ...answer.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Faults in the order in which they were injected; the first that fits and is not used up is the one. */
export type FaultList = {
  add(fault: RegistryFault): void;
  /** Uses the fault once. */
  take(request: RegistryRequest): RegistryFault | undefined;
  clear(): void;
};

export function faultList(): FaultList {
  let faults: { readonly fault: RegistryFault; left: number }[] = [];
  return {
    add: (fault) => faults.push({ fault, left: fault.times === 'always' ? Number.POSITIVE_INFINITY : fault.times }),
    take: (request) => {
      const found = faults.find(({ fault, left }) => left > 0 && fits(fault, request));
      if (found !== undefined) {
        found.left -= 1;
      }
      return found?.fault;
    },
    clear: () => {
      faults = [];
    },
  };
}

/** Whether a rule is about a request. */
export function fits(
  { step, repository, reference }: Pick<RegistryFault, 'step' | 'repository' | 'reference'>,
  request: RegistryRequest,
): boolean {
  return (
    (step === 'any' || step === request.step) &&
    (repository?.test(request.repository) ?? true) &&
    (reference?.test(request.reference) ?? true)
  );
}
