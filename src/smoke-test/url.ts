import type { Downloads } from '../ports.ts';
import type { SmokeTest } from '../values/smoke-test.ts';
import { judgeAnswer, quote, type Attempt } from './attempt.ts';

/** Asks a URL from the runner, through its proxy settings. Redirects are followed; only the body of a 200 is read. */
export async function askUrl(test: Extract<SmokeTest, { kind: 'url' }>, downloads: Downloads): Promise<Attempt> {
  const outcome = await downloads.text(test.url, { accept: '*/*' });
  switch (outcome.kind) {
    case 'ok':
      return judgeAnswer(200, outcome.text, test.expected);
    case 'status':
      return judgeAnswer(outcome.status, undefined, test.expected);
    case 'network':
      return { result: 'failed', text: `no answer: ${quote(outcome.message)}` };
  }
}
