/** The token of `Authorization: Bearer TOKEN` (RFC 6750); undefined when there is none, or more than one header says who it is. */
export const bearerIn = (rawHeaders: readonly string[]): string | undefined => {
  const given = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'authorization')
  const [only = ''] = given
  return given.length === 1 ? /^Bearer +([A-Za-z0-9._~+/-]{1,200}=*)$/i.exec(only)?.[1] : undefined
}
