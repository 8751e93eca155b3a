/** Tells one client when the list of its tools has become another: not at each change of the policy, and never while it is being told. */
export type ListChanges = {
  /** The client can be told from now on. Once is enough. */
  begin(): void
  end(): void
}

export const createListChanges = (deps: {
  /** The names that would be listed now. */
  list(): readonly string[]
  onChange(listener: () => void): () => void
  tell(): Promise<void>
}): ListChanges => {
  const now = () => JSON.stringify(deps.list())
  /** What the client can have seen, from its first message on. */
  let known = now()
  let isTelling = false
  const ends = new AbortController()
  let stop: (() => void) | undefined

  const look = async (): Promise<void> => {
    if (isTelling) return
    isTelling = true
    try {
      // A client that reads nothing is owed one word, however often the list changes meanwhile.
      for (let list = now(); list !== known && !ends.signal.aborted; list = now()) {
        known = list
        await deps.tell()
      }
    } catch {
      // It has gone, and needs no list.
    } finally {
      isTelling = false
    }
  }

  return {
    begin: () => {
      // Its first word may be read when its connection has gone already.
      if (ends.signal.aborted) return
      stop ??= deps.onChange(() => void look())
      void look()
    },
    end: () => {
      ends.abort()
      stop?.()
    },
  }
}
