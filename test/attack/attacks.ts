import { spoilAgentLines } from './agent-lines.ts'
import { changeBytes } from './changed-bytes.ts'
import { spoilControlLines } from './control-lines.ts'
import type { Ground } from './ground.ts'
import { spoilHandshakes } from './handshakes.ts'
import { comeAsOurExtension } from './hostile-extension.ts'
import { killAgentChanges } from './killed-agents.ts'
import { killLeases } from './killed-leases.ts'
import { killPolicyChanges } from './killed-policies.ts'
import { killPairings } from './killed-pairings.ts'
import { killSaves } from './killed-saves.ts'
import { spoilMcpRequests } from './mcp-requests.ts'
import { spoilMessages } from './messages.ts'
import { throwNoise } from './noise.ts'
import { spoilRecords } from './records.ts'
import { changeBytesInBrowser } from './relay-before-browser.ts'
import { spoilRequests } from './requests.ts'
import { squatOnPort } from './squatter.ts'
import type { Plan } from './tries.ts'

/** One way to attack: what it is, and how much of it makes a short run, and a long one. */
export type Attack = {
  readonly name: string
  readonly what: string
  readonly unit: string
  readonly short: number
  readonly long: number
  run(ground: Ground, plan: Plan): Promise<void>
}

/** All frames, requests and lines together. */
const frames = { short: 2_000, long: 100_000 }
const kills = { short: 20, long: 200 }

/** @param share in thousandths of all frames */
const ofFrames = (share: number) => ({
  unit: 'frames',
  short: (frames.short * share) / 1000,
  long: (frames.long * share) / 1000,
})

/** At a companion in use, which is to go on as if nothing had happened. Their shares make up a thousand. */
export const frameAttacks: readonly Attack[] = [
  {
    name: 'noise',
    what: 'frames and bytes of chance at the bridge',
    ...ofFrames(340),
    run: async (ground, plan) => throwNoise((await ground.besieged()).port, plan),
  },
  {
    name: 'handshakes',
    what: 'handshakes of paired browsers, with a message spoilt',
    ...ofFrames(50),
    run: async (ground, plan) => {
      const { port, browsers } = await ground.besieged()
      await spoilHandshakes(port, browsers, plan)
    },
  },
  {
    name: 'records',
    what: 'sealed records of paired browsers, spoilt on their way',
    ...ofFrames(50),
    run: async (ground, plan) => {
      const { port, browsers } = await ground.besieged()
      await spoilRecords(port, browsers, plan)
    },
  },
  {
    name: 'messages',
    what: 'sealed messages of paired browsers, with something wrong in them',
    ...ofFrames(220),
    run: async (ground, plan) => {
      const { port, browsers } = await ground.besieged()
      await spoilMessages(port, browsers, plan)
    },
  },
  {
    name: 'requests',
    what: 'HTTP that is not as it should be, at every door',
    ...ofFrames(110),
    run: async (ground, plan) => spoilRequests((await ground.besieged()).port, plan),
  },
  {
    name: 'mcp-requests',
    what: 'requests of an agent to /mcp, with something wrong in them',
    ...ofFrames(60),
    run: async (ground, plan) => {
      const { port, tokens } = await ground.besieged()
      await spoilMcpRequests(port, tokens, plan)
    },
  },
  {
    name: 'control-lines',
    what: 'first lines at the control socket, with no token',
    ...ofFrames(50),
    run: async (ground, plan) => spoilControlLines((await ground.besieged()).companion, plan),
  },
  {
    name: 'agent-lines',
    what: 'messages of an agent on its relay’s way, with something wrong in them',
    ...ofFrames(60),
    run: async (ground, plan) => {
      const { companion, tokens } = await ground.besieged()
      await spoilAgentLines(companion, tokens, plan)
    },
  },
  {
    name: 'hostile-extension',
    what: 'a second extension that forges our origin, in the browser that is paired',
    ...ofFrames(30),
    run: async (ground, plan) => {
      const { world, port } = await ground.besieged()
      await comeAsOurExtension(world.chromium, port, plan)
    },
  },
  {
    name: 'squatter',
    what: 'a program in the companion’s place, and what it may say to a paired browser',
    ...ofFrames(15),
    run: async (ground, plan) => {
      const { port, browsers } = await ground.besieged()
      await squatOnPort(port, browsers, plan)
    },
  },
  {
    name: 'changed-bytes',
    what: 'a program between browser and companion, which changes a byte of their handshake',
    ...ofFrames(15),
    run: (_, plan) => changeBytes(plan),
  },
]

export const attacks: readonly Attack[] = [
  ...frameAttacks,
  {
    name: 'relay-before-browser',
    what: 'the same, with a real browser at one end',
    unit: 'pairings',
    short: 8,
    long: 80,
    run: (_, plan) => changeBytesInBrowser(plan),
  },
  {
    name: 'killed-saves',
    what: 'kill -9 in the middle of saves',
    unit: 'kills',
    ...kills,
    run: (_, plan) => killSaves(plan),
  },
  {
    name: 'killed-pairings',
    what: 'kill -9 in the middle of pairings',
    unit: 'kills',
    ...kills,
    run: (_, plan) => killPairings(plan),
  },
  {
    name: 'killed-agents',
    what: 'kill -9 right behind the yes to a new token or a new name',
    unit: 'kills',
    ...kills,
    run: (_, plan) => killAgentChanges(plan),
  },
  {
    name: 'killed-policies',
    what: 'kill -9 right behind the yes to a policy, or behind one that only closes',
    unit: 'kills',
    ...kills,
    run: (_, plan) => killPolicyChanges(plan),
  },
  {
    name: 'killed-leases',
    what: 'kill -9 while a lease is written, written anew, or wiped',
    unit: 'kills',
    ...kills,
    run: (_, plan) => killLeases(plan),
  },
]
