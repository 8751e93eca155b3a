/**
 * What the channel needs of a WebSocket: whole binary frames, in order.
 *
 * `listen` is called once. Frames and the end that came before it are kept by the socket and handed over then.
 * `close` is quiet on a closed socket; `send` may throw or do nothing on one. `closed` comes once, after the last frame.
 */
export interface FrameSocket {
  send(frame: Uint8Array): void
  close(code: number): void
  listen(on: FrameListener): void
}

export interface FrameListener {
  frame(bytes: Uint8Array): void
  closed(code: number): void
}
