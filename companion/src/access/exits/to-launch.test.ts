import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { releasedHouse } from '../../testing/released-house.ts'
import { createReleasedCopies } from '../released/released-copies.ts'
import { createToLaunch } from './to-launch.ts'

const hour = 60 * 60_000

it('wipes what a program got after a day, whoever says that it still runs', async () => {
  const house = await releasedHouse()
  const { time, out, outgoing, lying, ends } = house
  const copies = createReleasedCopies({ ...house, requireOpen: () => undefined, newName: randomUUID })
  const privatePlace = (name: string) => ({ path: join(out, name), warnings: [] })
  const toLaunch = createToLaunch({ copies, privatePlace, time, newId: randomUUID })
  const exit = toLaunch({ format: 'playwright', command: ['true'], variable: 'X' })
  const { result } = exit.deliver(outgoing(), exit.look().way)
  const ended = copies.whenEnded(result.id)

  time.advance(23 * hour)
  expect([lying(), copies.list()]).toMatchObject([[result.path], [{ kind: 'launch', until: null }]])
  time.advance(hour)
  expect([lying(), copies.list(), await ended, ends(result.id)]).toEqual([[], [], 'time', ['time']])
  copies.close()
})
