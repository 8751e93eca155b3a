/** The arguments that the rules of a tool look at. Each is read once for a call, however many rules look at it. */
export type ArgumentPaths = {
  /** Where the value at this path will be among those of a call. @param path such as `args.terms.rate` */
  place(path: string): number
  /** The values in one call, each undefined where it is missing, which no JSON value is. */
  valuesIn(args: unknown): readonly unknown[]
}

export const createArgumentPaths = (): ArgumentPaths => {
  const places = new Map<string, number>()
  const all: (readonly string[])[] = []
  return {
    place: (path) => {
      const known = places.get(path)
      if (known !== undefined) return known
      // Its steps below `args`.
      const place = all.push(path.split('.').slice(1)) - 1
      places.set(path, place)
      return place
    },
    valuesIn: (args) => all.map((steps) => valueAt(args, steps)),
  }
}

/** Only what a value has of its own counts, and of a list its elements. */
const valueAt = (args: unknown, steps: readonly string[]): unknown => {
  let found = args
  for (const step of steps) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined
    if (Array.isArray(found) && !/^\d+$/.test(step)) return undefined
    found = Reflect.get(found, step)
  }
  return found
}
