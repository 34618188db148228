import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent, createServer, request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWatches } from './fault-proxy-watches.ts';
import { loopbackCertificate } from './loopback-certificate.ts';
import { requestKind, type RequestKind } from './request-kind.ts';

/** The API server behind the proxy, and the client certificate that opens it. PEM each. */
export type Upstream = {
  readonly origin: string;
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
};

/** What the proxy does wrong. Everything but `cut`, `end` and `garbage` lasts until it is used up, or until `heal`. */
export type Fault =
  /** The next `times` requests of a kind (`any`: of every kind) are not passed on but answered with this status. */
  | {
      readonly kind: 'status';
      readonly of: RequestKind | 'any';
      readonly status: number;
      readonly times: number;
      readonly retryAfterSeconds?: number;
    }
  /** The next `times` watches begin well, and their only event is ERROR 410: the answer to a resourceVersion that is too old. */
  | { readonly kind: 'expired'; readonly times: number }
  /** The watches that are open now break in the middle of a line. */
  | { readonly kind: 'cut' }
  /** The watches that are open now end in good order, as they do when their time is over. */
  | { readonly kind: 'end' }
  /** The watches that are open now get a line that is no JSON, and go on. */
  | { readonly kind: 'garbage' }
  /** Connections are taken and stay open, and not a byte comes any more. `heal` passes on what was held back. */
  | { readonly kind: 'silence' }
  /** Every answer begins later by so much. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  | { readonly kind: 'heal' };

export type Traffic = {
  /** Requests that came in, by kind, whatever became of them. */
  readonly requests: Readonly<Partial<Record<RequestKind, number>>>;
  readonly total: number;
  /** Watches at the same time, at most. */
  readonly mostWatches: number;
  readonly openWatches: number;
};

/**
 * Stands between a client and an API server, passes everything on, counts it, and fails when it is told to. It speaks TLS with a certificate
 * of its own for 127.0.0.1, because kubectl sends no credentials without TLS. Towards the API server it is who `upstream` is, whoever
 * asked.
 *
 * With `tokenSeconds` a request needs a bearer token that `tokenMadeAt` would make, at most that old; otherwise the answer is 401. Like a
 * real server it looks at the token of a watch only when the watch begins. Without `tokenSeconds` nobody is asked for anything.
 */
export type FaultProxy = {
  /** "https://127.0.0.1:43210" */
  readonly origin: string;
  /** PEM: who trusts it trusts the proxy. */
  readonly certificate: string;
  inject(fault: Fault): void;
  traffic(): Traffic;
  /** Counts from zero again; a watch that is open stays counted. */
  forgetTraffic(): void;
  close(): Promise<void>;
};

export type FaultProxyOptions = { readonly upstream: Upstream; readonly tokenSeconds?: number };

/** What a client of a proxy with `tokenSeconds` sends: "test-1790000000". */
export const tokenMadeAt = (epochSeconds: number): string => `test-${Math.floor(epochSeconds)}`;

export async function openFaultProxy({ upstream, tokenSeconds }: FaultProxyOptions): Promise<FaultProxy> {
  const { certificate, key } = await loopbackCertificate();
  const forward = forwarderTo(upstream);
  const watches = openWatches();
  let refusals: { readonly fault: Extract<Fault, { kind: 'status' }>; left: number }[] = [];
  let expired = 0;
  let delayMilliseconds = 0;
  let silence: PromiseWithResolvers<undefined> | undefined;
  let requests: Partial<Record<RequestKind, number>> = {};

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const kind = requestKind(request.method ?? 'GET', request.url ?? '/');
    requests[kind] = (requests[kind] ?? 0) + 1;
    await sleep(delayMilliseconds);
    await silence?.promise;
    if (tokenSeconds !== undefined && !isFresh(request.headers.authorization, tokenSeconds)) {
      refuse(response, 401);
      return;
    }
    const refusal = refusals.find(({ fault, left }) => left > 0 && (fault.of === 'any' || fault.of === kind));
    if (refusal !== undefined) {
      refusal.left -= 1;
      refuse(response, refusal.fault.status, refusal.fault.retryAfterSeconds);
    } else if (kind === 'watch' && expired > 0) {
      expired -= 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify({ type: 'ERROR', object: statusObject(410) })}\n`);
    } else {
      const isWatch = kind === 'watch';
      forward.pass(request, response, (answer) => (isWatch ? watches.follow(answer, response) : answer.pipe(response)));
    }
  }

  const inject = (fault: Fault): void => {
    switch (fault.kind) {
      case 'status':
        refusals.push({ fault, left: fault.times });
        return;
      case 'expired':
        expired += fault.times;
        return;
      case 'cut':
        watches.cut();
        return;
      case 'end':
        watches.end();
        return;
      case 'garbage':
        watches.say('<html>502 Bad Gateway</html>');
        return;
      case 'silence':
        silence ??= Promise.withResolvers();
        watches.mute();
        return;
      case 'delay':
        delayMilliseconds = fault.milliseconds;
        return;
      case 'heal':
        refusals = [];
        expired = 0;
        delayMilliseconds = 0;
        watches.speak();
        silence?.resolve(undefined);
        silence = undefined;
    }
  };

  const server = createServer({ cert: certificate, key }, (request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    origin: `https://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`,
    certificate,
    inject,
    traffic: () => ({
      requests: { ...requests },
      total: Object.values(requests).reduce((sum, count) => sum + count, 0),
      mostWatches: watches.most,
      openWatches: watches.open,
    }),
    forgetTraffic: () => {
      requests = {};
      watches.forgetMost();
    },
    close: async () => {
      inject({ kind: 'heal' });
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      forward.close();
      await closed;
    },
  };
}

type Forwarder = {
  /** Sends the request on, answers with the head of its answer, and leaves the body to `passBody`. A broken answer breaks ours. */
  pass(request: IncomingMessage, response: ServerResponse, passBody: (answer: IncomingMessage) => void): void;
  close(): void;
};

function forwarderTo({ origin, ca, certificate, key }: Upstream): Forwarder {
  const isTls = origin.startsWith('https:');
  const agent = isTls
    ? new HttpsAgent({ keepAlive: true, ca, cert: certificate, key })
    : new HttpAgent({ keepAlive: true });
  return {
    pass: (request, response, passBody) => {
      const { authorization: _dropped, ...headers } = request.headers;
      const ask = isTls ? httpsRequest : httpRequest;
      const call = ask(new URL(request.url ?? '/', origin), { method: request.method ?? 'GET', headers, agent });
      call.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        answer.on('error', () => response.destroy());
        passBody(answer);
      });
      call.on('error', () => response.destroy());
      response.on('close', () => call.destroy());
      request.pipe(call);
    },
    close: () => agent.destroy(),
  };
}

function refuse(response: ServerResponse, status: number, retryAfterSeconds?: number): void {
  const retry = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  response.writeHead(status, { 'content-type': 'application/json', ...retry });
  response.end(JSON.stringify(statusObject(status)));
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

function statusObject(code: number): unknown {
  const reason = REASONS[code] ?? 'Unknown';
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: reason, reason, code };
}

function isFresh(authorization: string | undefined, lifetimeSeconds: number): boolean {
  const [, madeAt] = /^Bearer test-(\d+)$/.exec(authorization ?? '') ?? [];
  return madeAt !== undefined && Date.now() / 1000 - Number(madeAt) <= lifetimeSeconds;
}
