import { useEffect, useRef } from 'preact/hooks'

/** Calls at Escape, which else would close the popup with all that stands in it. */
export const useEscape = (onEscape: () => void): void => {
  const latest = useRef(onEscape)
  latest.current = onEscape
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      // One that ends the spelling of a letter is not meant for the page.
      if (event.key !== 'Escape' || event.isComposing || event.repeat) return
      event.preventDefault()
      latest.current()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}
