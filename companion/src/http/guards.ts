/**
 * Who may ask at all. These checks turn web pages away, and nobody else: any program, and another extension, can send what
 * headers it likes. Whoever comes through has proven nothing yet.
 */
export type Asked = {
  /** The request's target as it was sent. */
  readonly target: string
  /** Names and values by turns, as they were sent: doubled ones included. */
  readonly rawHeaders: readonly string[]
}

export type Door = {
  /** The port that we listen on. */
  readonly port: number
  readonly extensionOrigins: readonly string[]
}

export type Passed = { readonly verdict: 'passed'; readonly path: string; readonly origin: string | undefined }

/** `because` is for our own tests and logs; the asker gets the status alone. */
export type Verdict = Passed | { readonly verdict: 'forbidden'; readonly because: 'target' | 'host' | 'origin' }

export const bridgePath = '/bridge'
export const mcpPath = '/mcp'

/** Before a byte of the body is read. */
export const guard = ({ target, rawHeaders }: Asked, { port, extensionOrigins }: Door): Verdict => {
  // A whole address, as a proxy gets it, would name a host behind the Host header's back.
  if (!/^\/(?!\/)/.test(target)) return { verdict: 'forbidden', because: 'target' }
  const path = target.replace(/\?.*$/s, '')

  const hosts = valuesOf('host', rawHeaders)
  if (hosts.length !== 1 || hosts[0] !== `127.0.0.1:${port}`) return { verdict: 'forbidden', because: 'host' }

  const origins = valuesOf('origin', rawHeaders)
  const [origin] = origins
  const welcome =
    path === bridgePath
      ? origins.length === 1 && origin !== undefined && extensionOrigins.includes(origin)
      : origins.length === 0
  return welcome ? { verdict: 'passed', path, origin } : { verdict: 'forbidden', because: 'origin' }
}

const valuesOf = (name: string, rawHeaders: readonly string[]): string[] =>
  rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name)
