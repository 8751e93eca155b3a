import type { SavedAccount } from '@countersign/shared/protocol/overview'
import { useEffect, useState } from 'preact/hooks'
import type { SurfaceState } from '../surface/messages.ts'

/** Whether the companion can be asked now, or in a moment. */
export const isReachable = ({ link }: SurfaceState): boolean =>
  link.state === 'connected' || link.state === 'connecting'

/** The account whose page is open, if any, and the one whose page was left last. A question that comes leaves it open. */
export type OpenAccount = {
  readonly account: SavedAccount | undefined
  readonly back: string | null
  open(account: string): void
  leave(): void
}

export const useOpenAccount = (state: SurfaceState | null): OpenAccount => {
  const [opened, setOpened] = useState<string | null>(null)
  const [back, setBack] = useState<string | null>(null)
  const account =
    state !== null && isReachable(state) ? state.overview?.accounts.find(({ id }) => id === opened) : undefined
  const leave = () => {
    if (opened === null) return
    setBack(opened)
    setOpened(null)
  }
  // It was forgotten, or the companion is gone: what comes after that is another page.
  const lost = state !== null && account === undefined
  useEffect(() => {
    if (lost) leave()
  }, [lost])
  // What comes after a question begins at its top.
  const asked = (state?.prompts.length ?? 0) > 0
  useEffect(() => {
    if (asked) setBack(null)
  }, [asked])
  return { account, back: back ?? opened, open: setOpened, leave }
}
