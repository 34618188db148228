import type { Ask } from './state.ts';

const PER_PAGE = 30;
const MOST_PER_PAGE = 100;

export type Page<T> = { readonly items: readonly T[]; readonly headers: Readonly<Record<string, string>> };

/**
 * The page that is asked for, and where the others are. As on GitHub the links go to the repository by its id, and not where the question
 * went: they are to be followed and not to be taken apart.
 */
export function pageOf<T>(all: readonly T[], { query, repository, url }: Ask, path: string): Page<T> {
  const perPage = Math.min(Math.max(Number(query['per_page'] ?? PER_PAGE), 1), MOST_PER_PAGE);
  const page = Math.max(Number(query['page'] ?? 1), 1);
  const last = Math.max(Math.ceil(all.length / perPage), 1);
  const to = (number: number, rel: string): string => {
    const words = new URLSearchParams({ ...query, page: String(number) });
    return `<${url}/repositories/${repository.id}${path}?${words.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [to(Math.min(page - 1, last), 'prev')] : []),
    ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
    ...(page > 1 ? [to(1, 'first')] : []),
  ];
  return {
    items: all.slice((page - 1) * perPage, page * perPage),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}
