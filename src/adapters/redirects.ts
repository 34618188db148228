import type { HttpClient, HttpClientResponse } from '@actions/http-client';

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 10;

export type Headers = Readonly<Record<string, string>>;

/** Follows redirects itself: http-client stumbles over relative ones, and keeps Authorization for another port of the same host. */
export async function answerOf(
  client: HttpClient,
  url: URL,
  headers: Headers,
  givenUp: () => Promise<never>,
  redirects = 0,
): Promise<HttpClientResponse> {
  const answer = await Promise.race([client.get(url.href, { ...headers }), givenUp()]);
  const { statusCode = 0, headers: answered } = answer.message;
  if (!REDIRECTS.includes(statusCode) || answered.location === undefined) {
    return answer;
  }
  answer.message.destroy();
  const next = new URL(answered.location, url);
  if (redirects === MOST_REDIRECTS) {
    throw new Error(`more than ${MOST_REDIRECTS} redirects`);
  }
  if (url.protocol === 'https:' && next.protocol !== 'https:') {
    throw new Error(`redirected from https to ${next.protocol}//${next.host}`);
  }
  return answerOf(
    client,
    next,
    next.origin === url.origin ? headers : withoutAuthorization(headers),
    givenUp,
    redirects + 1,
  );
}

function withoutAuthorization(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'));
}
