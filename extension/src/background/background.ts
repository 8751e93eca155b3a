import { keyBytes, keyText } from '@countersign/shared/approval/countersignature'
import type { FrameSocket } from '@countersign/shared/channel/frame-socket'
import { connectAsBrowser } from '@countersign/shared/channel/handshake-browser'
import type { Alarm, Overview } from '@countersign/shared/protocol/overview'
import { site } from '@countersign/shared/session/site'
import type { Browser } from 'webextension-polyfill'
import type { SurfaceState } from '../surface/messages.ts'
import { createActs } from './acts.ts'
import { createAnswers } from './answers.ts'
import { createApprovals } from './approvals.ts'
import { badge } from './badge.ts'
import { browserLabel } from './browser-label.ts'
import { browserSource } from './browser-source.ts'
import { browserSurfaces } from './browser-surfaces.ts'
import { createCapture } from './capture.ts'
import { companionRoutes } from './companion-routes.ts'
import { createConnection } from './connection.ts'
import { dial, portsToDial } from './dial.ts'
import type { BrowserIdentities } from './identity.ts'
import { createLedgerWitness } from './ledger-witness.ts'
import { createPairing } from './pairing.ts'
import { createLooked } from './looked.ts'
import { createPen } from './pen.ts'
import { createPrompts } from './prompts.ts'
import { saveOutcome } from './save-outcome.ts'
import { sessionId } from './session-id.ts'
import { createSave } from './save.ts'
import type { Stored } from './stored.ts'
import { createSurfaceServer } from './surface-server.ts'
import { surfaceRequests } from './surface-requests.ts'
import { createSurfaces } from './surfaces.ts'
import { createTabPreview } from './tab-preview.ts'
import { createUnpairing } from './unpairing.ts'
import { createWatch } from './watch.ts'
import { createWeather } from './weather.ts'
import { openBridge } from './web-socket.ts'

/** Milliseconds for a handshake; the channel has a shorter deadline of its own. */
const handshakeDeadline = 10_000

/** Builds the parts of the worker and joins them. Everything here can be built anew at any time: what lasts is stored. */
export const createBackground = (browser: Browser, identities: BrowserIdentities, stored: Stored) => {
  const now = () => Date.now()
  const origin = new URL(browser.runtime.getURL('')).origin

  const changed = (): void => {
    server.push()
    void showBadge()
    void watch()
  }
  const watch = createWatch(browser.alarms, stored)
  const surfaces = createSurfaces(browserSurfaces(browser))
  const source = browserSource(browser)
  const capture = createCapture(source)
  const preview = createTabPreview(capture.describe, changed)
  const approvals = createApprovals(stored, now)
  const prompts = createPrompts({ surfaces, stored, changed, now })

  const witness = createLedgerWitness({ identities, stored, changed, now })

  const overview = async (told: Overview | null): Promise<void> => {
    await stored.overview.set(told)
    changed()
    weather.told(told)
  }

  const connection = createConnection({
    version: browser.runtime.getManifest().version,
    strangerAt: stored.strangerAt,
    lastHead: () => witness.last(),
    session: () => sessionId(stored),
    changed,
    now,
    async dial(signal) {
      const [pin, keys] = await Promise.all([stored.pin.get(), identities.current()])
      if (pin === null || keys === undefined) return undefined
      const meet = async (socket: FrameSocket, port: number) => {
        const deadline = AbortSignal.timeout(handshakeDeadline)
        const met = { socket, origin, port, identity: keys.identity, pin: keyBytes(pin.companion), signal: deadline }
        return (await connectAsBrowser(met)).transport
      }
      return dial(portsToDial(pin.port), openBridge, meet, signal)
    },
    routes: companionRoutes({
      capture,
      approvals,
      prompts,
      witness,
      overview,
      paired: () => void connection.refresh().catch(() => undefined),
      unpaired: (why) => void unpairing.dismissed(why).catch(() => undefined),
    }),
    async greeted(greeting, last) {
      if (greeting.ledger !== null) await witness.met(greeting.ledger, last)
      await overview(greeting.overview)
      await prompts.receive(greeting.prompts)
    },
    lost() {
      prompts.lost()
      weather.lost()
    },
  })

  /** What the companion tells, and what this browser found out by itself. */
  const alarmsNow = async (): Promise<readonly Alarm[]> => {
    const [told, own] = await Promise.all([stored.overview.get(), witness.alarm()])
    const alarms = told?.alarms ?? []
    return own === null || alarms.some(({ code }) => code === own.code) ? alarms : [own, ...alarms]
  }

  const weather = createWeather({
    source,
    capture,
    connection,
    stored,
    surfaces,
    alarms: browser.alarms,
    alarmsNow,
    changed,
    now,
  })

  const pen = createPen(identities, stored, now)
  const act = createActs(pen, connection, now)
  const unpairing = createUnpairing({ stored, approvals, identities, connection, weather, witness, act, now })
  const save = createSave(capture, connection)

  const server = createSurfaceServer({
    extensionId: browser.runtime.id,
    page: browser.runtime.getURL('popup.html'),
    async state(): Promise<SurfaceState> {
      const [pin, keys, told, outcome, code, alarms, savesItself] = await Promise.all([
        stored.pin.get(),
        identities.current(),
        stored.overview.get(),
        stored.outcome.get(),
        stored.pairingCode.get(),
        alarmsNow(),
        weather.savesItself(),
      ])
      const link = connection.link()
      // A companion that doesn't know us any more may be another one's by now; what it told before counts no longer.
      const paired = link.state !== 'unpaired'
      return {
        link,
        fingerprint: paired ? (pin?.fingerprint ?? null) : null,
        signingKey: paired && keys !== undefined ? keyText(keys.signingPublicKey) : null,
        pairingCode: code !== null && code.until > now() ? code.code : null,
        overview: paired ? told : null,
        tab: preview.current(),
        prompts: [...prompts.list()],
        alarms: paired ? [...alarms] : [],
        savesItself: paired ? [...savesItself] : [],
        outcome,
      }
    },
    handle: surfaceRequests({
      connection,
      act,
      looked: createLooked({ act, witness }),
      unpair: unpairing.unpair,
      answer: createAnswers({ prompts, approvals, pen, witness, connection, session: () => sessionId(stored), now }),
      pair: createPairing({
        open: openBridge,
        origin,
        label: browserLabel(Reflect.get(navigator, 'userAgentData')),
        identities,
        stored,
        connection,
        witness,
        approvals,
        weather,
        takeReason: unpairing.takeReason,
        now,
      }),
      async save(request) {
        const result = await save(request)
        preview.refresh()
        if (!server.isAnyConnected()) await stored.outcome.set(saveOutcome(result, new Date(now()).toISOString()))
        return result
      },
      forget: approvals.forget,
      saveByItself: weather.turn,
      openSite: () => browser.tabs.create({ url: site.home }),
    }),
    opened() {
      preview.refresh()
      void connection.look()
    },
  })

  const showBadge = async (): Promise<void> => {
    const [alarms, told] = await Promise.all([alarmsNow(), stored.overview.get()])
    // A companion that doesn't know us any more may be another one's by now.
    const accounts = connection.link().state === 'unpaired' ? [] : (told?.accounts ?? [])
    const { text, title } = badge(prompts.list().length, alarms.length, accounts, now())
    await Promise.all([browser.action.setBadgeText({ text }), browser.action.setTitle({ title })])
  }

  return { server, connection, surfaces, weather, changed }
}
