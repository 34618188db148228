import type { PreviewWish, ResourceAmount } from '../values/preview.ts';

/** "true", "false", or the number of a pull request. */
export function parsePreview(text: string): PreviewWish {
  if (text === 'true' || text === 'false') {
    return { kind: text === 'true' ? 'of-event' : 'off' };
  }
  if (!/^[1-9]\d{0,9}$/.test(text)) {
    throw new Error(`"${text}" is neither true nor false nor the number of a pull request`);
  }
  return { kind: 'of-number', pullRequest: Number(text) };
}

/** `requests.cpu=2`: what the API server makes of the names and amounts is its dry run's to say. */
export function parseResourceAmount(text: string): ResourceAmount {
  const [, resource, amount] = /^([A-Za-z0-9][A-Za-z0-9./-]*)=([0-9][0-9A-Za-z.+-]*)$/.exec(text) ?? [];
  if (resource === undefined || amount === undefined) {
    throw new Error(`"${text}" is not resource=amount like requests.cpu=2`);
  }
  return { resource, amount };
}

/** The name of a label of GitHub: one line of up to 50 letters. */
export function parseLabelName(text: string): string {
  if (text.length > 50 || /[\r\n]/.test(text)) {
    throw new Error('the name of a label is one line of up to 50 letters');
  }
  return text;
}
