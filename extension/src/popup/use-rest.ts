import { useEffect, useState } from 'preact/hooks'

/** True from each change of `key` on, for so many milliseconds; false while there is none. */
export const useRest = (key: string | undefined, milliseconds: number): boolean => {
  const [rested, setRested] = useState<string>()
  useEffect(() => {
    if (key === undefined) return undefined
    const timer = setTimeout(() => setRested(key), milliseconds)
    return () => clearTimeout(timer)
  }, [key, milliseconds])
  return key !== undefined && rested !== key
}
