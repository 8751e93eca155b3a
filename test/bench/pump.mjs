// The least that a relay could be: what stands on stdin goes to the companion, what it says to stdout. It knows the socket's
// place beforehand, checks nothing and survives nothing; what `countersign mcp` takes longer is the price of doing so.
// node pump.mjs SOCKET, with the token in COUNTERSIGN_TOKEN

import { connect } from 'node:net'

const socket = connect(process.argv[2] ?? '')
socket.write(`${JSON.stringify({ mcp: { token: process.env['COUNTERSIGN_TOKEN'] } })}\n`)
// The first line is its word on the token; what follows may come with it.
socket.once('data', (/** @type {Buffer} */ first) => {
  process.stdout.write(first.subarray(first.indexOf('\n') + 1))
  socket.pipe(process.stdout)
})
process.stdin.pipe(socket)
