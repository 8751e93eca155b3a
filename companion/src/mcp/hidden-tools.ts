/** Which tools the policy in force hides from agents, and when that may have changed. */
export type HiddenTools = {
  isHidden(tool: string): boolean
  /** Calls the listener whenever another policy is in force. Gives what ends that. */
  onChange(listener: () => void): () => void
}
