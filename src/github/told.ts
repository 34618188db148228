import { describeTrouble, type Trouble } from './ask.ts';

/** Whether GitHub was told something. `url` is where a person finds it, `why` a clause without a full stop. */
export type Told =
  { readonly kind: 'told'; readonly url: string | undefined } | { readonly kind: 'untold'; readonly why: string };

/** Whoever may not even look is told at once what writing takes: it would be what is missing next. */
export function untold(trouble: Trouble): Extract<Told, { readonly kind: 'untold' }> {
  const lacking =
    trouble.kind === 'refused'
      ? { ...trouble, permission: trouble.permission?.replaceAll(': read', ': write') }
      : trouble;
  return { kind: 'untold', why: describeTrouble(lacking) };
}
