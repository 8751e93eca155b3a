import { parseBoundedJson } from '@countersign/shared/bounded-json'

/** More than any call has. The SDK notes each wrong entry of each list, at about a kilobyte apiece. */
const mostValues = 50_000

/** What an agent has sent, on a line or in a body. Throws a SyntaxError. */
export const parseMcpJson = (text: string): unknown => parseBoundedJson(text, { values: mostValues })
