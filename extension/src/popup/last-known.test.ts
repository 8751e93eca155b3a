import { describe, expect, it } from 'vitest'
import type { SurfaceState } from '../surface/messages.ts'
import { recall, remember } from './last-known.ts'

const createMemory = () => {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

const state: SurfaceState = {
  link: { state: 'connected' },
  fingerprint: '7K2M-9QXD',
  signingKey: `B${'k'.repeat(86)}`,
  pairingCode: null,
  overview: {
    version: '0.1.0',
    port: 47616,
    paused: false,
    key: 'keychain',
    accounts: [],
    agents: [],
    remembered: [],
    released: [],
    browsers: [],
    activity: [],
    resetAt: null,
    alarms: [],
  },
  tab: { kind: 'no-tab' },
  prompts: [
    {
      id: '6f1c1a52-6b9a-4e57-9d6a-5f9d1b0c2a11',
      asker: { kind: 'agent', grant: 'g', label: 'Claude Code', claim: null },
      action: 'save_session',
      reason: null,
      subject: { kind: 'add-agent', label: 'x', account: null },
      args: '0'.repeat(64),
      askedAt: '2026-11-22T12:00:00Z',
      deadline: '2026-11-22T12:10:00Z',
    },
  ],
  alarms: [],
  savesItself: [],
  outcome: null,
}

describe('the last known state', () => {
  it('brings back the overview, as of a connection that is only being made, and no question', () => {
    const memory = createMemory()
    remember(memory, state)
    expect(recall(memory)).toEqual({
      ...state,
      link: { state: 'connecting' },
      tab: null,
      prompts: [],
      signingKey: null,
    })
  })

  it('is forgotten with the pairing', () => {
    const memory = createMemory()
    remember(memory, state)
    remember(memory, { ...state, link: { state: 'unpaired' }, fingerprint: null, overview: null })
    expect(memory.kept.size).toBe(0)
    expect(recall(memory)).toBeNull()
  })

  it('is nothing when it does not parse', () => {
    const memory = createMemory()
    for (const text of ['', '{', '{"fingerprint":1}', 'null']) {
      memory.setItem('last known', text)
      expect(recall(memory)).toBeNull()
    }
  })
})
