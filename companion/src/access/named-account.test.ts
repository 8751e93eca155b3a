import { describe, expect, it } from 'vitest'
import { sent } from '../testing/sample-session.ts'
import { signedIn, tempHouse } from '../testing/temp-house.ts'
import { thrownBy } from '../testing/thrown-by.ts'
import { namedAccount } from './named-account.ts'

const setUp = async () => {
  const { vault } = await tempHouse()
  for (const account of ['ada', 'eve', 'bob']) await vault.save(...(await sent(signedIn(account))))
  vault.nameAccount('ada', 'Design work')
  return { vault, meant: (text: string) => namedAccount(vault, text) }
}

describe('an account that is named', () => {
  it('is found by its id or by the name that she gave it, and may be one that is not saved yet', async () => {
    const { meant } = await setUp()
    const ada = { id: 'ada', name: 'Design work', saved: true }
    expect([meant('ada'), meant('Design work')]).toEqual([ada, ada])
    expect(meant('eve')).toEqual({ id: 'eve', name: null, saved: true })
    expect(meant('cleo')).toEqual({ id: 'cleo', name: null, saved: false })
  })

  it('is the one with this id, where another is called so', async () => {
    const { meant, vault } = await setUp()
    vault.nameAccount('ada', 'eve')
    expect(meant('eve').id).toBe('eve')
  })

  it('is told by its id where several are called alike', async () => {
    const { meant, vault } = await setUp()
    vault.nameAccount('bob', 'Design work')
    const refused = thrownBy(() => meant('Design work'))
    expect(refused.code).toBe('account_unclear')
    expect(refused.message).toMatch(/ada.*bob|bob.*ada/)
  })

  it.each(['', ' ', ' ada', 'unknown', 'x'.repeat(65)])('can not be "%s"', async (text) => {
    const { meant } = await setUp()
    expect(thrownBy(() => meant(text))).toMatchObject({ code: 'invalid_arguments' })
  })
})
