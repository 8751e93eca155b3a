import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { session } from '@countersign/shared/session/session'
import type { CookieData } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openChromium } from '../support/chromium.ts'
import { curl } from '../support/curl.ts'
import { openFreshBrowser } from '../support/fresh-browser.ts'
import { refusal } from '../support/pairing.ts'
import { explainTool, policyOf, proposePolicy } from '../support/policy.ts'
import { signedInAs } from '../support/sign-in.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'
import { holds, tracesBelow, watchTraces, type Watch } from '../support/traces.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// Each format is taken by the program that it is for, and the site's server knows her there. Whether a copy is faithful is its to say.

const who = 'example-freelancer'
const feed = 'https://www.upwork.com/nx/find-work/best-matches'
const receipt = z.object({
  cookies: z.int(),
  origins: z.int(),
  leftOut: z.array(z.string()),
  notes: z.array(z.string()),
})
/** Exactly what Puppeteer's own types allow. */
const cookieData = z.strictObject({
  name: z.string(),
  value: z.string(),
  domain: z.string(),
  path: z.string(),
  expires: z.number().exactOptional(),
  httpOnly: z.boolean(),
  secure: z.boolean(),
  sameSite: z.enum(['Strict', 'Lax', 'None', 'Default']),
  partitionKey: z.strictObject({ sourceOrigin: z.string(), hasCrossSiteAncestor: z.boolean() }).exactOptional(),
})

describe('a session that is let out', () => {
  let world: World
  let folder: TemporaryFolder
  let watch: Watch
  /** All that was said beside the sessions themselves. */
  const said: string[] = []
  beforeAll(async () => {
    folder = await temporaryFolder('formats')
    const temp = join(folder.path, 'temp')
    await mkdir(temp)
    world = await openWorld({ env: { COUNTERSIGN_LOG: 'trace', TMPDIR: temp } })
    watch = watchTraces(world.standIn.canary, [world.companion.home, temp])
    await world.signIn(who)
    await world.pair()
    await using popup = await world.extension.openPopup(world.tab)
    await popup.press('Save session')
    await popup.says('status', 'Saved')
  })
  afterAll(async () => {
    await watch.stop()
    await world.close()
    await folder.remove()
  })

  /** `countersign export`, and her yes: what she read, what came out, and what was said of it. */
  const letOut = async (format: string, ...more: readonly string[]) => {
    await using command = world.companion.begin(['export', '--format', format, ...more, '--json'])
    const prompt = await world.extension.prompt()
    const { text: shown } = await prompt.question('Terminal', 'export')
    await prompt.press('Approve')
    expect((await command.ended).code).toBe(0)
    await prompt.close()
    return { shown, stdout: command.stdout(), stderr: command.stderr() }
  }
  const toFile = async (format: string, ...more: readonly string[]) => {
    const out = join(folder.path, `${format}-${more.length}`)
    const { shown, stdout } = await letOut(format, '--out', out, ...more)
    said.push(stdout)
    return { shown, out, text: await readFile(out, 'utf8'), told: receipt.parse(JSON.parse(stdout)) }
  }
  const toStdout = async (format: string, ...more: readonly string[]) => {
    const { shown, stdout: text, stderr } = await letOut(format, '--stdout', ...more)
    said.push(stderr)
    const told = receipt.parse(JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? ''))
    return { shown, text, told }
  }

  test('to Playwright arrives signed in, with all of it and with what a sign-in needs', async () => {
    const whole = await toFile('playwright')
    await using browser = await openFreshBrowser(world.standIn, whole.out)
    expect(browser).toMatchObject({ signedInAs: who, deviceKnown: true })

    const { shown, out, told, text } = await toFile('playwright', '--only', 'sign-in')
    expect(shown).toMatch(/\d+ cookies and storage keys stay in the vault, as the command asks/)
    expect(told.leftOut).toEqual(
      expect.arrayContaining(['visitor_id', 'recognized', 'user_preferences', 'tab_session']),
    )
    expect(told.origins).toBe(0)
    expect(told.cookies).toBeLessThan(whole.told.cookies)
    expect(text).not.toContain('visitor_id')
    await using narrow = await openFreshBrowser(world.standIn, out)
    expect(narrow).toMatchObject({ signedInAs: who, deviceKnown: true })
  })

  test('to Puppeteer arrives signed in, and its cookies are there as they were', async () => {
    const { text, told } = await toFile('puppeteer')
    const cookies = z.array(cookieData).parse(JSON.parse(text))
    await using fresh = await openChromium({ arguments: world.standIn.browserArguments })
    await fresh.browser.setCookie(...cookies)
    const essence = ({ name, domain, path, httpOnly, secure, sameSite, partitionKey }: CookieData) => ({
      name,
      domain,
      path,
      httpOnly,
      secure,
      partitionKey,
      sameSite: sameSite === 'Default' ? undefined : sameSite,
    })
    const sorted = (list: readonly CookieData[]) =>
      list.map(essence).sort((a, b) => (a.name + a.domain).localeCompare(b.name + b.domain))
    expect(sorted(await fresh.browser.cookies())).toEqual(sorted(cookies))
    expect(cookies).toHaveLength(told.cookies)
    const page = await fresh.open(feed)
    expect(await signedInAs(page)).toBe(who)
  })

  test('as cookies.txt lets curl in, and without what was left out by name it does not', async () => {
    const { out, told } = await toFile('netscape')
    expect(await curl(world.standIn, ['--cookie', out])).toEqual({ signedInAs: who, deviceKnown: true })
    expect(told.notes.join('\n')).toContain('1 partitioned cookie is written as if it were not: __Host-device.')

    const {
      shown,
      out: less,
      told: named,
    } = await toFile('netscape', '--except', '__Host-session', '--except', 'nobody')
    expect(named.leftOut).toEqual(['__Host-session'])
    expect(named.notes[0]).toContain('Nothing is left out as “nobody”')
    expect(shown).toContain('1 cookie or storage key stays in the vault')
    expect(await curl(world.standIn, ['--cookie', less])).toEqual({ signedInAs: undefined, deviceKnown: false })
  })

  test('as a Cookie header goes to stdout alone, and through a pipe into curl, never into arguments', async () => {
    const { shown, text, told } = await toStdout('header', '--url', 'https://www.upwork.com/?secret=1')
    expect(shown).toContain('header, for https://www.upwork.com/')
    expect(shown).not.toContain('secret')
    expect(shown).toContain('The program that asks gets it, and whatever it passes it on to.')
    expect(text).toMatch(/^[^\n;=]+=[^\n;]*(; [^\n;=]+=[^\n;]*)+\n$/)
    expect(told.notes.join('\n')).toMatch(/1 cookie stayed in the vault, since a browser .+: job_filter\./)
    const seen = await curl(world.standIn, ['--header', '@-'], `Cookie: ${text}`)
    expect(seen).toEqual({ signedInAs: who, deviceKnown: true })
  })

  test('in our own format is the whole session, as anybody can read it', async () => {
    const { text, told } = await toStdout('json')
    const envelope = z.strictObject({ format: z.literal('countersign-session'), version: z.literal(1), session })
    const read = envelope.parse(JSON.parse(text)).session
    expect([read.account, read.cookies.length, read.origins.length]).toEqual([who, told.cookies, told.origins])
    expect(holds(text, world.standIn.canary)).toBe(true)
  })

  test.each([
    [['--format', 'cookies.txt', '--stdout'], 'unknown_format', 'playwright, puppeteer, netscape, header, json'],
    [['--format', 'header', '--stdout'], 'url_needed', '--url'],
    [['--format', 'header', '--stdout', '--url', 'https://example.com/'], 'no_cookie_for_url', 'https://example.com/'],
    [['--format', 'header', '--stdout', '--url', 'www.upwork.com'], 'invalid_arguments', '--url'],
    [['--format', 'json', '--stdout', '--url', feed], 'invalid_arguments', '--format header'],
    [['--format', 'json', '--stdout', '--account', 'nobody'], 'no_such_session', 'Save session'],
  ])('as %j is refused before she is asked, and nothing is on stdout', async (args, code, named) => {
    const { code: exit, stdout, stderr } = await world.companion.run(['export', ...args, '--json'])
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    const { error } = refusal.parse(JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? ''))
    expect(error.code).toBe(code)
    expect(error.reason + error.next).toContain(named)
    expect(world.extension.surfaces()).toBe(0)
  })

  test('is forbidden by a rule of hers, at once and with her reason; what no rule forbids is asked about', async () => {
    const { stdout: shipped } = await world.companion.run(['policy', 'default', '--json'])
    const { tools, ...rest } = z.looseObject({ tools: z.record(z.string(), z.unknown()) }).parse(JSON.parse(shipped))
    const noStdout = { conditions: [{ path: 'args.way', op: 'eq', value: 'stdout' }], on_deny: 'Where I can see it.' }
    await proposePolicy(world.companion, {
      ...rest,
      tools: { ...tools, export: { action: 'allow', deny_if: [noStdout] } },
    })
    await until('the rule is in force', async () => (await policyOf(world.companion)).how === 'closed')
    expect(world.extension.surfaces()).toBe(0)

    const { code, stdout, stderr } = await world.companion.run(['export', '--format', 'json', '--stdout', '--json'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('"code":"policy_denied","reason":"Where I can see it."')
    expect(world.extension.surfaces()).toBe(0)
    expect(await explainTool(world.companion, 'export')).toMatchObject({ decision: 'ask', rule: '(every release)' })
    await toFile('header', '--url', feed)
  })

  test('is in no other place: no message, log, argument or file but those that she named', async () => {
    expect(said.length).toBeGreaterThan(5)
    expect(holds(said.join('\n') + world.companion.log(), world.standIn.canary)).toBe(false)
    await watch.stop()
    expect(watch.rounds()).toBeGreaterThan(10)
    expect(watch.seen()).toEqual([])
    const named = (await readdir(folder.path)).filter((name) => name !== 'temp').map((name) => join(folder.path, name))
    expect((await tracesBelow(folder.path, world.standIn.canary)).toSorted()).toEqual(named.toSorted())
  })
})
