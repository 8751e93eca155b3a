import { expect, it } from 'vitest'
import { clientEntries } from './client-entries.ts'

it.each(['claudeCode', 'cursor'] as const)(
  '%s: JSON with the token in the environment, and on no command line',
  (client) => {
    const entries = clientEntries({ node: '/usr/bin/node', cli: '/with a space/cli.js', token: 'csg_example' })
    expect(JSON.parse(entries[client])).toMatchObject({
      mcpServers: {
        countersign: {
          command: '/usr/bin/node',
          args: ['/with a space/cli.js', 'mcp'],
          env: { COUNTERSIGN_TOKEN: 'csg_example' },
        },
      },
    })
  },
)
