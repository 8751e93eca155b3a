import type { Page } from 'puppeteer-core'
import { createBelongings } from '../../support/belongings.ts'
import { browserCookies } from '../../support/browser-cookies.ts'
import { until } from '../../support/until.ts'
import { openWorld, type World } from '../../support/world.ts'
import { captureOverDevtools, debuggingAddress, type DevtoolsCapture } from '../devtools-capture.ts'
import { interleave, side, type Side } from '../interleave.ts'
import type { Measure, Row, Run } from '../measure.ts'
import { armStopwatch, timePlainClick, type ClickTimes } from '../popup-stopwatch.ts'
import { openWireHouse, sessionOf, type WireHouse } from '../wire-house.ts'
import { watchWorker, type WorkerWatch } from '../worker-stopwatch.ts'

/** A session of few cookies, and one of about as many as Chromium keeps for a domain (180). */
const sizes = [10, 150] as const

type Saved = ClickTimes & { readonly reading: number; readonly plain: number }
type Place = { readonly world: World; readonly worker: WorkerWatch; readonly wire: WireHouse }

/** The first of the three things that people do with it. */
export const saveMeasure: Measure = {
  name: 'save',
  title: 'From the click on Save session to the receipt',
  async take(run) {
    const parts = createBelongings()
    try {
      const world = parts.keep(await openWorld({ browserArguments: () => ['--remote-debugging-port=0'] }))
      await world.signIn('example-freelancer')
      await world.pair()
      const worker = await watchWorker(await world.extension.worker())
      const wire = await openWireHouse(parts, { agents: 0 })
      const rows: Row[] = []
      for (const cookies of sizes) rows.push(...(await saveWith({ world, worker, wire }, cookies, run)))
      return {
        how: [
          `${run.rounds(30)} rounds of each size, interleaved, in one browser: the popup's button, pressed with the pointer, then Playwright's`,
          'connectOverCDP and storageState. The click is timed by the browser that got it, the receipt in the page and once it is painted.',
          'The companion alone is a second one, which a program on the wire sends as large a session: sealed frame to sealed receipt.',
          'Playwright does not disconnect within its time, and nothing is stored: what it has is in the memory of one program.',
        ],
        rows,
      }
    } finally {
      await parts.close()
    }
  },
}

async function saveWith({ world, worker, wire }: Place, cookies: number, run: Run): Promise<Row[]> {
  await fillUpTo(world.tab, cookies)
  const address = await debuggingAddress(world.chromium.profile)
  const theirs = side(async () => {
    const captured = await captureOverDevtools(address)
    if (captured.cookies < cookies) throw new Error(`Playwright saw ${captured.cookies} of ${cookies} cookies.`)
    return captured
  })
  const ours = side(async (): Promise<Saved> => {
    await using popup = await world.extension.openPopup(world.tab)
    await until('it can be saved', () => popup.isEnabled('Save session'))
    const stopwatch = await armStopwatch(popup.page, 'Saved: ')
    await popup.press('Save session')
    const times = await stopwatch.times()
    await popup.says('status', `${cookies} cookies`)
    return { ...times, reading: await worker.lastReading(), plain: await timePlainClick(popup.page) }
  })
  const session = sessionOf(cookies)
  const companion = side(async () => {
    const began = performance.now()
    await wire.line.save(session)
    return performance.now() - began
  })
  await interleave(run.rounds(30), [theirs, ours, companion])
  return rowsOf(cookies, theirs, ours, companion)
}

function rowsOf(cookies: number, theirs: Side<DevtoolsCapture>, ours: Side<Saved>, companion: Side<number>): Row[] {
  const peer = `Playwright, connect and storageState, ${cookies} cookies`
  const part = (what: string, samples: readonly number[]): Row => ({
    what: `${what}, ${cookies} cookies`,
    unit: 'ms',
    samples,
  })
  const saved = (of: (saved: Saved) => number): number[] => ours.samples.map(of)
  return [
    { what: peer, unit: 'ms', samples: theirs.samples.map(({ whole }) => whole) },
    part(
      '  of that storageState alone',
      theirs.samples.map(({ connected }) => connected),
    ),
    {
      ...part(
        'Save session, receipt painted',
        saved(({ painted }) => painted),
      ),
      against: peer,
      aim: { of: 'ratio', atMost: 0.5 },
    },
    part(
      '  of that until the page says it',
      saved(({ inPage }) => inPage),
    ),
    part(
      '  of that until the worker answered',
      saved(({ answered }) => answered),
    ),
    part(
      '  of that the worker, reading and sealing',
      saved(({ reading }) => reading),
    ),
    part('  the companion alone, on the wire', companion.samples),
    part(
      'floor: a click that writes a word, painted',
      saved(({ plain }) => plain),
    ),
  ]
}

/** Adds cookies to what the site itself has set, up to this many in all. */
async function fillUpTo(tab: Page, count: number): Promise<void> {
  const there = await browserCookies(tab)
  const devtools = await tab.createCDPSession()
  const more = Array.from({ length: count - there.length }, (_, at) => ({
    name: `more_${there.length + at}`,
    value: 'a-value-of-the-length-that-is-usual-at-such-sites',
    domain: '.upwork.com',
    path: '/',
    secure: true,
    httpOnly: at % 2 === 0,
    expires: Date.now() / 1000 + 30 * 24 * 60 * 60,
  }))
  await devtools.send('Network.setCookies', { cookies: more })
  await devtools.detach()
  const now = (await browserCookies(tab)).length
  if (now !== count) throw new Error(`The browser has ${now} cookies of the site instead of ${count}.`)
}
