/**
 * Every format, in the order in which they are listed, with half a line on each. `--help` is made of it, which is why it is apart from
 * what writes them: it loads nothing.
 */
export const formatNames = {
  playwright: "Playwright's storageState: cookies and localStorage",
  puppeteer: "the cookies, for Puppeteer's browser.setCookie(...)",
  netscape: 'cookies.txt, as curl and yt-dlp read it',
  header: 'what stands in a Cookie header to one address, named with --url',
  json: 'all that was saved, as Countersign itself writes it',
} as const

export type FormatName = keyof typeof formatNames
