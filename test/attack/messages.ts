import { protocolVersion } from '@countersign/shared/protocol/version'
import { encodeSession } from '@countersign/shared/session/session'
import { z } from 'zod'
import type { Chance } from '../support/chance.ts'
import { sampleSession } from '../support/sample-session.ts'
import type { WireBrowser } from '../support/wire-browser.ts'
import { openAskedLine, type AskedLine } from './asked-line.ts'
import { oversized } from './oversized.ts'
import { parsedJson } from './parsed-json.ts'
import { jsonOf, spoiltJson, type Json } from './spoil-json.ts'
import { playKinds, requireOneOf, type Kind, type Plan } from './tries.ts'

type Lane = { readonly browser: WireBrowser; line: AskedLine | undefined; lastId: number }

/**
 * What a paired browser could say, properly sealed, and wrong inside. What has the shape of a question is answered, what has
 * not ends the connection; none of it does anything.
 */
export async function spoilMessages(port: number, browsers: readonly WireBrowser[], plan: Plan): Promise<void> {
  const lanes = browsers.map((browser): Lane => ({ browser, line: undefined, lastId: 0 }))
  try {
    await playKinds(plan, kindsFor(port), lanes)
  } finally {
    for (const { line } of lanes) if (line?.end() === undefined) await line?.close()
  }
}

function kindsFor(port: number): readonly Kind<Lane>[] {
  const lineOf = async (lane: Lane): Promise<AskedLine> => {
    if (lane.line === undefined || lane.line.end() !== undefined) lane.line = await openAskedLine(port, lane.browser)
    return lane.line
  }
  /** Says it, and a question behind it that is as it should be. */
  const said = (name: string, make: (chance: Chance, id: number) => string, every?: number): Kind<Lane> => ({
    name,
    ...(every === undefined ? {} : { every }),
    async play(chance, lane) {
      const line = await lineOf(lane)
      const [id, probe] = [(lane.lastId += 1), (lane.lastId += 1)]
      const text = make(chance, id)
      await line.say(text)
      // It may have ended by now.
      await line.say(JSON.stringify({ id: probe, method: 'heartbeat', params: {} })).catch(() => undefined)
      return outcomeOf(line, text, probe)
    },
  })

  const spoilt = (method: string, params: Json): Kind<Lane> =>
    said(`${method}: something wrong in it`, (chance, id) => spoiltJson({ id, method, params }, chance))

  return [
    {
      name: 'a question as it should be',
      async play(_, lane) {
        const line = await lineOf(lane)
        const id = (lane.lastId += 1)
        await line.say(JSON.stringify({ id, method: 'heartbeat', params: {} }))
        const answer = await line.answerTo(id)
        if (answer === undefined || answer.error !== undefined) throw new Error('A good question was not answered.')
        return 'answered'
      },
    },
    spoilt('hello', { protocol: protocolVersion, version: '0.0.0', head: null, session: crypto.randomUUID() }),
    spoilt('session.save', { session: session(), digest: nothing, name: null, by: 'click' }),
    spoilt('session.save', { session: session(), digest: nothing, name: 'A name', by: 'rotation' }),
    spoilt('session.observe', { signIn: 'signed-in', account: 'nobody', proof: 'rotated' }),
    spoilt('session.history', { account: 'nobody' }),
    spoilt('session.difference', { account: 'nobody', from: 1, to: 2 }),
    spoilt('release.end', { id: '00000000-0000-4000-8000-000000000000' }),
    spoilt('approval.answer', { document: document('export'), signature: 'A'.repeat(86) }),
    spoilt('act', { signed: { document: document('resume'), signature: 'A'.repeat(86) }, act: { tool: 'resume' } }),
    spoilt('act', {
      signed: { document: document('looked'), signature: 'A'.repeat(86) },
      act: { tool: 'looked', alarm: 'browser_doubled', about: null },
    }),
    spoilt('act', {
      signed: { document: document('unmute'), signature: 'A'.repeat(86) },
      act: { tool: 'unmute', grant: 'terminal' },
    }),
    spoilt('act', {
      signed: { document: document('forget-session'), signature: 'A'.repeat(86) },
      act: { tool: 'forget-session', account: 'example-freelancer', version: null },
    }),
    spoilt('act', {
      signed: { document: document('restore'), signature: 'A'.repeat(86) },
      act: { tool: 'restore', account: 'example-freelancer', version: 1 },
    }),
    spoilt('agent.mute', { grant: 'nobody' }),
    spoilt('heartbeat', {}),
    said('no such method', (chance, id) =>
      JSON.stringify({
        id,
        method: chance.one(['', 'constructor', '__proto__', 'toString', 'prompts', 'capture.take', 'HELLO', 'hello ']),
        params: {},
      }),
    ),
    said('pause, with more than it takes', (_, id) => JSON.stringify({ id, method: 'pause', params: { now: true } })),
    said('an answer to what was not asked', (chance) =>
      spoiltJson({ id: chance.whole(-5, 50), result: { kind: 'taken', session: session(), digest: nothing } }, chance),
    ),
    // Most of these end the connection, and a new one takes its time.
    said(
      'a refusal of what was not asked',
      (chance) =>
        spoiltJson({ id: chance.whole(-5, 50), error: { code: 'internal', message: 'x', next: 'y' } }, chance),
      4,
    ),
    said('a withdrawal', (chance) => spoiltJson({ cancel: chance.whole(-5, 5_000) }, chance), 4),
    said('no JSON', (chance) => chance.bytes(chance.whole(0, 300)).toString('latin1'), 4),
    said(
      'JSON that breaks off',
      (chance, id) => {
        const text = JSON.stringify({ id, method: 'session.save', params: { session: session(), digest: nothing } })
        return text.slice(0, chance.whole(0, text.length - 1))
      },
      4,
    ),
    ...oversized.map(({ name, make }) => said(name, make, 100)),
    {
      name: 'two thousand questions at once',
      every: 100,
      async play(_, lane) {
        const line = await lineOf(lane)
        const ids = Array.from({ length: 2_000 }, () => (lane.lastId += 1))
        const questions = ids.map((id) => line.say(JSON.stringify({ id, method: 'heartbeat', params: {} })))
        await Promise.all(questions.map((said) => said.catch(() => undefined)))
        const answers = await Promise.all(ids.map((id) => line.answerTo(id)))
        return answers.every((answer) => answer !== undefined) ? 'answered' : `connection ended by ${line.end()}`
      },
    },
    {
      name: 'large saves, one after the other',
      every: 100,
      async play(_, lane) {
        const line = await lineOf(lane)
        const ids = Array.from({ length: 12 }, () => (lane.lastId += 1))
        for (const id of ids) {
          await line.say(
            JSON.stringify({
              id,
              method: 'session.save',
              params: { session: largeSession(), digest: nothing, name: null, by: 'click' },
            }),
          )
          // Heard before the save is done.
          const probe = (lane.lastId += 1)
          await line.say(JSON.stringify({ id: probe, method: 'heartbeat', params: {} }))
          await line.answerTo(probe)
        }
        const answers = await Promise.all(ids.map((id) => line.answerTo(id)))
        for (const answer of answers) resultOf(answer?.error ?? answer?.result)
        return 'refused'
      },
    },
  ]
}

const question = z.strictObject({ id: z.int(), method: z.string(), params: z.unknown() })
/** What a result may be of, when nothing is to come of it. */
const harmless = z.union([
  z.strictObject({}),
  z.looseObject({ kind: z.literal('refused') }),
  z.looseObject({ protocol: z.int(), standing: z.literal('paired') }),
])

/** Either it is answered, and what comes behind it, too; or the connection has ended in order. */
async function outcomeOf(line: AskedLine, text: string, probe: number): Promise<string> {
  const after = await line.answerTo(probe)
  const asked = question.safeParse(parsedJson(text))
  const answer = asked.success ? await line.answerTo(asked.data.id) : undefined
  if (answer?.error !== undefined) {
    if (answer.error.code === 'internal') throw new Error('It was answered as a fault.')
    return `refused with ${answer.error.code}`
  }
  if (answer !== undefined) return resultOf(answer.result)
  if (line.end() !== undefined) return `connection ended by ${requireOneOf(line.end(), ['bye'])}`
  if (asked.success || after === undefined) throw new Error('It was not answered.')
  return 'let pass'
}

function resultOf(result: unknown): string {
  const parsed = harmless.safeParse(result)
  if (!parsed.success) throw new Error(`Something came of it: ${JSON.stringify(result).slice(0, 200)}`)
  return 'kind' in parsed.data ? 'refused by its receiver' : 'answered'
}

const nothing = '0'.repeat(64)

/** It would be saved, but for its digest. */
function session(): Json {
  return jsonOf(encodeSession(sampleSession('example-freelancer', 'never-to-be-saved')))
}

/** As large as one can be. */
function largeSession(): Json {
  const origin = { origin: 'https://www.upwork.com', sessionStorage: [] }
  const localStorage = Array.from({ length: 40_000 }, (_, index) => ({ name: `key ${index}`, value: 'v'.repeat(50) }))
  return jsonOf({ ...encodeSession(sampleSession('example-freelancer', 'x')), origins: [{ ...origin, localStorage }] })
}

function document(tool: string): Json {
  return {
    purpose: 'countersign/1 approval',
    browser: 'A'.repeat(87),
    companion: 'A'.repeat(87),
    seq: 1,
    request: '00000000-0000-4000-8000-000000000000',
    grant: { id: 'browser', label: 'A program on the wire' },
    tool,
    args: nothing,
    shown: nothing,
    answer: 'approve',
    reason: null,
    scope: 'once',
    at: '2026-01-01T00:00:00.000Z',
    expires: '2036-01-01T00:00:00.000Z',
  }
}
