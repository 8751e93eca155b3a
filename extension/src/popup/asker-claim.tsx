import type { Asker } from '@countersign/shared/approval/prompt'
import { Stranger, StrangerPath } from '../ui/stranger.tsx'

/** What the asker says of itself. Only its label is known to be true, and that stands in the heading. */
export const AskerClaim = ({ asker }: { asker: Asker }) => {
  if (asker.kind === 'agent') {
    const { claim } = asker
    return (
      <p class="muted small">
        {claim === null ? (
          'It does not say which program it is.'
        ) : (
          <>
            It says it is <Stranger text={claim.name} limit={60} /> <Stranger text={claim.version} limit={20} />.
          </>
        )}
      </p>
    )
  }
  if (asker.claim === null) return <p class="muted small">The file was changed; which program did it is not known.</p>
  const { program, parent, pid, folder } = asker.claim
  return (
    <p class="muted small">
      It says it is <Stranger text={program} limit={60} /> (process {pid}), started by{' '}
      <Stranger text={parent} limit={60} /> in <StrangerPath text={folder} />.
    </p>
  )
}
