// Loaded into a program before its own first line (NODE_OPTIONS): at SIGUSR2 it does itself the harm that SABOTAGE names, so that
// it can be seen who notices.

import { subscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'

/** Who has come to it by TCP. */
/** @type {Set<Socket>} */
const guests = new Set()
let deaf = false
subscribe('net.server.socket', (message) => {
  if (typeof message !== 'object' || message === null || !('socket' in message)) return
  const { socket } = message
  if (!(socket instanceof Socket) || socket.localPort === undefined) return
  if (deaf) socket.destroy()
  else guests.add(socket)
})

/** @type {Buffer[]} */
const kept = []

/** @type {Record<string, () => unknown>} */
const harms = {
  grow: () => kept.push(Buffer.alloc(500 * 1024 * 1024, 1)),
  reject: () => void Promise.reject(new Error('sabotage')),
  block() {
    for (const until = Date.now() + 6_000; Date.now() < until;);
  },
  'hang up'() {
    for (const socket of guests) socket.destroy()
  },
  'go deaf'() {
    deaf = true
  },
}

process.on('SIGUSR2', () => harms[process.env['SABOTAGE'] ?? '']?.())
