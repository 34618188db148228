import { existsSync } from 'node:fs';
import { createServer, request } from 'node:http';

export interface ControlRequest {
  readonly action: 'fault' | 'kwok' | 'status' | 'stop';
  readonly words: readonly string[];
}

export interface ControlAnswer {
  readonly text: string;
  readonly daemons: readonly DaemonStatus[];
}

export interface DaemonStatus {
  readonly name: string;
  readonly state: string;
  /** As seen inside the lab. */
  readonly pid: number | undefined;
}

/** Answers, or rejects with a sentence. */
export type Handle = (request: ControlRequest) => Promise<ControlAnswer>;

/** The supervisor's end of the control channel. */
export function serveControl(socketPath: string, handle: Handle): Promise<void> {
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (text: string) => (body += text));
    incoming.on('end', () => {
      const control: ControlRequest = JSON.parse(body);
      handle(control).then(
        (answer) => response.writeHead(200).end(JSON.stringify(answer)),
        (error: unknown) => response.writeHead(400).end(error instanceof Error ? error.message : String(error)),
      );
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => resolve());
  });
}

/** The other end: asks the running supervisor. */
export function askSupervisor(socketPath: string, control: ControlRequest): Promise<ControlAnswer> {
  if (!existsSync(socketPath)) return Promise.reject(new Error('the lab is not ready yet'));
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method: 'POST', path: '/' }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(body));
        else reject(new Error(body));
      });
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(JSON.stringify(control));
  });
}
