import type { IncomingMessage, ServerResponse } from 'node:http'
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js'
import type { Grant, Grants } from '../access/grants.ts'
import type { Intake } from '../access/intake.ts'
import { bearerIn } from '../http/bearer.ts'
import { mcpRefusal, type McpStatus, sendAnswer } from '../http/answers.ts'
import { readBody, wrongBody } from '../http/mcp-body.ts'
import type { Time } from '../time.ts'
import type { AgentServerDeps } from './agent-server.ts'
import { createHttpSession, type HttpSession } from './http-session.ts'

/** MCP over Streamable HTTP, for whoever holds a grant's token. */
export type McpOverHttp = {
  /** Takes a request that came through the guards for pages, and has proven nothing yet. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  close(): Promise<void>
}

/** How many sessions a grant may have at once. A client has one, and may forget to end it. */
const mostSessions = 64
/** How many answers a grant may wait for at once, over all its sessions: there are connections for others, too. */
const mostOpen = 96

export const createMcpOverHttp = (
  deps: AgentServerDeps & {
    readonly grants: Pick<Grants, 'authenticate'>
    readonly time: Time
    readonly intakeOf: (grant: string) => Intake
    newId(): string
    /** A client has begun a session. */
    began(): void
    onFault(thrown: unknown): void
  },
): McpOverHttp => {
  const sessions = new Map<string, HttpSession>()
  const open = new Map<string, number>()

  /** Undefined when every one of them is in use. */
  const begin = async (grant: Grant): Promise<HttpSession | undefined> => {
    const own = [...sessions].filter(([, session]) => session.grant.id === grant.id)
    if (own.length >= mostSessions) {
      const quiet = own.filter(([, session]) => session.isQuiet())
      const [oldest] = quiet.sort(([, a], [, b]) => a.usedAt() - b.usedAt())
      if (oldest === undefined) return undefined
      await oldest[1].close()
    }
    const id = deps.newId()
    const made = await createHttpSession(deps, { id, grant, closed: () => sessions.delete(id) })
    sessions.set(id, made)
    deps.began()
    return made
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refuse = (status: McpStatus) => sendAnswer(response, mcpRefusal(status))
    const token = bearerIn(request.rawHeaders)
    const grant = token === undefined ? undefined : deps.grants.authenticate(token)
    if (grant === undefined) return refuse(401)
    const waiting = (open.get(grant.id) ?? 0) + 1
    if (waiting > mostOpen) return refuse(503)
    open.set(grant.id, waiting)
    response.once('close', () => open.set(grant.id, (open.get(grant.id) ?? 1) - 1))
    const { method = '' } = request
    if (!['POST', 'GET', 'DELETE'].includes(method)) return refuse(405)
    const wrong = method === 'POST' ? wrongBody(request.headers) : undefined
    if (wrong !== undefined) return refuse(wrong)

    const id = request.headers['mcp-session-id']
    const session = typeof id === 'string' ? sessions.get(id) : undefined
    // Another grant's session is told from none by nothing.
    if (id !== undefined && session?.grant.id !== grant.id) return refuse(404)
    if (method !== 'POST') return session === undefined ? refuse(400) : session.handle(request, response)

    if (request.headers.expect !== undefined) response.writeContinue()
    const body = await readBody(request, deps.intakeOf(grant.id))
    if (body.kind === 'wrong') return refuse(body.status)
    // It may have been taken back, or have ended, while the body came.
    if (grant.revoked.aborted) return refuse(401)
    if (session !== undefined) {
      return sessions.has(String(id)) ? session.handle(request, response, body.value) : refuse(404)
    }
    if (!isInitializeRequest(body.value)) return refuse(400)
    const made = await begin(grant)
    return made === undefined ? refuse(503) : made.handle(request, response, body.value)
  }

  return {
    handle: async (request, response) => {
      try {
        await serve(request, response)
      } catch (thrown) {
        if (!request.destroyed && !response.destroyed) deps.onFault(thrown)
        if (response.headersSent) response.destroy()
        else sendAnswer(response, mcpRefusal(500))
      }
    },
    close: async () => {
      await Promise.all([...sessions.values()].map((session) => session.close()))
    },
  }
}
