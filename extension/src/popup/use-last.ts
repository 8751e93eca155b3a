import { useEffect, useState } from 'preact/hooks'

/** The last value that was not undefined, from the render after it on. */
export const useLast = <T>(value: T | undefined): T | undefined => {
  const [last, setLast] = useState(value)
  useEffect(() => {
    if (value !== undefined) setLast(() => value)
  }, [value])
  return value ?? last
}
