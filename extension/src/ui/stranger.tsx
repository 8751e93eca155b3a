import {
  harmlessCommand,
  harmlessPath,
  harmlessText,
  type HarmlessText,
} from '@countersign/shared/approval/harmless-text'

/**
 * Text that somebody else wrote, made harmless, in its own direction. What is odd about it is said behind it, where it can't be
 * taken for a part of it.
 */
export const Stranger = ({ text, limit, quoted = false }: { text: string; limit?: number; quoted?: boolean }) => {
  const shown = harmlessText(text, limit)
  return (
    <>
      <bdi dir="auto">{quoted ? `“${shown.text}”` : shown.text}</bdi>
      {shown.mixedScripts && <span class="tag warn odd">mixes alphabets</span>}
      {shown.cut && <span class="tag odd">cut</span>}
    </>
  )
}

/** A path, an origin, a program: always read from left to right, and always whole. */
export const StrangerPath = ({ text }: { text: string }) => <Exact shown={harmlessPath(text)} />

/** A command with its arguments, in the same way. */
export const StrangerCommand = ({ text }: { text: string }) => (
  <Exact shown={harmlessCommand(text)} kind="command-line" />
)

const Exact = ({ shown, kind = '' }: { shown: HarmlessText; kind?: string }) => (
  <>
    <bdi dir="ltr" class={`path mono ${kind}`}>
      {shown.text}
    </bdi>
    {shown.mixedScripts && <span class="tag warn odd">mixes alphabets</span>}
    {shown.cut && <span class="tag odd">cut</span>}
  </>
)
