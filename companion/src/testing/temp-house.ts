import { randomBytes, randomUUID } from 'node:crypto'
import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import { Secret } from '@countersign/shared/secret'
import { sessionDigest, type Session } from '@countersign/shared/session/session'
import type { CaptureOutline } from '@countersign/shared/session/capture'
import { summarize } from '@countersign/shared/session/summary'
import { createAlarms } from '../access/alarms.ts'
import { createAuthorize } from '../access/authorize.ts'
import { createCountersignatureSequence } from '../access/countersignature-sequence.ts'
import { createGate } from '../access/gate.ts'
import { createLedgerCalls } from '../access/ledger-call.ts'
import { createMutes } from '../access/mutes.ts'
import { createPause } from '../access/pause.ts'
import { createSaves } from '../access/save.ts'
import { createApprovals } from '../approvals/approvals.ts'
import { createBroker } from '../approvals/broker.ts'
import { createRemembered } from '../approvals/remembered.ts'
import { createLedger } from '../ledger/ledger.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import { evaluate, type PolicyCall } from '../policy/evaluate.ts'
import { createLimits } from '../policy/limits.ts'
import { shippedDefault } from '../policy/shipped-default.ts'
import { createSqliteCounters } from '../policy/sqlite-counters.ts'
import { createSteadyClock } from '../steady-clock.ts'
import { createEra } from '../vault/era.ts'
import { createSealedItems } from '../vault/sealed-items.ts'
import { createVault } from '../vault/vault.ts'
import { createObservations } from '../weather/observations.ts'
import { companionKey, type FakeBrowser, fakeBrowser, fakeBrowsers } from './fake-browser.ts'
import { fakeTime } from './fake-time.ts'
import { sampleSession } from './sample-session.ts'
import { tempDatabase } from './temp-database.ts'

/** The companion without its sockets: real parts on a real database, with a browser and a clock that a test can move. */
export const tempHouse = async (inForce: PolicyFile = shippedDefault) => {
  const { database, folder, machine, meddle } = tempDatabase()
  const time = fakeTime()
  const masterKey = new Secret<Uint8Array>(randomBytes(32))
  const ledger = createLedger({ database, time })
  const items = createSealedItems({ database, masterKey, random: randomBytes })
  const era = createEra({ items, random: randomBytes })
  const vault = createVault({ database, masterKey, era, time, random: randomBytes })
  const browser = await fakeBrowser()
  const browsers = fakeBrowsers(browser)
  const mutes = createMutes({ database, items, ledger, time })
  const { denied } = mutes
  const approvals = createApprovals({ database, sequence: createCountersignatureSequence(database), ledger, denied })
  const remembered = createRemembered({ browsers, ledger, time })
  const broker = createBroker({
    browsers,
    companionKey,
    approvals,
    remembered,
    time,
    longest: Infinity,
    newId: randomUUID,
  })
  const pause = createPause({ database, items, ledger })
  const alarms = createAlarms({ database, items, ledger })
  const gate = createGate({ pause, alarms, mutes })
  let policy = compilePolicy(inForce)
  const onTurned = new Set<() => void>()
  const decide = (call: PolicyCall) => evaluate(policy, call)
  const clock = createSteadyClock(time, ledger.now())
  const limits = createLimits({ counters: createSqliteCounters(database), clock, newId: randomUUID })
  /** The id of the question whose yes put the policy in force. */
  const accepted: { by: string | null } = { by: null }
  const acceptance = () => accepted.by
  const authorize = createAuthorize({
    gate,
    browsers,
    broker,
    decide,
    onPolicyChange: (listener) => {
      onTurned.add(listener)
      return () => void onTurned.delete(listener)
    },
    vouched: () => true,
    limits,
    remembered,
    acceptance,
    longest: Infinity,
  })
  const calls = createLedgerCalls({ database, ledger, newId: randomUUID })
  /** By the id of a grant: the account that it is pinned to. */
  const pins = new Map<string, string>()
  const pinnedTo = (grant: string) => pins.get(grant) ?? null
  const saves = createSaves({ vault, calls, broker, browsers, pinnedTo, gate, clock, time })
  const onFault = (thrown: unknown) => {
    throw thrown
  }
  const observations = createObservations({ vault, browsers, random: randomBytes, onFault })
  return {
    database,
    folder,
    machine,
    meddle,
    time,
    ledger,
    items,
    vault,
    browser,
    browsers,
    approvals,
    broker,
    pause,
    alarms,
    mutes,
    gate,
    limits,
    authorize,
    accepted,
    asks: (call: PolicyCall) => decide(call).kind === 'ask',
    remembered,
    calls,
    pins,
    pinnedTo,
    saves,
    observations,
    era,
    /** Another policy comes into force. */
    turnTo: (file: PolicyFile) => {
      policy = compilePolicy(file)
      for (const listener of onTurned) listener()
    },
    rows: () =>
      ledger.list().map(({ kind, tool, outcome, code }) => [kind, tool, outcome, code].filter(Boolean).join(' ')),
  }
}

/** The session that a capture of the browser's tab gives: signed in, with this value in each secret place. */
export const signedIn = (account = 'ada', value = 'sample'): Session => {
  const [token] = sampleSession({}, value).cookies
  if (token === undefined) throw new Error('The sample has a cookie')
  const named = { ...token, name: 'console_user', value: new Secret(account), httpOnly: false }
  return sampleSession({ account, cookies: [token, named] }, value)
}

export const outlineOf = (session: Session): CaptureOutline => {
  const { account, signIn, cookies, cookieNames, origins, leftOut } = summarize(session)
  return {
    identity: {
      account,
      signIn,
      store: '0',
      origin: 'https://www.upwork.com',
    },
    tab: {
      id: 1,
      origin: 'https://www.upwork.com',
      path: '/nx/find-work/best-matches',
    },
    why: 'Upwork knows this account and its sign-in.',
    cookies,
    cookieNames,
    storage: origins,
    leftOut,
  }
}

/** Lets the browser's tab have this session, at the description and at the capture. */
export const openTab = (browser: FakeBrowser, session: Session): void => {
  browser.gives.describe = () => Promise.resolve({ kind: 'ready', outline: outlineOf(session) })
  browser.gives.take = async () => ({ kind: 'taken', session, digest: await sessionDigest(session) })
}
