/** Where something is in a JSON document, as RFC 6901 writes it: `/tools/send_message/deny_if/0`. */
export const jsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
