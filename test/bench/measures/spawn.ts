import { join } from 'node:path'
import { createBelongings } from '../../support/belongings.ts'
import type { Companion } from '../../support/companion.ts'
import { builtCli } from '../../support/places.ts'
import { statusOf } from '../../support/status.ts'
import { until } from '../../support/until.ts'
import { barePump } from '../bare-pump.ts'
import { interleave, side, type Side } from '../interleave.ts'
import type { Measure, Row } from '../measure.ts'
import { serverEverything } from '../peers.ts'
import { memoryOf } from '../process-cost.ts'
import { startToEnd, startToTools, type Started } from '../spawned-server.ts'
import { openWireHouse } from '../wire-house.ts'

const peer = 'server-everything'

/** What an agent's host waits for each time that it starts its servers, and what it then has in memory. */
export const spawnMeasure: Measure = {
  name: 'spawn',
  title: 'From spawn to the answered tools/list, on stdio',
  async take(run) {
    const parts = createBelongings()
    try {
      const { companion, tokens } = await openWireHouse(parts, { agents: 1 })
      const env = { ...companion.env, COUNTERSIGN_TOKEN: tokens[0] }
      const relay = (): Promise<Started> => startToTools([builtCli, 'mcp'], env)

      const theirs = side(() => startToTools([serverEverything, 'stdio'], companion.env))
      const ours = side(relay)
      const pump = side(() => startToTools([barePump, join(companion.home, 'control.sock')], env))
      const node = side(() => startToEnd(['-e', '0']))
      const rounds = run.rounds(40)
      await interleave(rounds, [theirs, ours, pump, node])
      const memory = await memoryOf((await statusOf(companion)).companion.pid)

      const coldRounds = run.rounds(15)
      const cold = side(async () => {
        await endCompanion(companion)
        return relay()
      })
      await interleave(coldRounds, [theirs, cold], { warmUps: 1 })

      return {
        how: [
          `${rounds} rounds, interleaved; a client of a few lines says initialize and tools/list. Memory is read right after.`,
          `Cold start: ${coldRounds} rounds in which no companion runs, so mcp starts one and waits for it.`,
        ],
        rows: [
          timeOf(peer, theirs),
          { ...timeOf('countersign mcp', ours), against: peer, aim: { of: 'ratio', atMost: 1 / 3 } },
          { ...timeOf('countersign mcp, cold start', cold), against: peer },
          timeOf('floor: a bare pump to the same companion', pump),
          { what: 'floor: node -e 0, to its end', unit: 'ms', samples: node.samples },
          memoryRow(`${peer}, RSS`, theirs, 'rss'),
          {
            ...memoryRow('countersign mcp, RSS', ours, 'rss'),
            against: `${peer}, RSS`,
            aim: { of: 'median', atMost: 45 },
          },
          memoryRow('floor: a bare pump, RSS', pump, 'rss'),
          memoryRow(`${peer}, PSS`, theirs, 'pss'),
          { ...memoryRow('countersign mcp, PSS', ours, 'pss'), against: `${peer}, PSS` },
          { what: 'the one companion behind all of them, RSS', unit: 'MiB', samples: [memory.rss] },
          { what: 'the one companion behind all of them, PSS', unit: 'MiB', samples: [memory.pss] },
        ],
      }
    } finally {
      await parts.close()
    }
  },
}

function timeOf(what: string, { samples }: Side<Started>): Row {
  return { what, unit: 'ms', samples: samples.map(({ milliseconds }) => milliseconds) }
}

function memoryRow(what: string, { samples }: Side<Started>, kind: 'rss' | 'pss'): Row {
  return { what, unit: 'MiB', samples: samples.map((sample) => sample[kind]) }
}

async function endCompanion(companion: Companion): Promise<void> {
  const { pid } = (await statusOf(companion)).companion
  process.kill(pid, 'SIGTERM')
  await until('the companion has ended', () => !isAlive(pid))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
