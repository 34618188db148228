import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { faultList, fits, sendAnswer, type RegistryAnswer, type RegistryFault } from './registry-faults.ts';
import { type Origin, passOn, reset } from './registry-forward.ts';
import { registryRequest, type RegistryRequest } from './registry-steps.ts';

/** Decides whose request it is, and whether it may go on: see registry-users.ts. */
export type Gate = (request: IncomingMessage, what: RegistryRequest, origin: Origin) => Promise<Admission>;

export type Admission = {
  /** The name that came with the credentials, right or wrong; nothing for an anonymous request. */
  readonly user: string | undefined;
  /** What the gate says itself: a refusal, or a token. Without it the request may go on. */
  readonly answer?: RegistryAnswer | undefined;
};

export type RecordedRequest = RegistryRequest & {
  readonly user: string | undefined;
  /** What the client got; 0 as long as it got nothing, and for ever after a reset. */
  readonly status: number;
  readonly answeredBy: 'registry' | 'gate' | 'fault' | 'nobody';
  /** What the registry says the content is; of a manifest that was pushed under a tag the only trace once the tag moves on. */
  readonly digest: string | undefined;
};

export type RegistryProxyOptions = {
  /** A plain registry that asks for no credentials: "127.0.0.1:21003". */
  readonly upstream: string;
  readonly gate?: Gate | undefined;
  /** PEM; see registry-tls.ts. Without it the proxy speaks plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
  /** "0.0.0.0" makes it reachable under the machine's other addresses too; by default only under 127.0.0.1. */
  readonly listenOn?: string | undefined;
};

/**
 * Stands in front of a registry, passes everything on in both directions as it comes, writes it down, and fails when it is told to. Each
 * request passes the gate, then the hooks, then the faults, so that a fault is never spent on the anonymous request that every client
 * begins with. A request for a token passes hooks and faults first: there the gate is who answers.
 */
export type RegistryProxy = {
  /** As in the name of an image: "127.0.0.1:43210". */
  readonly host: string;
  readonly port: number;
  inject(fault: RegistryFault): void;
  /** No faults any more; what was held back is passed on. */
  heal(): void;
  /** Runs `act` once, before the next request that fits is passed on. If it fails, so do the request (500) and `close`. */
  before(which: Pick<RegistryFault, 'step' | 'repository' | 'reference'>, act: () => Promise<void>): void;
  /** Everything that came in, in this order. */
  requests(): readonly RecordedRequest[];
  forgetRequests(): void;
  close(): Promise<void>;
};

type Hook = { readonly which: Parameters<RegistryProxy['before']>[0]; readonly act: () => Promise<void> };

export async function openRegistryProxy(options: RegistryProxyOptions): Promise<RegistryProxy> {
  const { gate, tls, listenOn = '127.0.0.1' } = options;
  const upstream = `http://${options.upstream}`;
  const faults = faultList();
  const failures: unknown[] = [];
  let hooks: readonly Hook[] = [];
  let silence = Promise.withResolvers<undefined>();
  let records: { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] }[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const what = registryRequest(request.method ?? 'GET', request.url ?? '/');
    const origin = `${tls === undefined ? 'http' : 'https'}://${request.headers.host ?? ''}`;
    const record: (typeof records)[number] = {
      ...what,
      user: undefined,
      status: 0,
      answeredBy: 'nobody',
      digest: undefined,
    };
    records.push(record);
    const answer = (by: RecordedRequest['answeredBy'], say: RegistryAnswer): void => {
      Object.assign(record, { status: say.status, answeredBy: by });
      sendAnswer(response, what, say);
    };

    const isAdmitted = async (): Promise<boolean> => {
      const admission = await gate?.(request, what, origin);
      record.user = admission?.user;
      if (admission?.answer !== undefined) {
        answer('gate', admission.answer);
      }
      return admission?.answer === undefined;
    };
    if (what.step !== 'token' && !(await isAdmitted())) {
      return;
    }
    const hook = hooks.find(({ which }) => fits(which, what));
    hooks = hooks.filter((other) => other !== hook);
    await hook?.act();
    const fault = faults.take(what)?.answer;
    switch (fault) {
      case 'reset':
        record.answeredBy = 'fault';
        reset(response);
        return;
      case 'silence':
        await silence.promise;
        break;
      case undefined:
      case 'cut':
        break;
      default:
        answer('fault', typeof fault === 'function' ? fault(what) : fault);
        return;
    }
    if (response.destroyed || (what.step === 'token' && !(await isAdmitted()))) {
      return;
    }
    const onHead = (status: number, digest: string | undefined): void => {
      Object.assign(record, { status, answeredBy: 'registry', digest });
    };
    passOn({ request, response, upstream, origin, isCut: fault === 'cut', onHead });
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch((error: unknown) => {
      failures.push(error);
      sendAnswer(response, registryRequest('', '/'), { status: 500, message: String(error) });
    });
  };
  const server =
    tls === undefined ? createServer(listener) : createTlsServer({ cert: tls.certificate, key: tls.key }, listener);
  // Longer than any client keeps an idle connection: that one is closed in its face would be a fault nobody asked for.
  server.keepAliveTimeout = 300_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, listenOn, resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;

  const heal = (): void => {
    faults.clear();
    silence.resolve(undefined);
    silence = Promise.withResolvers();
  };
  return {
    host: `127.0.0.1:${port}`,
    port,
    inject: (fault) => faults.add(fault),
    heal,
    before: (which, act) => {
      hooks = [...hooks, { which, act }];
    },
    requests: () => records.map((record) => ({ ...record })),
    forgetRequests: () => {
      records = [];
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      heal();
      await closed;
      if (failures.length > 0) {
        throw new AggregateError(failures, 'the proxy or a hook of the test failed');
      }
    },
  };
}
