/** What the rules say of one call, before anybody is asked. */
export type Decision =
  | { readonly kind: 'allow'; readonly rule: string }
  | { readonly kind: 'ask'; readonly rule: string }
  | { readonly kind: 'deny'; readonly rule: string; readonly reason: string }
