import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import type { Certificates } from './certificates.ts';

/** Reads a path of the API server as an administrator; undefined unless the answer is 200. */
export type ReadApi = (path: string) => Promise<string | undefined>;

export async function apiReader(certificates: Certificates, port: number): Promise<ReadApi> {
  const agent = new Agent({
    ca: await readFile(certificates.ca),
    cert: await readFile(certificates.admin.certificate),
    key: await readFile(certificates.admin.key),
  });
  return (path) =>
    new Promise((resolve) => {
      const call = request({ host: '127.0.0.1', port, path, agent, timeout: 2_000 }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => resolve(response.statusCode === 200 ? body : undefined));
        response.on('error', () => resolve(undefined));
      });
      call.on('timeout', () => call.destroy());
      call.on('error', () => resolve(undefined));
      call.end();
    });
}
