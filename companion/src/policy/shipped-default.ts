/** What one tool may do under the policy. */
export type ToolRule = 'allow' | 'ask'

export type Policy = {
  /** By the name that rules know a tool by; a tool that is not here is denied. */
  readonly tools: Readonly<Record<string, ToolRule>>
}

/** In force until the person accepts a policy of her own: nothing is written without her, nothing else is there. */
export const shippedDefault: Policy = { tools: { save_session: 'ask', session_status: 'allow' } }
