import { saveSessionTools } from './save-session.ts'
import { sessionStatusTool } from './session-status.ts'
import type { Tool } from './tool.ts'

/** Every tool of ours, in the order in which it is listed. */
export const createTools = (
  deps: Parameters<typeof saveSessionTools>[0] & Parameters<typeof sessionStatusTool>[0],
): readonly Tool[] => [...saveSessionTools(deps), sessionStatusTool(deps)]
