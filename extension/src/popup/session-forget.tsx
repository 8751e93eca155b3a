import type { SavedAccount } from '@countersign/shared/protocol/overview'
import { Button } from '../ui/button.tsx'
import { useRest } from './use-rest.ts'
import { count } from './words.ts'

type ForgetStepProps = {
  account: SavedAccount
  /** Null for all of them. */
  version: number | null
  goes: number
  stays: number
  online: boolean
  onForget: () => void
  onKeep: () => void
}

/** Milliseconds until the step can be taken: it stands where another button was pressed just now. */
const armsAfter = 1000

/** Says what goes, and that it is for good, before it goes. */
export const ForgetStep = ({ account, version, goes, stays, online, onForget, onKeep }: ForgetStepProps) => {
  const arming = useRest(String(version), armsAfter)
  const what = version !== null ? `Version ${version}` : goes === 1 ? 'The one version' : `All ${goes} versions`
  const name = stays === 0 && account.name !== null ? ' and the name that you gave this account' : ''
  const are = name === '' && goes === 1 ? 'is' : 'are'
  return (
    <div class="note bad confirm" role="group" aria-label="Forget">
      <p>
        <strong>This can't be undone.</strong> {what}
        {name} {are} erased from this computer for good.{' '}
        {stays > 0 && `${count(stays, 'other version')} ${stays === 1 ? 'stays' : 'stay'}. `}
        Copies of it that are out on lease, or with a program, are wiped. Files that you exported stay, and so does your
        sign-in in this browser.
      </p>
      <div class="row">
        <Button size="small" onPress={onKeep}>
          Keep it
        </Button>
        <Button size="small" look="danger" disabled={arming || !online} onPress={onForget}>
          {version === null ? `Erase ${count(goes, 'version')}` : `Erase version ${version}`}
        </Button>
      </div>
    </div>
  )
}
