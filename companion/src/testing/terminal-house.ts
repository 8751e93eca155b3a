import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import { createAgentActs } from '../access/agent-acts.ts'
import { createLookAtFile } from '../access/exits/file-place.ts'
import { createToFile } from '../access/exits/to-file.ts'
import { createGrants } from '../access/grants.ts'
import { createRelease } from '../access/release.ts'
import { createTerminalAct } from '../access/terminal-act.ts'
import { createTokenFiles } from '../access/token-file.ts'
import { createUnfinishedFiles } from '../access/unfinished-files.ts'
import { companionKey } from './fake-browser.ts'
import { tempHouse } from './temp-house.ts'

/** What the command says of its surroundings. */
export const claim = { program: 'bash', parent: 'tmux', pid: 7, folder: '/home/ada' }

/** The companion as the terminal meets it: agents' grants and the door out of the vault, on real parts. */
export const terminalHouse = async (inForce?: PolicyFile) => {
  const house = await tempHouse(inForce)
  const { authorize, broker, browser, calls, database, folder, items, ledger, machine, mutes, time, vault } = house
  const open = () => createGrants({ database, items, ledger, companionKey, time })
  const grants = await open()
  const stateFolder = folder.path
  const unfinished = createUnfinishedFiles(items)
  const files = createTokenFiles({ machine, stateFolder, newId: randomUUID })
  const act = createTerminalAct({ authorize, broker, calls, patience: 600 })
  const agents = createAgentActs({ act, database, grants, mutes, files, vault, random: randomBytes, newId: randomUUID })
  const { add } = agents
  const door = createRelease({ act, vault })
  const lookAt = createLookAtFile({ machine, stateFolder })
  const toFile = createToFile({ lookAt, machine, unfinished, newName: randomUUID })
  const release = ({ out, format }: { out: string; format: string }, signal: AbortSignal) =>
    door.letOut({ format }, toFile(out), claim, signal)
  const answer = async (how: 'approve' | 'deny' = 'approve') => {
    const prompt = await browser.prompted()
    await broker.answer(browser, await browser.sign(prompt, how))
    return prompt
  }
  const never = new AbortController().signal
  const addAgent = async (label: string) => {
    const adding = add(label, claim, never)
    await answer()
    return adding
  }
  const tokenFile = (label: string) => join(folder.path, 'agents', `${label}.token`)
  return {
    ...house,
    door,
    toFile,
    unfinished,
    agents,
    files,
    add,
    addAgent,
    answer,
    grants,
    never,
    open,
    release,
    tokenFile,
  }
}
