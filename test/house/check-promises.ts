import type { Promised, Scenario } from '../promises/promised.ts'
import type { StoryFile } from './stories.ts'

type Given = { promises: readonly Promised[]; files: readonly StoryFile[]; security: string }

/** Each says what is wrong, and what to do about it. */
export const checks = {
  'have ids of their own, in kebab-case': ({ promises }) => {
    const ids = promises.map(({ id }) => id)
    return [
      ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id}: two promises have this id`),
      ...ids.filter((id) => !/^[a-z]+(-[a-z0-9]+)*$/.test(id)).map((id) => `${id}: write it like-this`),
    ]
  },

  'are made only where a story tries to break them': ({ promises }) =>
    promises
      .filter(({ scenarios }) => scenarios.length === 0)
      .map(({ id }) => `${id}: name a story, or don't promise it`),

  'cite stories that there are': ({ promises, files }) =>
    promises.flatMap(({ id, scenarios }) =>
      scenarios
        .filter((cited) => !files.some((known) => known.file === cited.file && known.stories.some(isCitedBy(cited))))
        .map(({ file, title }) => `${id}: ${file}.test.ts has no "${title}"; correct it in test/promises`),
    ),

  'leave no story out': ({ promises, files }) => {
    const cited = promises.flatMap(({ scenarios }) => scenarios)
    return files.flatMap(({ file, stories }) =>
      stories
        .filter(({ runs, title }) => runs && !cited.some((each) => each.file === file && stands(each.title, title)))
        .map(({ title }) => `${file}: "${title}"; cite it, or its describe, under the promise that it tries to break`),
    )
  },

  'can cite every story, by a title that is plain text': ({ files }) =>
    files.flatMap(({ file, nameless }) =>
      nameless.map((line) => `${file}.test.ts:${line}: write the title as plain text`),
    ),

  'stand in SECURITY.md, once and word for word': ({ promises, security }) => {
    const said = linesOf(security)
    const lines = promises.map(({ id, says }) => `${says} \`${id}\``)
    return [
      ...lines.filter((line) => !said.includes(line)).map((line) => `missing: - ${line}`),
      ...said.filter((line) => !lines.includes(line)).map((line) => `not in test/promises in these words: - ${line}`),
      ...said.filter((line, index) => said.indexOf(line) !== index).map((line) => `twice: - ${line}`),
    ]
  },
} as const satisfies Record<string, (given: Given) => string[]>

/** A describe stands for all that is in it. */
const stands = (cited: string, title: string): boolean => title === cited || title.startsWith(`${cited} > `)

const isCitedBy =
  ({ title }: Scenario) =>
  (story: { title: string }): boolean =>
    story.title === title

/** The points of "What we promise", each as one line. */
function linesOf(security: string): string[] {
  const [, section = ''] = /^## What we promise\n(.*?)(?=^## )/ms.exec(security) ?? []
  const points = section.split(/^- /m).slice(1)
  return points.map((point) => (point.split('\n\n')[0] ?? '').replaceAll(/\s+/g, ' ').trim())
}
