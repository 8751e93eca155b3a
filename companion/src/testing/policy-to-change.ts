import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import type { HiddenTools } from '../mcp/hidden-tools.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import { shippedDefault } from '../policy/shipped-default.ts'

/** A policy in force that a test can replace, for whoever only asks what it hides. */
export const policyToChange = (hide: PolicyFile['hide'] = []) => {
  const listeners = new Set<() => void>()
  const compiled = (hide: PolicyFile['hide']) => compilePolicy({ ...shippedDefault, hide })
  let inForce = compiled(hide)
  const hidden: HiddenTools = {
    isHidden: (tool) => inForce.isHidden(tool),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return {
    hidden,
    hide: (names: PolicyFile['hide']) => {
      inForce = compiled(names)
      for (const listener of listeners) listener()
    },
    listeners: () => listeners.size,
  }
}
