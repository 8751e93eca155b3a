import { useEffect, useState } from 'preact/hooks'

/** A line for the terminal, and the button that copies it. */
export const Command = ({ text }: { text: string }) => {
  const [copied, setCopied] = useState(false)

  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])

  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      // Not allowed to: the line can still be marked by hand.
      () => setCopied(false),
    )
  }

  return (
    <div class="command">
      <code>{text}</code>
      <button type="button" class="button small copy" onClick={copy}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  )
}
