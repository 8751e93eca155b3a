import { countersign, keyText, type ApprovalDocument } from '@countersign/shared/approval/countersignature'
import type { Countersigned } from '@countersign/shared/approval/countersignature'
import { answerExpires, promptDigest, type Prompt } from '@countersign/shared/approval/prompt'
import type { PromptEnd } from '@countersign/shared/protocol/messages'
import type { DescribeOutcome, TakeOutcome } from '@countersign/shared/session/capture'
import type { Browsers, ConnectedBrowser } from '../bridge/browsers.ts'

/** The key that every test's companion has. */
export const companionKey = `B${'c'.repeat(86)}`

export type FakeBrowser = ConnectedBrowser & {
  /** What it was told last, and every end that it heard of. */
  readonly seen: { prompts: readonly Prompt[]; readonly ends: PromptEnd[]; readonly taken: string[] }
  /** What it gives when asked; a test may change both. */
  readonly gives: { describe: () => Promise<DescribeOutcome>; take: () => Promise<TakeOutcome> }
  /** The oldest prompt that it shows, once it shows any. */
  prompted(): Promise<Prompt>
  /** What the next prompt's end says. */
  nextEnd(): Promise<PromptEnd>
  sign(prompt: Prompt, answer: 'approve' | 'deny', more?: Partial<ApprovalDocument>): Promise<Countersigned>
}

export const fakeBrowser = async (label = 'Chrome on Linux'): Promise<FakeBrowser> => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const signingKey = keyText(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)))
  const seen: FakeBrowser['seen'] = { prompts: [], ends: [], taken: [] }
  const gives: FakeBrowser['gives'] = {
    describe: () => Promise.resolve({ kind: 'no-tab' }),
    take: () => Promise.resolve({ kind: 'no-tab' }),
  }
  const session = crypto.randomUUID()
  let seq = 0
  const onShown: (() => void)[] = []
  const onEnd: ((end: PromptEnd) => void)[] = []
  return {
    session: () => session,
    fingerprint: `${label}-${signingKey.slice(1, 9)}`,
    label,
    signingKey,
    seen,
    gives,
    describe: () => gives.describe(),
    take: (request) => {
      seen.taken.push(request)
      return gives.take()
    },
    showPrompts: (prompts) => {
      seen.prompts = prompts
      for (const tell of onShown.splice(0)) tell()
    },
    promptEnded: (end) => {
      seen.ends.push(end)
      for (const tell of onEnd.splice(0)) tell(end)
    },
    prompted: async () => {
      for (;;) {
        const [prompt] = seen.prompts
        if (prompt !== undefined) return prompt
        await new Promise<void>((resolve) => onShown.push(resolve))
      }
    },
    nextEnd: () => new Promise((resolve) => onEnd.push(resolve)),
    countersign: () => Promise.resolve({ kind: 'diverged' }),
    showOverview: () => undefined,
    sign: async (prompt, answer, more = {}) =>
      countersign(pair.privateKey, {
        purpose: 'countersign/1 approval',
        browser: signingKey,
        companion: companionKey,
        seq: ++seq,
        request: prompt.id,
        grant: {
          id: prompt.asker.grant,
          label: prompt.asker.label,
        },
        tool: prompt.action,
        args: prompt.args,
        shown: await promptDigest(prompt),
        answer,
        reason: null,
        scope: 'once',
        at: prompt.askedAt,
        expires: answerExpires(prompt, Date.now()),
        ...more,
      }),
  }
}

export type FakeBrowsers = Browsers & {
  connect(browser: ConnectedBrowser): void
  lose(browser: ConnectedBrowser): void
}

/** Paired with all of these, connected to all of them at first. */
export const fakeBrowsers = (...all: readonly ConnectedBrowser[]): FakeBrowsers => {
  let connected = [...all]
  const listeners = new Set<() => void>()
  const change = (next: ConnectedBrowser[]) => {
    connected = next
    for (const listener of listeners) listener()
  }
  return {
    paired: () =>
      all.map(({ fingerprint, label, signingKey }) => ({
        fingerprint,
        label,
        signingKey,
        pairedAt: '2026-11-22T00:00:00.000Z',
      })),
    connected: () => connected,
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    connect: (browser) => change([...connected.filter((other) => other !== browser), browser]),
    lose: (browser) => change(connected.filter((other) => other !== browser)),
  }
}
