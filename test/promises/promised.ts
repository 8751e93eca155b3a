/** Something that Countersign promises, and the stories that try to break it. */
export type Promised = {
  /** Never changes, so that anybody can refer to it. */
  readonly id: string
  /** In one plain sentence, word for word as SECURITY.md has it. */
  readonly says: string
  readonly scenarios: readonly Scenario[]
}

/**
 * A story of `test/scenarios/FILE.test.ts`: the title of a `describe`, which stands for all that is in it, or of a `test`. One that
 * is in a `describe` has its title in front: `who asks > is cut off within a second`.
 */
export type Scenario = { readonly file: string; readonly title: string }
