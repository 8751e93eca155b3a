import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { openFreshBrowser } from '../support/fresh-browser.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { beforePress } from './before-press.ts'
import { account, type Stage, type Tour } from './stage.ts'
import { whileItAsks } from './while-it-asks.ts'

const exported = z.object({ path: z.string(), account: z.string() })

/** `countersign export`, and her yes to it; gives the path of the file. */
export function letOut(tour: Tour, { companion, extension }: Stage): Promise<string> {
  const { teller, parts, look } = tour
  return teller.step('She exports the session, and approves the place it goes to', async (note) => {
    const folder = parts.keep(await temporaryFolder('export'))
    const out = join(folder.path, 'upwork.json')
    await using command = companion.begin(['export', '--format', 'playwright', '--out', out, '--json'])
    await using prompt = await whileItAsks(command, extension.popup())
    await prompt.question('Terminal', 'export')
    await beforePress(tour, prompt, 'Approve', 'export')
    await prompt.press('Approve')
    const { path } = await command.line(exported)
    const mode = ((await stat(path)).mode & 0o777).toString(8)
    if (process.platform !== 'win32' && mode !== '600') throw new Error(`${path} has mode ${mode}.`)
    note(`${path}, readable by her alone`)
    await look()
    return path
  })
}

/** A browser that was never at the site: with nothing it is a stranger there, with the exported file it is she. */
export function arrive({ teller, album, headed, look }: Tour, { standIn }: Stage, file: string): Promise<void> {
  return teller.step('A fresh browser loads it, and arrives signed in', async (note) => {
    await using stranger = await openFreshBrowser(standIn, undefined, { headed })
    if (stranger.signedInAs !== undefined) throw new Error(`Without the session it is ${stranger.signedInAs} already.`)
    await using fresh = await openFreshBrowser(standIn, file, { headed })
    await fresh.page.screenshot({ path: album.next('arrived') })
    if (fresh.signedInAs !== account) {
      throw new Error(`The site takes it for ${fresh.signedInAs ?? 'a stranger'}, not for ${account}.`)
    }
    if (!fresh.deviceKnown) throw new Error('The site does not know the device again.')
    note(`without it the site asks to log in; with it the site says: signed in as ${account}`)
    await look()
  })
}

export function readLedger({ teller }: Tour, { companion }: Stage): Promise<void> {
  return teller.step('All of it is in the ledger: countersign ledger list', async (note) => {
    const { code, stdout, stderr } = await companion.run(['ledger', 'list', '--limit', '12'])
    if (code !== 0) throw new Error(stderr)
    note(stdout.trimEnd(), 'table')
  })
}
