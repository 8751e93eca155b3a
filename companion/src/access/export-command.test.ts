import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { refusalOf } from '@countersign/shared/errors'
import { Secret } from '@countersign/shared/secret'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { sampleSession, sent } from '../testing/sample-session.ts'
import { tempFolder } from '../testing/temp-folder.ts'
import { claim, terminalHouse } from '../testing/terminal-house.ts'
import { exportCommand } from './export-command.ts'

const part = z.strictObject({ text: z.string() })

/** Somewhat over a part, with characters of two halves, so that one lies across an end. */
const large = `x${'😀'.repeat(300_000)}`

const setUp = async () => {
  const { answer, door, never, toFile, vault } = await terminalHouse()
  const [base] = sampleSession().cookies
  if (base === undefined) throw new Error('The sample has a cookie')
  const storage = { origin: 'https://www.upwork.com', localStorage: [{ name: 'large', value: new Secret(large) }] }
  const session = sampleSession({ cookies: [base], origins: [{ ...storage, sessionStorage: [] }] })
  await vault.save(...(await sent(session)))
  const parts: string[] = []
  const command = exportCommand({ release: door, toFile })
  const run = (params: object) => {
    // As it comes out of the socket.
    const event = (said: unknown) => void parts.push(part.parse(JSON.parse(JSON.stringify(said))).text)
    return command.run(params, { claim, signal: never, event })
  }
  return { answer, parts, run }
}

describe('the command export', () => {
  it('gives who asked for stdout the whole text in parts, and then the receipt without it', async () => {
    const { answer, parts, run } = await setUp()
    const done = run({ format: 'playwright', stdout: true })
    await answer()
    const receipt = await done
    expect(parts.length).toBeGreaterThan(2)
    const state = z
      .object({ origins: z.array(z.object({ localStorage: z.array(z.object({ value: z.string() })) })) })
      .parse(JSON.parse(parts.join('')))
    expect(state.origins[0]?.localStorage[0]?.value).toBe(large)
    expect(receipt).toMatchObject({ format: 'playwright', cookies: 1, origins: 1 })
    expect(JSON.stringify(receipt)).not.toContain('😀')
  })

  it('writes a file, and says nothing of what is in it', async () => {
    const { answer, parts, run } = await setUp()
    const out = join(tempFolder(), 'a.json')
    const done = run({ format: 'json', out })
    await answer()
    expect(await done).toMatchObject({ path: out })
    expect([parts, readFileSync(out, 'utf8').includes(large)]).toEqual([[], true])
  })

  it.each([
    [{ format: 'json' }],
    [{ format: 'json', stdout: false }],
    [{ format: 'json', stdout: true, out: '/tmp/a' }],
    [{ format: 'json', stdout: true, only: 'all' }],
    [{ format: 'json', stdout: true, except: 'a' }],
  ])('takes no %j', async (params) => {
    const { run } = await setUp()
    expect(await run(params).then(String, refusalOf)).toMatchObject({ code: 'invalid_arguments' })
  })
})
