import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createConversation, refuseLine } from './conversation.ts'

const line = (message: object) => JSON.stringify({ jsonrpc: '2.0', ...message })
const initialize = line({ id: 0, method: 'initialize', params: { clientInfo: { name: 'a client' } } })
const initialized = line({ method: 'notifications/initialized' })
const call = (id: number | string) => line({ id, method: 'tools/call', params: { name: 'save_session' } })
const parsed = (lines: readonly string[]): unknown[] => lines.map((text): unknown => JSON.parse(text))

const introduced = () => {
  const conversation = createConversation()
  conversation.heard(initialize)
  conversation.answered(line({ id: 0, result: {} }))
  conversation.heard(initialized)
  return conversation
}

describe('when a companion is lost', () => {
  it('answers a tool call with a result that an agent can read', () => {
    const conversation = introduced()
    conversation.heard(call('a'))
    expect(parsed(conversation.lost())).toMatchObject([
      { id: 'a', result: { isError: true, structuredContent: { saved: false, code: 'companion_restarted' } } },
    ])
  })

  it('answers any other request with an error, and each only once', () => {
    const conversation = introduced()
    conversation.heard(line({ id: 2, method: 'tools/list' }))
    expect(parsed(conversation.lost())).toMatchObject([{ id: 2, error: { data: { code: 'companion_restarted' } } }])
    expect(conversation.lost()).toEqual([])
  })

  it('says nothing of what was answered or cancelled before', () => {
    const conversation = introduced()
    conversation.heard(call(1))
    conversation.answered(line({ id: 1, result: {} }))
    conversation.heard(call(2))
    conversation.heard(line({ method: 'notifications/cancelled', params: { requestId: 2 } }))
    expect(conversation.lost()).toEqual([])
    expect(conversation.idle()).toBe(true)
  })

  it('tells ids that are numbers from ids that are text', () => {
    const conversation = introduced()
    conversation.heard(call(1))
    conversation.answered(line({ id: '1', result: {} }))
    expect(parsed(conversation.lost())).toMatchObject([{ id: 1 }])
  })
})

describe('to the next companion', () => {
  it('introduces the client again, and keeps the answer to that to itself', () => {
    const conversation = introduced()
    const [again = '', then] = conversation.introduction()
    const said = z.object({ id: z.string(), params: z.unknown() }).parse(JSON.parse(again))
    expect(said.params).toEqual({ clientInfo: { name: 'a client' } })
    expect(then).toBe(initialized)
    expect(conversation.answered(line({ id: said.id, result: {} }))).toBe(false)
  })

  it('asks again for an introduction that was never answered, whose answer the client still wants', () => {
    const conversation = createConversation()
    conversation.heard(initialize)
    expect(conversation.lost()).toEqual([])
    expect(conversation.awaitsInitialize()).toBe(true)
    expect(conversation.introduction()).toEqual([initialize])
    expect(conversation.answered(line({ id: 0, result: {} }))).toBe(true)
    expect(conversation.awaitsInitialize()).toBe(false)
  })

  it('says nothing for a client that has said nothing', () => {
    expect(createConversation().introduction()).toEqual([])
  })
})

it('passes a request of the companion on, though its id is one of the client', () => {
  const conversation = introduced()
  conversation.heard(call(1))
  expect(conversation.answered(line({ id: 1, method: 'ping' }))).toBe(true)
  expect(conversation.idle()).toBe(false)
})

it.each(['', 'no json', '[]', 'null', '7', '{"id":{}}', '{"id":null,"method":"x"}'])(
  'is not disturbed by %s',
  (text) => {
    const conversation = createConversation()
    conversation.heard(text)
    expect(conversation.answered(text)).toBe(true)
    expect(conversation.lost()).toEqual([])
    expect(refuseLine(text, { code: 'not_running', reason: '', next: '' })).toEqual([])
  },
)
