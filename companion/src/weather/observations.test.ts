import { randomBytes } from 'node:crypto'
import { signInMark, type Observation } from '@countersign/shared/session/observation'
import { signInDigest } from '@countersign/shared/session/sign-in-mark'
import { expect, it, vi } from 'vitest'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { sent } from '../testing/sample-session.ts'
import { signedIn, tempHouse } from '../testing/temp-house.ts'
import { createObservations } from './observations.ts'

const opened = async () => {
  const house = await tempHouse()
  const { vault, browser } = house
  let paired = house.browsers.paired()
  let onChange = () => undefined
  const open = vi.fn<typeof vault.open>(vault.open)
  const faults: unknown[] = []
  const observations = createObservations({
    vault: { latest: vault.latest, open },
    browsers: {
      paired: () => paired,
      onChange: (listener) => {
        onChange = () => {
          listener()
          return undefined
        }
        return () => undefined
      },
    },
    random: randomBytes,
    onFault: (thrown) => faults.push(thrown),
  })
  const save = async (account = 'ada', value = 'one') => {
    const saved = await vault.save(...(await sent(signedIn(account, value))))
    if (saved.kind === 'refused') throw new Error(saved.refusal.code)
    return saved
  }
  const changed = () =>
    new Promise<void>((resolve) => {
      const stop = observations.onChange(() => {
        stop()
        resolve()
      })
    })
  const unpairAll = () => {
    paired = []
    onChange()
  }
  return { ...house, observations, browser, save, changed, open, unpairAll, faults }
}
const rotated: Observation = { signIn: 'signed-in', account: 'ada', proof: 'rotated' }

it('makes the mark of a saved session once, and tells when it is made', async () => {
  const { observations, save, changed, open } = await opened()
  const newest = await save()
  const made = changed()
  expect(observations.mark(newest)).toBeNull()
  await made
  const mark = signInMark.parse(observations.mark(newest))
  expect(mark.digest).toBe(await signInDigest(mark.salt, signedIn('ada', 'one').cookies))
  expect(observations.mark(newest)).toEqual(mark)
  expect(open).toHaveBeenCalledTimes(1)

  const newer = await save('ada', 'two')
  const again = changed()
  expect(observations.mark(newer)).toBeNull()
  await again
  expect(observations.mark(newer)).toMatchObject({ salt: mark.salt })
  expect(observations.mark(newer)).not.toEqual(mark)
})

it('has no mark of a record that does not open, and tells that another one is the newest by now', async () => {
  const { observations, save, changed, meddle, open, faults } = await opened()
  const newest = await save()
  meddle('update vault_records set session = zeroblob(length(session))')
  const setAside = changed()
  expect(observations.mark(newest)).toBeNull()
  await setAside
  expect(observations.mark(newest)).toBeNull()
  expect(open).toHaveBeenCalledTimes(1)
  expect(faults).toEqual([])
})

it('keeps what a browser told last, of the record that it was about, until it is unpaired', async () => {
  const { observations, browser, save, unpairAll } = await opened()
  const first = await save()
  expect(observations.observed(first)).toBeNull()
  observations.heard(browser, rotated)
  expect(observations.observed(first)).toBe('rotated')
  observations.heard(browser, { ...rotated, proof: 'same' })
  expect(observations.observed(first)).toBe('same')
  observations.heard(await fakeBrowser('Chrome on Mac'), { ...rotated, account: 'bob', proof: null })
  expect(observations.observed(first)).toBe('same')

  const second = await save('ada', 'two')
  expect(observations.observed(second)).toBeNull()
  observations.heard(browser, { ...rotated, proof: 'same' })
  expect(observations.observed(second)).toBe('same')
  unpairAll()
  expect(observations.observed(second)).toBeNull()
})
