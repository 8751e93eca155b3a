import { runVectors } from '@countersign/shared/channel/vectors'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { buildChannelExtension } from '../channel-extension/build.ts'
import { openChromium } from '../support/chromium.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

// Both ends have to speak of the same bytes, and one of them is a service worker with a WebCrypto of its own.

const results = z.array(z.strictObject({ name: z.string(), passed: z.boolean(), detail: z.string() }))

test('the channel’s vectors hold in a real service worker, all nine of them', async () => {
  await using folder = await temporaryFolder('channel-extension')
  await buildChannelExtension(folder.path)
  await using chromium = await openChromium()
  const extension = await chromium.loadExtension(folder.path)
  const worker = await extension.worker()

  const told = await until<unknown>('the worker has come to an end with them', () =>
    worker.evaluate(() => Promise.resolve<unknown>(Reflect.get(globalThis, 'vectors'))),
  )
  const here = await runVectors()
  expect(results.parse(told)).toEqual(here.map(({ name }) => ({ name, passed: true, detail: '' })))
  expect(here).toHaveLength(9)
})
