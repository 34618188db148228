import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';

/** As a client names this server: "https://127.0.0.1:43210". */
export type Origin = string;

export type Passage = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** "http://127.0.0.1:21003" */
  readonly upstream: Origin;
  /** Where the client gets what the registry says is at its own address. */
  readonly origin: Origin;
  /** Not all of the answer arrives; see the fault of this name. */
  readonly isCut: boolean;
  /** Called before anything of the answer is sent. */
  readonly onHead: (status: number, digest: string | undefined) => void;
};

/**
 * Sends a request on and streams the answer back. Credentials stay here, since the registry behind wants none. An answer that breaks off
 * breaks off for the client too.
 */
export function passOn({ request, response, upstream, origin, isCut, onHead }: Passage): void {
  const { authorization: _kept, connection: _ours, host: _here, ...headers } = request.headers;
  // No connection is used twice: a registry that restarts between two requests is no fault of the test.
  const call = httpRequest(new URL(request.url ?? '/', upstream), {
    method: request.method ?? 'GET',
    headers,
    agent: false,
  });
  call.on('response', (answer) => {
    onHead(answer.statusCode ?? 502, digestIn(answer));
    response.writeHead(answer.statusCode ?? 502, headersFor(answer, upstream, origin));
    answer.on('error', () => response.destroy());
    if (isCut) {
      passHalf(answer, response);
    } else {
      answer.pipe(response);
    }
  });
  call.on('error', () => response.destroy());
  // A client that gives up must not leave half an upload open behind us.
  response.on('close', () => call.destroy());
  request.pipe(call);
}

/** Plain connections are reset; of TLS Node has no such thing, and they end in the middle without a word. */
export function reset({ socket }: ServerResponse): void {
  if (socket instanceof TLSSocket) {
    socket.destroy();
  } else {
    socket?.resetAndDestroy();
  }
}

function headersFor(answer: IncomingMessage, upstream: Origin, origin: Origin): OutgoingHttpHeaders {
  const { connection: _theirs, location, ...headers } = answer.headers;
  if (location === undefined) {
    return headers;
  }
  return {
    ...headers,
    location: location.startsWith(upstream) ? `${origin}${location.slice(upstream.length)}` : location,
  };
}

function digestIn({ headers }: IncomingMessage): string | undefined {
  const digest = headers['docker-content-digest'];
  return typeof digest === 'string' ? digest : undefined;
}

function passHalf(answer: IncomingMessage, response: ServerResponse): void {
  const most = Math.floor(Number(answer.headers['content-length'] ?? 0) / 2);
  let passed = 0;
  answer.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, most - passed);
    passed += part.length;
    if (passed === most) {
      answer.pause();
      // What was written is on its way only when the callback comes; a reset before it would take it along.
      response.write(part, () => setImmediate(() => reset(response)));
    } else {
      response.write(part);
    }
  });
  answer.on('end', () => reset(response));
}
