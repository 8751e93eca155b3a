import { setTimeout as pause } from 'node:timers/promises'
import { createBelongings, type Belongings } from '../../support/belongings.ts'
import { openRelayBetween, type RelayBetween } from '../../support/relay-between.ts'
import { startProgram } from '../../support/program.ts'
import { statusOf } from '../../support/status.ts'
import { openWorld } from '../../support/world.ts'
import { connectClient, onRelay } from '../client.ts'
import type { Measure, Row } from '../measure.ts'
import { costOf, extensionProcess, type Cost } from '../process-cost.ts'

/** What it costs while nobody uses it, which is nearly always. */
export const idleMeasure: Measure = {
  name: 'idle',
  title: 'While nobody uses it: companion, extension, and what goes between them',
  async take(run) {
    const parts = createBelongings()
    try {
      const seconds = run.quick ? 40 : 120
      const { watched, bridge } = await openIdleWorld(parts)
      // What was just done has its own end; a heartbeat comes every 20 seconds.
      await pause(20_000)
      const costs = () => Promise.all(watched.map(async ({ pid }) => costOf(pid)))
      const [before, passedBefore] = [await costs(), passed(bridge)]
      await pause(seconds * 1000)
      const [after, passedAfter] = [await costs(), passed(bridge)]
      return {
        how: [
          `${seconds} seconds in which nothing is done, after 20 that are not counted. A browser is paired and connected, its popup closed, an agent's`,
          'relay is connected. Processor time and wake-ups are those that the system counts for all threads of a process, debugger included.',
          'The bridge is counted by a relay that passes everything on: frames and their bytes, both ways, without the 2 to 8 that frame them.',
        ],
        rows: [
          ...watched.flatMap(({ what }, at) => costRows(what, seconds, before[at], after[at])),
          {
            what: `bridge, frames in ${seconds} s`,
            unit: 'times',
            samples: [passedAfter.frames - passedBefore.frames],
          },
          { what: `bridge, bytes in ${seconds} s`, unit: 'bytes', samples: [passedAfter.bytes - passedBefore.bytes] },
        ],
      }
    } finally {
      await parts.close()
    }
  },
}

type Watched = { readonly what: string; readonly pid: number }

async function openIdleWorld(parts: Belongings): Promise<{ watched: readonly Watched[]; bridge: RelayBetween }> {
  const relays: RelayBetween[] = []
  const world = parts.keep(
    await openWorld({
      async browserArguments(port) {
        const relay = parts.keep(await openRelayBetween(port))
        relays.push(relay)
        return [`--host-resolver-rules=MAP 127.0.0.1:${port} 127.0.0.1:${relay.port}`]
      },
    }),
  )
  const [bridge] = relays
  if (bridge === undefined) throw new Error('Nothing counts what goes over the bridge.')
  await world.signIn('example-freelancer')
  await world.pair()
  const relay = onRelay(world.companion, await world.grant('Idle'))
  await connectClient(parts, relay)
  if (bridge.connections.length === 0) throw new Error('The browser found another way than over the relay.')
  const floor = parts.keep(startProgram(process.execPath, ['-e', 'setInterval(() => undefined, 1e9)'], process.env))
  const watched = [
    { what: 'companion', pid: (await statusOf(world.companion)).companion.pid },
    { what: "extension's process", pid: await extensionProcess(world.chromium.browser.process()?.pid ?? -1) },
    { what: 'countersign mcp', pid: relay.pid ?? -1 },
    { what: 'floor: a Node that does nothing', pid: floor.pid },
  ]
  return { watched, bridge }
}

function costRows(what: string, seconds: number, before: Cost | undefined, after: Cost | undefined): Row[] {
  if (before === undefined || after === undefined) throw new Error(`There is no cost of: ${what}`)
  return [
    { what: `${what}, processor in ${seconds} s`, unit: 'ms', samples: [after.processor - before.processor] },
    { what: `${what}, wake-ups in ${seconds} s`, unit: 'times', samples: [after.wakeUps - before.wakeUps] },
  ]
}

function passed({ connections }: RelayBetween): { readonly frames: number; readonly bytes: number } {
  const all = connections.flat()
  return { frames: all.length, bytes: all.reduce((sum, { bytes }) => sum + bytes.length, 0) }
}
