import type { Chance } from '../support/chance.ts'
import type { Companion } from '../support/companion.ts'
import { firstLine, openControlLine } from '../support/control-line.ts'
import { closeOf } from '../support/raw-socket.ts'
import { within } from '../support/until.ts'
import { jsonOf, spoiltJson, type Json } from './spoil-json.ts'
import { playKinds, type Kind, type Plan } from './tries.ts'

/** Commands, as they are told to the companion by its own program. `pair.reset` is not among them: it needs nobody's yes. */
const commands: readonly (readonly [string, Json])[] = [
  ['status', {}],
  ['ledger.list', { limit: 5 }],
  ['pair', {}],
  ['pair.list', {}],
  ['pair.remove', { fingerprint: '0000-0000' }],
  ['agents.add', { label: 'Never asked for' }],
  ['agents.list', {}],
  ['agents.revoke', { label: 'Nobody' }],
  ['agents.rename', { label: 'Nobody', to: 'Somebody' }],
  ['agents.rotate', { label: 'Nobody' }],
  ['agents.mute', { label: 'Nobody' }],
  ['agents.unmute', { label: 'Nobody' }],
  ['export', { format: 'playwright', out: '/nowhere/at/all.json' }],
]

/** Seconds after which a command that says nothing is one that waits for somebody's yes. */
const patience = 0.5

/** First lines at the control socket that are not as they should be, by programs that have shown no token. */
export async function spoilControlLines(companion: Companion, plan: Plan): Promise<void> {
  await playKinds(plan, kindsFor(companion), [1, 2, 3, 4])
}

function kindsFor(companion: Companion): readonly Kind<number>[] {
  const said = (name: string, make: (chance: Chance) => string): Kind<number> => ({
    name,
    async play(chance) {
      await using line = await openControlLine(companion)
      line.say(make(chance))
      return outcomeOf(await line.next(patience).catch(() => 'waits'))
    },
  })
  const poured = (
    name: string,
    make: (chance: Chance) => Buffer | string,
    andHangUp: boolean,
    every?: number,
  ): Kind<number> => ({
    name,
    ...(every === undefined ? {} : { every }),
    async play(chance) {
      await using line = await openControlLine(companion)
      line.socket.write(make(chance))
      if (andHangUp) line.socket.end()
      await within(10, 'the end of the connection', closeOf(line.socket))
      return 'hung up on'
    },
  })
  return [
    said('as it is', () => firstLine('status', {})),
    ...commands.map(([command, params]) =>
      said(`${command}: something wrong in it`, (chance) =>
        spoiltJson(jsonOf(JSON.parse(firstLine(command, params))), chance),
      ),
    ),
    said('no such command', (chance) => firstLine(chance.one(['', 'constructor', '__proto__', 'STATUS', 'start']), {})),
    said('a token that is nobody’s', (chance) =>
      JSON.stringify({ mcp: { token: chance.bytes(32).toString('base64url') } }),
    ),
    said('a token: something wrong in it', (chance) => spoiltJson({ mcp: { token: 'csg_nobody' } }, chance)),
    said('no JSON', (chance) => chance.bytes(chance.whole(0, 300)).toString('latin1').replaceAll('\n', '')),
    poured('chance', (chance) => chance.bytes(chance.whole(1, 2_000)), true),
    poured('half a line', () => firstLine('status', {}).slice(0, 30), true),
    poured('a line without end', (chance) => 'x'.repeat(chance.one([66_000, 300_000, 4_000_000])), false, 4),
    poured('half a line, and then silence', () => firstLine('status', {}).slice(0, 30), false, 20),
    {
      name: 'twenty at once, and gone',
      async play() {
        const lines = await Promise.all(Array.from({ length: 20 }, () => openControlLine(companion)))
        for (const line of lines) line.say(firstLine('pair.list', {}))
        await Promise.all(lines.map((line) => line[Symbol.asyncDispose]()))
        return 'gone'
      },
    },
  ]
}

/** What a stranger may hear: what anybody may know, a refusal, or that somebody is to be asked. */
function outcomeOf(said: string | undefined): string {
  if (said === undefined || said === 'waits') return said ?? 'hung up on'
  const answer = jsonOf(JSON.parse(said))
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) throw new Error(`It said ${said}`)
  if ('event' in answer) return 'begun, and taken back'
  if ('done' in answer) return 'done'
  const { code } = /"code":"(?<code>[a-z_]+)"/.exec(said)?.groups ?? {}
  if (code === undefined || code === 'internal') throw new Error(`It said ${said}`)
  return `refused with ${code}`
}
