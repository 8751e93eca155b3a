/** What to paste into the settings of an MCP client. The token goes in by the environment: a command line is for all to see. */
export const clientEntries = (agent: {
  readonly node: string
  readonly cli: string
  readonly token: string
  /** `http://127.0.0.1:PORT` */
  readonly url: string
}): { claudeCode: string; cursor: string; http: string } => {
  const entry = { command: agent.node, args: [agent.cli, 'mcp'], env: { COUNTERSIGN_TOKEN: agent.token } }
  const http = { type: 'http', url: `${agent.url}/mcp`, headers: { Authorization: `Bearer ${agent.token}` } }
  return {
    claudeCode: pasted({ type: 'stdio', ...entry }),
    cursor: pasted(entry),
    http: pasted(http),
  }
}

const pasted = (countersign: object): string => JSON.stringify({ mcpServers: { countersign } }, undefined, 2)
