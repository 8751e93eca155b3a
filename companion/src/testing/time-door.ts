import { randomBytes, randomUUID } from 'node:crypto'
import { type PolicyFile, policyFile } from '@countersign/shared/policy/policy-file'
import { Secret } from '@countersign/shared/secret'
import { createAlarms } from '../access/alarms.ts'
import { createAuthorize, type Road } from '../access/authorize.ts'
import { createGate } from '../access/gate.ts'
import { createLedgerCalls } from '../access/ledger-call.ts'
import { createMutes } from '../access/mutes.ts'
import { createPause } from '../access/pause.ts'
import { openDatabase } from '../database/open.ts'
import { createLedger } from '../ledger/ledger.ts'
import { thisMachine } from '../machine.ts'
import { createCallGuard } from '../mcp/call-guard.ts'
import { createCallRecord } from '../mcp/call-record.ts'
import { createDoor, type Door } from '../mcp/door.ts'
import { sessionStatusTool } from '../mcp/session-status.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import { evaluate, type PolicyCall } from '../policy/evaluate.ts'
import { createLimits } from '../policy/limits.ts'
import { shippedDefault } from '../policy/shipped-default.ts'
import { createSqliteCounters } from '../policy/sqlite-counters.ts'
import { openStateFolder } from '../state-folder.ts'
import { createSteadyClock } from '../steady-clock.ts'
import { createEra } from '../vault/era.ts'
import { createSealedItems } from '../vault/sealed-items.ts'
import { createVault } from '../vault/vault.ts'
import { fakeTime } from './fake-time.ts'
import { sampleSession, sent } from './sample-session.ts'

// node scripts/run-typescript.mjs companion/src/testing/time-door.ts ROUNDS HOME
// Prints a line of JSON: the milliseconds that each call of session_status took, in process, through the real door and through one that
// lets everything through. The state folder is a new one. The clock is moved by hand, so that no call comes too early for the guard.

const [, , rounds = '', home = ''] = process.argv
const machine = { ...thisMachine(), env: { COUNTERSIGN_HOME: home } }
const database = openDatabase(openStateFolder(machine).database, machine)
const random = (size: number) => randomBytes(size)
const newId = () => randomUUID()
const time = fakeTime()
const sealed = { database, masterKey: new Secret<Uint8Array>(random(32)), random }
const items = createSealedItems(sealed)
const vault = createVault({ ...sealed, era: createEra({ items, random }), time })
const [cookie] = sampleSession().cookies
if (cookie === undefined) throw new Error('The sample has a cookie.')
const cookies = Array.from({ length: 40 }, (_, at) => ({ ...cookie, name: `cookie_${at}` }))
for (let version = 0; version < 10; version += 1) await vault.save(...(await sent(sampleSession({ cookies }))))

const ledger = createLedger({ database, time })
const clock = createSteadyClock(time, ledger.now())
const limits = createLimits({ counters: createSqliteCounters(database), clock, newId })
const gate = createGate({
  pause: createPause({ database, items, ledger }),
  alarms: createAlarms({ database, items, ledger }),
  mutes: createMutes({ database, items, ledger, time }),
})
const nobody = (): never => {
  throw new Error('Nobody is asked here.')
}
const browsers = { paired: nobody, connected: nobody, onChange: nobody }
const pinnedTo = () => null
const tools = [sessionStatusTool({ vault, observations: { observed: () => null }, pinnedTo, time })]
const calls = createLedgerCalls({ database, ledger, newId })
const common = { tools, pinnedTo, time, patience: 600, onFault: nobody }
const record = createCallRecord({ ledger, time })
/** The door as it is, under this policy. */
const doorUnder = (file: PolicyFile): Door => {
  const policy = compilePolicy(file)
  const decide = (call: PolicyCall) => evaluate(policy, call)
  const authorize = createAuthorize({
    gate,
    browsers,
    broker: { ask: nobody, end: nobody },
    decide,
    onPolicyChange: () => () => undefined,
    vouched: () => true,
    limits,
    remembered: { covering: nobody },
    acceptance: () => null,
    longest: 600,
  })
  const asks = (call: PolicyCall) => decide(call).kind === 'ask'
  return createDoor({ ...common, guard: createCallGuard(time), authorize, calls, record, gate, asks })
}
const letThrough: Road = {
  kind: 'allowed',
  rule: '(bench)',
  cover: { kind: 'policy', request: null, counts: () => true },
  giveBack: () => undefined,
}
const open = createDoor({
  ...common,
  guard: { take: () => ({ kind: 'turn', wait: 0 }) },
  authorize: () => Promise.resolve(letThrough),
  asks: () => false,
  calls,
  record: { read: () => undefined, refused: nobody, isFirst: nobody, close: () => undefined },
  gate: { closed: () => undefined, signals: () => [] },
})

const revoked = new AbortController().signal
const grant = { id: newId(), label: 'Claude Code', revoked }
const timed = async (door: Door): Promise<number> => {
  const call = { grant, connection: 'one', claim: null, name: 'session_status', raw: {}, signal: revoked }
  const began = performance.now()
  const { isError } = await door(call)
  const took = performance.now() - began
  if (isError === true) throw new Error('The call was to pass.')
  return took
}

const limited = policyFile.parse({
  version: '1',
  default: 'deny',
  all_tools: { limits: [{ counter: 'calls', window: 'day', max: 100_000, scope: 'global' }] },
  tools: { session_status: { limits: [{ counter: 'looks', window: 'minute', max: 900 }] } },
})

/** Both take turns, and after each call the clock moves on by this many milliseconds. */
const compared = async (guarded: Door, pace: number) => {
  const through: number[] = []
  const without: number[] = []
  const sides = [
    { door: guarded, samples: through },
    { door: open, samples: without },
  ]
  const warmUps = 300
  for (let round = -warmUps; round < Number(rounds); round += 1) {
    for (const { door, samples } of round % 2 === 0 ? sides : sides.toReversed()) {
      const took = await timed(door)
      if (round >= 0) samples.push(took)
      time.advance(pace)
    }
  }
  return { through, without }
}

// Ten times a second, of which the ledger gets a row a minute; and so seldom that it gets one for each.
const shipped = await compared(doorUnder(shippedDefault), 50)
const counted = await compared(doorUnder(limited), 50)
const entered = await compared(doorUnder(shippedDefault), 61_000)
record.close()
database.close()
process.stdout.write(`${JSON.stringify({ shipped, counted, entered })}\n`)
