import { chmodSync, lstatSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder, tempMachine } from '../../testing/temp-folder.ts'
import { thrownBy } from '../../testing/thrown-by.ts'
import { createPrivatePlace } from './private-place.ts'

const placed = (runtime: string | undefined) => {
  const stateFolder = tempFolder()
  const machine = tempMachine({ platform: 'darwin', env: { XDG_RUNTIME_DIR: runtime } })
  return { stateFolder, place: createPrivatePlace({ machine, stateFolder }) }
}

describe('a file that nobody has named', () => {
  it('lies in a folder of its own in the one that a reboot empties', () => {
    const runtime = tempFolder()
    const { place } = placed(runtime)
    expect(place('a.json')).toEqual({ path: join(runtime, 'countersign', 'a.json'), warnings: [] })
    expect(lstatSync(join(runtime, 'countersign')).mode & 0o777).toBe(0o700)
  })

  it.each([undefined, 'relative/path', '/no/such/folder'])(
    'lies with the state where that is %s, which is said',
    (runtime) => {
      const { stateFolder, place } = placed(runtime)
      const { path, warnings } = place('a.json')
      expect([path, warnings.length]).toEqual([join(stateFolder, 'released', 'a.json'), 1])
      expect(lstatSync(join(stateFolder, 'released')).mode & 0o777).toBe(0o700)
    },
  )

  it.each<[string, (folder: string) => void]>([
    ['a link', (folder) => symlinkSync(tempFolder(), folder)],
    [
      'a folder that others may enter',
      (folder) => {
        mkdirSync(folder)
        chmodSync(folder, 0o755)
      },
    ],
  ])('is refused where %s lies', (_, put) => {
    const runtime = tempFolder()
    put(join(runtime, 'countersign'))
    expect(thrownBy(() => placed(runtime).place('a.json'))).toMatchObject({ code: 'folder_unsafe' })
  })
})
