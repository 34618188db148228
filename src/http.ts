/** How the API server, and a Docker engine, are spoken to. */

export type HttpRequest = {
  readonly method: 'GET' | 'HEAD' | 'PATCH' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly timeoutSeconds: number;
};

/** Where a request goes: the socket of `kubectl proxy` or of a Docker engine, or an API server spoken to directly before there is a kubectl. */
export type HttpTarget =
  | { readonly kind: 'socket'; readonly socketPath: string }
  | {
      readonly kind: 'tls';
      readonly origin: string;
      readonly ca?: string | undefined;
      readonly skipVerify: boolean;
      readonly serverName?: string | undefined;
    };

export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** An answer that goes on: the body line by line, as it comes. */
export type StreamedAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends when the server ends the answer in good order; throws when the connection breaks, or when it is stopped. */
  readonly lines: AsyncIterable<string>;
};

/** Small requests to the API server, and watches. Throws only when no answer came. */
export type Http = {
  request(target: HttpTarget, request: HttpRequest): Promise<HttpAnswer>;
  /** GET of something that goes on until `stop` is aborted. `timeoutSeconds` is for the beginning of the answer. */
  stream(target: HttpTarget, request: Omit<HttpRequest, 'method' | 'body'>, stop: AbortSignal): Promise<StreamedAnswer>;
};
