import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/**
 * Where outcomes are told. It is there, empty, before its first words: a screen reader announces what changes in a status, not
 * what came with it.
 */
export const Status = ({ children }: { children: ComponentChildren }) => {
  const [listening, setListening] = useState(false)
  useEffect(() => setListening(true), [])
  return (
    <div class="status" role="status">
      {listening && children}
    </div>
  )
}

/** What went wrong and what to do; null says nothing. */
export const Alert = ({ children }: { children: ComponentChildren }) => (
  <div class="note bad" role="alert">
    {children}
  </div>
)
