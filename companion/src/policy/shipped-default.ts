import type { PolicyFile } from '@countersign/shared/policy/policy-file'

/** In force until the person accepts a policy of her own: nothing is written without her, nothing else is there. */
export const shippedDefault: PolicyFile = {
  version: '1',
  default: 'deny',
  tools: {
    // And its twin manual_login, which is the same tool.
    save_session: {
      require_approval: true,
      limits: [{ counter: 'save_session_rate', window: 'minute', max: 30, scope: 'grant' }],
    },
    session_status: {},
  },
}

/** The same as a person reads it, and may write it into `policy.json`. */
export const shippedDefaultText = `${JSON.stringify(shippedDefault, null, 2)}\n`
