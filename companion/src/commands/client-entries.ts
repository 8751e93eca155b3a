/** What to paste into the settings of an MCP client. The token goes in by the environment: a command line is for all to see. */
export const clientEntries = (agent: {
  readonly node: string
  readonly cli: string
  readonly token: string
}): { claudeCode: string; cursor: string } => {
  const entry = { command: agent.node, args: [agent.cli, 'mcp'], env: { COUNTERSIGN_TOKEN: agent.token } }
  return {
    claudeCode: JSON.stringify({ mcpServers: { countersign: { type: 'stdio', ...entry } } }, undefined, 2),
    cursor: JSON.stringify({ mcpServers: { countersign: entry } }, undefined, 2),
  }
}
