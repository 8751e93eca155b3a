import { randomBytes, randomUUID } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { CountersignError } from '@countersign/shared/errors'
import { createActs } from './access/acts.ts'
import { createAgentActs } from './access/agent-acts.ts'
import { createAuthorize } from './access/authorize.ts'
import { accessCommands } from './access/commands.ts'
import { createCountersignatureSequence } from './access/countersignature-sequence.ts'
import { grantsAltered } from './access/altered-grants.ts'
import { createIntakes } from './access/intake.ts'
import { createLookedAt } from './access/looked-at.ts'
import { createMuting } from './access/muting.ts'
import { createRelease } from './access/release.ts'
import { describeSaves } from './access/save-subjects.ts'
import { createSaves } from './access/save.ts'
import { createTerminalAct } from './access/terminal-act.ts'
import { createTerminalAsks } from './access/terminal-asks.ts'
import { createTokenFiles } from './access/token-file.ts'
import { createApprovals } from './approvals/approvals.ts'
import { createBroker } from './approvals/broker.ts'
import { longestFrom, patienceFrom } from './approvals/patience.ts'
import { createRemembered } from './approvals/remembered.ts'
import { createBridge } from './bridge/bridge.ts'
import type { Browsers, ConnectedBrowser } from './bridge/browsers.ts'
import { createConnections } from './bridge/connections.ts'
import { pairHandlers } from './bridge/pair-handlers.ts'
import { createPairingWindows } from './bridge/pairing-window.ts'
import { createPairings } from './bridge/pairings.ts'
import { erasablesOf } from './bridge/erasables.ts'
import { createReset } from './bridge/reset.ts'
import { createRoster } from './bridge/roster.ts'
import { createClosing, type Closing } from './closing.ts'
import { prepareControlPath } from './control/control-path.ts'
import { ledgerHandlers } from './control/handlers/ledger.ts'
import { policyHandlers } from './control/handlers/policy.ts'
import { statusHandler } from './control/handlers/status.ts'
import { listenForControl } from './control/server.ts'
import { openListener } from './http/listener.ts'
import { portsToTry } from './http/ports.ts'
import { companionAsker } from './ledger/askers.ts'
import { openCountersigning } from './ledger/countersigning.ts'
import { createHeads } from './ledger/heads.ts'
import { createHistory } from './history.ts'
import { createLog } from './log.ts'
import { openKept } from './kept.ts'
import type { Machine } from './machine.ts'
import { createCallGuard } from './mcp/call-guard.ts'
import { createCallRecord } from './mcp/call-record.ts'
import { createDoor } from './mcp/door.ts'
import { createMcpOverHttp } from './mcp/http.ts'
import { createServeAgent } from './mcp/serve.ts'
import { createTools } from './mcp/tools.ts'
import { createOverviews } from './overview.ts'
import type { PolicyCall } from './policy/evaluate.ts'
import { createPolicyInForce } from './policy/in-force.ts'
import { openProposals } from './policy/open-proposals.ts'
import { proposalAlarm } from './policy/proposal-alarm.ts'
import { openReleased } from './released.ts'
import { systemTime as time } from './time.ts'
import { version } from './version.ts'
import { createObservations } from './weather/observations.ts'

export type Companion = {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly browsers: Browsers
  close(): Promise<void>
}

export type CompanionOptions = {
  readonly machine: Machine
  /** Ends the opening. Once it is open, `close` ends the companion. */
  readonly signal: AbortSignal
}

/**
 * Builds the companion's parts and wires them. Undefined when another companion has this state folder; throws a coded error
 * when something is in its way.
 */
export const openCompanion = async (options: CompanionOptions): Promise<Companion | undefined> => {
  const closing = createClosing()
  try {
    const companion = await build(options, closing)
    if (companion === undefined) await closing.run()
    return companion
  } catch (thrown) {
    await closing.run()
    throw thrown
  }
}

const build = async ({ machine, signal }: CompanionOptions, closing: Closing): Promise<Companion | undefined> => {
  const log = createLog(machine.env['COUNTERSIGN_LOG'])
  const ports = portsToTry(machine.env)
  const patience = patienceFrom(machine.env)
  const longest = longestFrom(machine.env)

  // What is kept, and what it is sealed with.
  const kept = await openKept({ machine, signal, closing })
  if (kept === undefined) return undefined
  const { folder, database, keyPlace, items, era, vault, ledger, calls, identity, companionKey } = kept
  const { pins, grants, pause, alarms, mutes, gate, policies, wholeLedger, clock, limits } = kept
  const stateFolder = realpathSync(folder.path)
  const released = openReleased({ kept, machine, time, stateFolder, newId, closing })

  // Who is asked, and what a yes does.
  const onFault = (err: unknown) => log.error({ err }, 'Something went wrong that should not.')
  const browsers = createRoster(pins)
  const heads = createHeads(database)
  const onRefused = (browser: string, code: string) =>
    log.warn({ browser, why: code }, 'A browser did not sign the ledger.')
  const signing = { heads, browsers, alarms, companionKey, time, onRefused, onFault }
  const countersigning = await openCountersigning({ ledger, ...signing, onSigned: policies.signed })
  closing.add(() => countersigning.close())
  const sequence = createCountersignatureSequence(database)
  const approvals = createApprovals({ database, sequence, ledger, denied: mutes.denied })
  const remembered = createRemembered({ browsers, ledger, time })
  closing.add(() => remembered.close())
  pause.onChange(() => remembered.dropAll())
  const broker = createBroker({ browsers, companionKey, approvals, remembered, time, longest, newId })
  closing.add(() => broker.close())
  const policy = createPolicyInForce(policies)
  released.follow(policy)
  const authorize = createAuthorize({
    gate,
    browsers,
    broker,
    decide: policy.decide,
    onPolicyChange: policy.onChange,
    vouched: countersigning.vouched,
    limits,
    remembered,
    acceptance: policy.acceptance,
    longest,
  })
  closing.add(policy.onChange(() => remembered.dropAll()))
  const { pinnedTo } = grants
  const saves = createSaves({ vault, calls, broker, browsers, pinnedTo, gate, clock, time })
  const observations = createObservations({ vault, browsers, random, onFault })
  const act = createTerminalAct({ authorize, broker, calls, patience })
  const release = createRelease({ act, vault })
  const history = createHistory({ database, vault, calls, act })
  const files = createTokenFiles({ machine, stateFolder, newId })
  files.settle((digest) => grants.ofToken(digest)?.label)
  const agents = createAgentActs({ act, database, grants, mutes, files, vault, random, newId })
  const muting = createMuting({ grants, mutes, ledger })
  if (grants.altered() > 0) alarms.raise(grantsAltered(grants.altered()))

  // What agents may call.
  const describe = describeSaves(vault, pinnedTo)
  const tools = createTools({ saves, describeSaves: describe, vault, observations, pinnedTo, time })
  const record = createCallRecord({ ledger, time })
  closing.add(() => record.close())
  const guard = createCallGuard(time)
  const asks = (call: PolicyCall) => policy.decide(call).kind === 'ask'
  const door = createDoor({ tools, guard, authorize, calls, record, gate, asks, pinnedTo, time, patience, onFault })
  const forAgents = { tools, hidden: policy, door, version, newId }
  const serveAgent = createServeAgent(forAgents)

  // What she is asked to put in force.
  const { proposals, file: policyPath } = openProposals({
    folder: stateFolder,
    machine,
    time,
    newId,
    policies,
    broker,
    browsers,
    gate,
    gateChanges: [pause.onChange, alarms.onChange, mutes.onChange],
    writing: tools.filter(({ kind }) => kind === 'write').map(({ rule }) => rule),
    limits,
    vault,
    onFault,
    closing,
  })

  // The way in for browsers.
  const listener = await openListener({ ports, version })
  closing.add(() => listener.close())
  const { port, url } = listener
  const erasables = erasablesOf({ vault, grants, files, policies })
  const reset = createReset({ database, items, pins, ledger, time, erasables })
  const windows = createPairingWindows({ port, companionIdentity: identity.keys.publicKey, time, random })
  const connections = createConnections()
  const pairings = createPairings({
    windows,
    pins,
    roster: browsers,
    connections,
    broker,
    terminal: createTerminalAsks({ mutes, limits }),
    database,
    ledger,
    reset,
    era,
  })
  const overviews = createOverviews({
    port,
    key: keyPlace,
    vault,
    ledger,
    browsers,
    pause,
    alarms,
    remembered,
    released: released.copies,
    observations,
    time,
    mutes,
    agents: muting.agents,
    resetAt: () => reset.lastAt(),
    policyAlarm: () => proposalAlarm(proposals.state(), policies.inForce()),
  })
  closing.add(() => overviews.close())
  proposals.onChange(() => overviews.changed())
  const unpair = async (fingerprint: string, by: string) => pairings.unpair(fingerprint, { kind: 'browser', label: by })
  const looked = createLookedAt({ grants, alarms, countersigning, wholeLedger, onFault })
  const hers = { unmute: muting.unmute, sessions: history.acts }
  const acts = createActs({ companionKey, approvals, pause, unpair, ...hers, looked, time })
  const overviewFor = ({ fingerprint }: ConnectedBrowser) => overviews.for(fingerprint)
  const bridge = createBridge({
    port,
    identity: identity.keys,
    pins,
    roster: browsers,
    windows,
    pairings,
    connections,
    alarms,
    services: {
      broker,
      saves,
      history: history.views,
      pause,
      mute: muting.mute,
      acts,
      observations,
      remembered,
      endReleased: released.end,
      ledger: { head: ledger.head, met: countersigning.met },
      overviewFor,
    },
    ledger,
    time,
  })
  closing.add(() => bridge.close())

  ledger.append({ kind: 'start', asker: companionAsker, details: { port, version } })
  closing.add(() => ledger.append({ kind: 'stop', asker: companionAsker }))
  listener.serveBridge(bridge.accept)

  // The ways in for agents, and for commands.
  const began = () => overviews.changed()
  const intakeOf = createIntakes()
  const mcpOverHttp = createMcpOverHttp({ ...forAgents, grants, time, intakeOf, newId, began, onFault })
  closing.add(() => mcpOverHttp.close())
  listener.serveMcp(mcpOverHttp.handle)
  const control = await listenForControl({
    path: prepareControlPath(folder, machine),
    windows: machine.platform === 'win32',
    handlers: [
      statusHandler({ overviews, url, pid: process.pid, pending: () => broker.pending(), time }),
      ...ledgerHandlers({ ledger, heads, approvals, browsers, remembered: countersigning.remembered }),
      ...pairHandlers({ pairings, browsers, resetAt: () => reset.lastAt() }),
      ...policyHandlers({ accepted: policies, inForce: policy, proposals, grants, path: policyPath }),
      ...accessCommands({ agents, grants, mutes, files, vault, release, toFile: released.toFile, url }),
      ...released.commands(release),
      ...history.handlers,
    ],
    serveRelay: async ({ token, lines, signal, ready, send }) => {
      const grant = grants.authenticate(token)
      if (grant === undefined) throw new CountersignError('unauthorized')
      const intake = intakeOf(grant.id)
      const leave = intake.enter()
      if (leave === undefined) throw new CountersignError('rate_limited', tooMany)
      try {
        overviews.changed()
        await ready(intake)
        await serveAgent({ grant, input: lines, output: send, signal })
      } finally {
        leave()
      }
    },
    onFault,
  })
  closing.add(() => control.close())
  closing.add(() => released.closeFirst())
  return { url, browsers, close: () => closing.run() }
}

const tooMany = {
  message: 'This agent has as many connections as it may have.',
  next: 'End one of them, and try again.',
}

const random = (size: number) => randomBytes(size)
const newId = () => randomUUID()
