/** `requests.cpu=2` or `default.memory=256Mi`, apart. */
export type ResourceAmount = { readonly resource: string; readonly amount: string };

/** Whether a deploy is a preview: not; of the pull request of the event; of one by its number. */
export type PreviewWish =
  | { readonly kind: 'off' }
  | { readonly kind: 'of-event' }
  | { readonly kind: 'of-number'; readonly pullRequest: number };
