import { expect, test } from 'vitest'
import { z } from 'zod'
import { bytes } from '../database/bytes.ts'
import { origin, testBridge } from '../testing/test-bridge.ts'
import { testBrowser } from '../testing/test-browser.ts'

const row = z.object({ name: z.string(), sealed: bytes })

/** A house in which this browser is paired, and a program with a shell that keeps copies of what lies in the database. */
const house = async () => {
  const made = await testBridge()
  const { pair, dial, database } = made
  const pairs = async (label: string) => {
    const command = pair()
    await (await (await testBrowser(origin, label)).pair(command.code, dial().browser)).hello()
    return command.outcome
  }
  const copyPin = () => {
    const found = database.get("select name, sealed from sealed_items where name like 'browser %'", [], row)
    return () => {
      if (found === undefined) throw new Error('There was no pin')
      database.run('insert into sealed_items (name, sealed) values (?, ?)', [found.name, found.sealed])
    }
  }
  const labels = async () => (await made.start()).roster.paired().map(({ label }) => label)
  return { ...made, pairs, copyPin, labels }
}

test('a browser that was unpaired stays so, although an old copy of its pin is put back', async () => {
  const { pairs, copyPin, labels, pairings } = await house()
  const { fingerprint } = await pairs('Eve')
  const putBack = copyPin()
  pairings.unpair(fingerprint, { kind: 'terminal', label: 'Terminal' })
  putBack()
  expect(await labels()).toEqual([])
})

test('a browser from before a reset stays out, although an old copy of its pin is put back', async () => {
  const { pairs, copyPin, labels, pairings } = await house()
  await pairs('Eve')
  const putBack = copyPin()
  pairings.reset({ kind: 'terminal', label: 'Terminal' })
  await pairs('Ada')
  putBack()
  expect(await labels()).toEqual(['Ada'])
})

test('pins of two first pairings never count together, whatever is said in the ledger', async () => {
  const { pairs, copyPin, labels, pins, meddle } = await house()
  await pairs('Ada')
  const putBack = copyPin()
  pins.erase()
  await pairs('Eve')
  meddle("delete from ledger where kind <> 'paired'")
  putBack()
  expect(await labels()).toEqual(['Eve'])
})
