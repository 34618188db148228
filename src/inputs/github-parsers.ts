/** An http or https URL as it was given; throws an Error for anything else. */
export function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || /\s/.test(text)) {
    throw new Error(`"${text}" is not a URL like https://shop.example.com`);
  }
  return text;
}
