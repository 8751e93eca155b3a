import { connect, type Socket } from 'node:net'
import { systemCode } from '../disk-error.ts'
import type { Machine } from '../machine.ts'
import { locateStateFolder } from '../state-folder.ts'
import { reachableControlPaths } from './control-path.ts'

/**
 * A connection to the companion of this state folder; undefined when none runs. Throws when the socket's place is not safe.
 * Loads node: modules only, for the relay.
 */
export const dialCompanion = async (machine: Machine): Promise<Socket | undefined> => {
  for (const path of reachableControlPaths(locateStateFolder(machine), machine)) {
    const socket = await dial(path)
    if (socket !== undefined) return socket
  }
  return undefined
}

// A socket that a killed companion left behind refuses at once; a live one always answers the connect itself.
const dial = (path: string): Promise<Socket | undefined> =>
  new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.off('error', failed)
      // Reported to whoever reads; without a listener it would end the process.
      socket.on('error', () => undefined)
      resolve(socket)
    })
    const failed = (error: Error) => {
      if (['ENOENT', 'ECONNREFUSED', 'EAGAIN'].includes(systemCode(error))) resolve(undefined)
      else reject(error)
    }
    socket.once('error', failed)
  })
