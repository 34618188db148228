import { getOctokit } from '@actions/github';
import { isJsonObject, textAt, valueAt } from '../../../src/values/json.ts';
import type { FakeGitHub } from './fake-github.ts';

/** How tests of the fake ask it: with the client that real actions have. */
export const REPOSITORY = { owner: 'org', repo: 'app' } as const;

export type Client = ReturnType<typeof getOctokit>;

export function clientOf(github: FakeGitHub, token: string): Client {
  return getOctokit(token, { baseUrl: github.url });
}

export type Refusal = {
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, unknown>>;
};

/** How a request was refused; an error when it was not. */
export async function refusalOf(request: Promise<unknown>): Promise<Refusal> {
  try {
    await request;
  } catch (error) {
    const headers = valueAt(error, 'response', 'headers');
    const status = valueAt(error, 'status');
    const body = valueAt(error, 'response', 'data');
    return {
      status: typeof status === 'number' ? status : 0,
      message: textAt(body, 'message') ?? (error instanceof Error ? error.message : String(error)),
      headers: isJsonObject(headers) ? headers : {},
    };
  }
  throw new Error('the request was not refused');
}
