import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openAnotherBrowser } from '../support/another-browser.ts'
import { createCompanion } from '../support/companion.ts'
import { freePort } from '../support/free-port.ts'
import { beginPairing, pairedBrowsers } from '../support/pairing.ts'
import { openRelayBetween } from '../support/relay-between.ts'
import { squat } from '../support/squatter.ts'
import { whenConnected } from '../support/status.ts'
import { until } from '../support/until.ts'
import { takeUsualPorts } from '../support/usual-ports.ts'
import { openWorld } from '../support/world.ts'

// Whoever takes the companion's port first can answer. It hears one opening message, and nothing that would be worth having.

const opening = 68
const hasIpv6 = Object.values(networkInterfaces()).some((known) => known?.some(({ address }) => address === '::1'))
const ready = z.object({ url: z.string() })

describe('a program that took the port first', () => {
  test('hears one opening message, also on [::1] nothing; the popup says who it is not, and ours is found again', async () => {
    await using world = await openWorld()
    const { companion, extension, tab } = world
    await world.pair()
    await companion.kill()
    const squatter = await squat(companion.port)
    await using beside = hasIpv6 ? await squat(companion.port, '::1') : undefined

    await until('the browser has dialled', () => squatter.heard.length > 0, { seconds: 30 })
    for (const _ of ['once', 'twice', 'three times']) {
      await using popup = await extension.openPopup(tab)
      await until('the popup says it', async () => (await popup.text()).includes('This is not your Countersign'))
      expect(await popup.text()).toContain('Nothing was given to it.')
    }
    // However often the popup was opened: one connection, one message, and no more on it.
    expect(squatter.heard.map((frames) => frames.map(({ length }) => length))).toEqual([[opening]])
    expect(beside?.heard ?? []).toEqual([])

    await squatter.close()
    await companion.start()
    expect((await whenConnected(companion, 45)).browsers).toHaveLength(1)
  })

  test('does not hide a companion that listens on another of its ports', async () => {
    await using ports = await takeUsualPorts()
    const [port] = ports.free
    if (port === undefined) throw new Error('Programs hold all of 47616 to 47620; this story needs one of them.')
    await using world = await openWorld({ meetUsualPorts: true })
    const { companion, extension, tab } = world
    await world.pair()
    await companion.kill()
    await using squatter = await squat(companion.port)
    await using elsewhere = companion.begin(['start', '--json'], { COUNTERSIGN_PORT: String(port) })
    expect((await elsewhere.line(ready)).url).toBe(`http://127.0.0.1:${port}`)

    expect((await whenConnected(companion, 45)).companion.port).toBe(port)
    await using popup = await extension.openPopup(tab)
    await until('the popup is connected', () => popup.isEnabled('Pause all agents'))
    expect(squatter.heard.flat().every(({ length }) => length === opening)).toBe(true)
    expect(squatter.heard.length).toBeGreaterThan(0)
  })

  test('can’t pass a paired browser on to the companion on another port', async () => {
    await using world = await openWorld()
    const { companion, extension, tab } = world
    await world.pair()
    await companion.kill()
    const port = await freePort()
    await using elsewhere = companion.begin(['start', '--json'], { COUNTERSIGN_PORT: String(port) })
    await elsewhere.line(ready)
    await using relay = await openRelayBetween(port, companion.port)

    await using popup = await extension.openPopup(tab)
    await until('the popup says it', async () => (await popup.text()).includes('This is not your Countersign'), {
      seconds: 30,
    })
    // The companion's answer came through unchanged. It does not open for that port, and nothing follows it.
    for (const frames of relay.connections) {
      expect(frames.map(({ from, bytes }) => [from, bytes.length])).toEqual([
        ['browser', opening],
        ['companion', 212],
      ])
    }
    expect(await pairedBrowsers(companion)).toMatchObject([{ connected: false }])
  })

  test('can’t pair by a code that was made for another port', async () => {
    await using companion = await createCompanion()
    await companion.start()
    await using browser = await openAnotherBrowser()
    await using relay = await openRelayBetween(companion.port)
    await using pairing = await beginPairing(companion)
    await using popup = await browser.extension.openPopup(browser.tab)
    await popup.fill('Pairing code', pairing.code.replace(/^\d+/, String(relay.port)))
    await popup.press('Pair')
    await popup.says('alert', 'This code is not the one that is open.')

    expect(relay.connections.map((frames) => frames.map(({ from }) => from))).toEqual([['browser', 'companion']])
    expect(await until('it is on the page', () => popup.find('textbox', 'Pairing code'))).toBeDefined()
    expect(await pairedBrowsers(companion)).toEqual([])
  })
})
