/** How many calls may pass in any stretch of time. */
export type Limit = {
  /** The rule that says so, such as `/tools/submit_proposal/rate_limit`. */
  readonly rule: string
  /** Limits with the same counter and scope count the same calls. */
  readonly counter: string
  /** Counted for each grant, for each connection of an agent, or for all agents together. */
  readonly scope: 'grant' | 'agent_session' | 'global'
  /** In seconds. */
  readonly window: number
  readonly max: number
}

/** What the rules say of one call, before anybody is asked. What is not denied has still to pass the limits. */
export type Decision =
  | { readonly kind: 'allow'; readonly rule: string; readonly limits: readonly Limit[] }
  | {
      readonly kind: 'ask'
      readonly rule: string
      readonly limits: readonly Limit[]
      /** Seconds until silence becomes a no, where the rule says so. */
      readonly timeout?: number
    }
  | { readonly kind: 'deny'; readonly rule: string; readonly reason: string }
