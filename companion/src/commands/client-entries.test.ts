import { expect, it } from 'vitest'
import { clientEntries } from './client-entries.ts'

const agent = {
  node: '/usr/bin/node',
  cli: '/with a space/cli.js',
  token: 'csg_example',
  url: 'http://127.0.0.1:47616',
}

it.each(['claudeCode', 'cursor'] as const)(
  '%s: JSON with the token in the environment, and on no command line',
  (client) => {
    const entries = clientEntries(agent)
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

it('over HTTP: the address, with the token in a header', () => {
  expect(JSON.parse(clientEntries(agent).http)).toEqual({
    mcpServers: {
      countersign: {
        type: 'http',
        url: 'http://127.0.0.1:47616/mcp',
        headers: { Authorization: 'Bearer csg_example' },
      },
    },
  })
})
