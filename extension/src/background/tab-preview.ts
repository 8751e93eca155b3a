import type { DescribeOutcome } from '@countersign/shared/session/capture'

/** What Save session would take now, kept fresh while somebody looks. */
export type TabPreview = {
  /** Null until it has been looked at. */
  current(): DescribeOutcome | null
  /** Looks anew; what changes while it looks is looked at once more. */
  refresh(): void
}

export const createTabPreview = (describe: () => Promise<DescribeOutcome>, changed: () => void): TabPreview => {
  let current: DescribeOutcome | null = null
  let looking = false
  let again = false

  const look = async (): Promise<void> => {
    looking = true
    do {
      again = false
      current = await describe()
      changed()
    } while (again)
    looking = false
  }

  return {
    current: () => current,
    refresh() {
      again = true
      if (!looking) void look()
    },
  }
}
