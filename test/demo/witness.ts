import { TargetType, type Browser } from 'puppeteer-core'
import { within } from '../support/until.ts'
import type { Album } from './album.ts'

/** Looks at everything that is open when a step has broken: pictures of it, and what can be read there. */
export type Witness = { watch(browser: Browser): void; testify(album: Album): Promise<readonly string[]> }

const longest = 600

export function createWitness(): Witness {
  let watched: Browser | undefined
  return {
    watch(browser) {
      watched = browser
    },
    async testify(album) {
      const said: string[] = []
      const targets = watched?.targets().filter((target) => target.type() === TargetType.PAGE) ?? []
      for (const target of targets) {
        // A page that can't be looked at any more is no reason to keep quiet about the others.
        try {
          const page = await target.asPage()
          const text = await within(5, 'its words', page.evaluate(wordsOf))
          const picture = await within(5, 'its picture', album.take(page, 'broken'))
          said.push(`  ${withoutFragment(target.url())}\n  “${text.slice(0, longest)}”\n  ${picture}`)
        } catch {
          said.push(`  ${withoutFragment(target.url())} can't be looked at.`)
        }
      }
      return said
    },
  }
}

/** A pairing link has its code there. */
function withoutFragment(address: string): string {
  return address.replace(/#.*/s, '')
}

/** Runs in the page. */
function wordsOf(): string {
  return document.body.innerText.replaceAll(/\s+/g, ' ').trim()
}
