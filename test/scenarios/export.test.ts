import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ledgerRows } from '../support/ledger.ts'
import { refusal } from '../support/pairing.ts'
import type { Program } from '../support/program.ts'
import type { Surface } from '../support/surface.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'
import { openWorld, type World } from '../support/world.ts'

// The one door out of the vault leads to the file that she read the name of, and to no other.

const told = z.object({ path: z.string(), account: z.string(), version: z.int(), ledgerEntry: z.int() })

describe('an export', () => {
  let world: World
  let folder: TemporaryFolder
  let out: string
  beforeAll(async () => {
    world = await openWorld()
    await world.signIn('example-freelancer')
    await world.pair()
    await using popup = await world.extension.openPopup(world.tab)
    await popup.press('Save session')
    await popup.says('status', 'Saved')
  })
  afterAll(() => world.close())
  beforeEach(async () => {
    folder = await temporaryFolder('out')
    out = join(folder.path, 'session.json')
    return () => folder.remove()
  })

  const begin = (to = out): Program =>
    world.companion.begin(['export', '--format', 'playwright', '--json', '--out', to])
  const question = async (): Promise<{ prompt: Surface; text: string }> => {
    const prompt = await world.extension.prompt()
    const { text } = await prompt.question('Terminal', 'export')
    return { prompt, text }
  }
  const refused = async (command: Program): Promise<string> => {
    const { error } = await command.line(refusal)
    expect((await command.ended).code).toBe(1)
    return error.code
  }
  const releases = async (): Promise<number> =>
    (await ledgerRows(world.companion)).filter(({ kind }) => kind === 'release').length

  test('asks with the file’s name, writes that file alone, for her alone, and is entered in the ledger', async () => {
    await using command = begin()
    const { prompt, text } = await question()
    await using shown = prompt
    expect(text).toContain(`File${out}`)
    expect(text).toContain('Accountexample-freelancer')
    expect(text).toContain('Any program of yours, agents included, can read this file.')
    expect(await readdir(folder.path)).toEqual([])

    await shown.press('Approve')
    const { path, account, version, ledgerEntry } = await command.line(told)
    expect({ path, account, version }).toEqual({ path: out, account: 'example-freelancer', version: 1 })
    expect(await readdir(folder.path)).toEqual(['session.json'])
    expect((await stat(out)).mode & 0o777).toBe(0o600)
    expect((await ledgerRows(world.companion)).find(({ seq }) => seq === ledgerEntry)?.kind).toBe('release')
  })

  test('writes nothing after a no', async () => {
    await using command = begin()
    const { prompt } = await question()
    await using shown = prompt
    await shown.press('Deny')
    expect(await refused(command)).toBe('approval_denied')
    expect(await readdir(folder.path)).toEqual([])
    expect(await releases()).toBe(1)
  })

  test('to a folder behind a link asks with the true place, and writes nowhere when the link is turned meanwhile', async () => {
    const within = (name: string): string => join(folder.path, name)
    const [one, two, link] = [within('one'), within('two'), within('link')]
    for (const path of [one, two]) await mkdir(path)
    await symlink(one, link)
    await using command = begin(join(link, 'session.json'))
    const { prompt, text } = await question()
    await using shown = prompt
    expect(text).toContain(`File${join(one, 'session.json')}`)
    await rm(link)
    await symlink(two, link)
    await shown.press('Approve')
    expect(await refused(command)).toBe('approval_changed')
    expect([await readdir(one), await readdir(two)]).toEqual([[], []])
    expect(await releases()).toBe(1)
  })

  test('does not replace a file that came to lie there after she was asked', async () => {
    await using command = begin()
    const { prompt } = await question()
    await using shown = prompt
    await writeFile(out, 'mine')
    await shown.press('Approve')
    expect(await refused(command)).toBe('approval_changed')
    expect(await readFile(out, 'utf8')).toBe('mine')
    expect(await readdir(folder.path)).toEqual(['session.json'])
  })

  test('through a link, over a folder, or into our own folder is refused, and she is not asked', async () => {
    const link = join(folder.path, 'link.json')
    await symlink(out, link)
    for (const to of [link, folder.path, join(world.companion.home, 'session.json'), join(out, 'below')]) {
      await using command = begin(to)
      expect({ to, code: await refused(command) }).toEqual({ to, code: 'file_unsafe' })
    }
    expect(world.extension.surfaces()).toBe(0)
    expect(await readdir(folder.path)).toEqual(['link.json'])
  })
})
