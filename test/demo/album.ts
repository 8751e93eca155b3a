import { mkdir, rm } from 'node:fs/promises'
import { sep } from 'node:path'
import type { Page } from 'puppeteer-core'
import { takePicture } from '../support/picture.ts'

/** The pictures of one tour, numbered in the order in which they were taken. */
export type Album = {
  readonly folder: string
  /** Gives the path of the picture. */
  take(page: Page, name: string, scheme?: 'light' | 'dark'): Promise<string>
  /** Where the next picture goes, for a browser that takes it itself. */
  next(name: string): `${string}.png`
}

export async function openAlbum(folder: string): Promise<Album> {
  // Pictures of another tour beside these would tell a story that never was.
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  let taken = 0
  const next: Album['next'] = (name) => {
    taken += 1
    return `${folder}${sep}${String(taken).padStart(2, '0')}-${name}.png`
  }
  return {
    folder,
    next,
    async take(page, name, scheme) {
      const path = next(name)
      await takePicture(page, path, scheme)
      return path
    },
  }
}
