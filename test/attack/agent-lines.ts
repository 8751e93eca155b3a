import type { Socket } from 'node:net'
import { z } from 'zod'
import type { Chance } from '../support/chance.ts'
import type { Companion } from '../support/companion.ts'
import { openControlLine, type ControlLine } from '../support/control-line.ts'
import { closeOf } from '../support/raw-socket.ts'
import { within } from '../support/until.ts'
import { agentMessages, heavyMessages, initialize, tellsOfSave } from './agent-messages.ts'
import { parsedJson } from './parsed-json.ts'
import { standingOf } from './standing.ts'
import { spoiltJson } from './spoil-json.ts'
import { playKinds, type Kind, type Plan } from './tries.ts'

type Tokens = { readonly one: string; readonly crowd: string }
type Lane = { line: ControlLine | undefined; lastId: number }

/** An agent's lines over its relay's way, its token shown, and what it says wrong: it is told so, and is heard on. */
export async function spoilAgentLines(companion: Companion, tokens: Tokens, plan: Plan): Promise<void> {
  const lanes = Array.from({ length: 3 }, (): Lane => ({ line: undefined, lastId: 0 }))
  try {
    await playKinds(plan, kindsFor(companion, tokens), lanes)
  } finally {
    for (const { line } of lanes) await line?.[Symbol.asyncDispose]()
  }
}

function kindsFor(companion: Companion, tokens: Tokens): readonly Kind<Lane>[] {
  const alone = inTurns()
  const open = async (token = tokens.one): Promise<ControlLine> => {
    const line = await openControlLine(companion)
    line.say(JSON.stringify({ mcp: { token } }))
    if ((await line.next()) !== '{"ready":true}') throw new Error('The token was not taken.')
    return line
  }
  const lineOf = async (lane: Lane): Promise<ControlLine> => (lane.line ??= await open())
  const said = (name: string, make: (chance: Chance, id: number) => string, every?: number): Kind<Lane> => ({
    name,
    ...(every === undefined ? {} : { every }),
    async play(chance, lane) {
      const line = await lineOf(lane)
      const id = (lane.lastId += 1)
      const text = make(chance, id).replaceAll('\n', ' ')
      line.say(text)
      return outcomeOf(line, questionIn(parsedJson(text)), `probe ${id}`)
    },
  })
  const names = agentMessages(0).map(([name]) => name)
  const messageOf = (name: string, id: number) => agentMessages(id).find(([each]) => each === name)?.[1] ?? initialize
  return [
    said('a question as it should be', (_, id) =>
      JSON.stringify(messageOf('tools/list', id)).replace('"cursor":"a"', ''),
    ),
    ...names.map((name) =>
      said(`${name}: something wrong in it`, (chance, id) => spoiltJson(messageOf(name, id), chance)),
    ),
    said('many in one', (chance, id) =>
      JSON.stringify([messageOf('ping', id), chance.whole(0, 9), messageOf('ping', id)]),
    ),
    said('no JSON', (chance) => `x${chance.bytes(chance.whole(0, 300)).toString('latin1').replaceAll('\r', '')}`),
    said('JSON that breaks off', (chance, id) => {
      const text = JSON.stringify(messageOf('save_session', id))
      return text.slice(0, chance.whole(1, text.length - 1))
    }),
    ...heavyMessages(0).map(({ name }) =>
      said(
        name,
        (chance, id) =>
          heavyMessages(id)
            .find((each) => each.name === name)
            ?.make(chance) ?? '',
        30,
      ),
    ),
    {
      name: 'a line that is too long',
      every: 30,
      async play() {
        await using line = await open()
        // Until it is hung up on: a piece more than a line may have.
        for (let piece = 0; piece < 20 && line.socket.writable; piece += 1) line.socket.write('x'.repeat(1024 * 1024))
        await within(10, 'the end of the connection', closeOf(line.socket))
        return 'hung up on'
      },
    },
    {
      name: 'sixty long lines that do not end, and gone',
      every: 30,
      play: alone(async () => {
        const lines = await Promise.all(Array.from({ length: 60 }, () => open(tokens.crowd)))
        // Those that are more than is kept of one agent are hung up on.
        await Promise.all(lines.map(({ socket }) => Promise.race([written(socket, 3_900_000), closeOf(socket)])))
        await Promise.all(lines.map((line) => line[Symbol.asyncDispose]()))
        return 'gone'
      }),
    },
    {
      name: 'three hundred connections, and a command beside them',
      every: 30,
      play: alone(async () => {
        const lines = await Promise.all(Array.from({ length: 300 }, () => openControlLine(companion)))
        for (const line of lines) line.say(JSON.stringify({ mcp: { token: tokens.crowd } }))
        const answers = await Promise.all(lines.map((line) => line.next()))
        const letIn = answers.filter((said) => said === '{"ready":true}').length
        await standingOf(companion)
        await Promise.all(lines.map((line) => line[Symbol.asyncDispose]()))
        return `let in ${letIn}`
      }),
    },
  ]
}

/** Plays of which there is one at a time, whatever the lane. */
function inTurns(): (play: () => Promise<string>) => () => Promise<string> {
  let last: Promise<unknown> = Promise.resolve()
  return (play) => () => {
    const mine = last.then(play)
    last = mine.catch(() => undefined)
    return mine
  }
}

const written = (socket: Socket, bytes: number): Promise<void> =>
  new Promise((resolve) => {
    socket.write('x'.repeat(bytes), () => resolve())
  })

const answer = z.looseObject({ id: z.union([z.string(), z.number()]).optional() })
const failure = z.looseObject({ error: z.looseObject({ code: z.number() }) })
const refusal = z.looseObject({ result: z.looseObject({ structuredContent: z.looseObject({ code: z.string() }) }) })

/** Whatever it said, a question behind it is answered; and if it was a question itself, then it, too. */
async function outcomeOf(line: ControlLine, question: string | number | undefined, probe: string): Promise<string> {
  line.say(JSON.stringify({ jsonrpc: '2.0', id: probe, method: 'ping' }))
  const open = new Set(question === undefined ? [probe] : [probe, question])
  let outcome = 'let pass'
  while (open.size > 0) {
    const text = await line.next()
    if (text === undefined) throw new Error('It was hung up on.')
    const heard: unknown = JSON.parse(text)
    const { id } = answer.parse(heard)
    const how = told(heard)
    // A line that was not taken apart gets an answer without an id.
    const about = id ?? question
    if (about !== undefined) open.delete(about)
    if (about === question) outcome = how
  }
  return outcome
}

const asked = z.looseObject({ jsonrpc: z.literal('2.0'), id: z.union([z.string(), z.number()]), method: z.string() })

/** The id of a question that has to be answered. */
function questionIn(value: unknown): string | number | undefined {
  return asked.safeParse(value).data?.id
}

function told(heard: unknown): string {
  if (tellsOfSave(JSON.stringify(heard))) throw new Error('It saved something.')
  const failed = failure.safeParse(heard)
  if (failed.success) return `error ${failed.data.error.code}`
  const refused = refusal.safeParse(heard)
  if (!refused.success) return 'answered'
  const { code } = refused.data.result.structuredContent
  if (code === 'internal') throw new Error('It was answered as a fault.')
  return `refused with ${code}`
}
