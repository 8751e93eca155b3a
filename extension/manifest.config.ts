import packageJson from './package.json' with { type: 'json' }

/**
 * Where the built worker lies. It is bundled on its own, into one file: nothing to load later, nothing shared with a page.
 */
export const worker = { source: 'src/background/service-worker.ts', file: 'service-worker.js' } as const

/** Nothing is loaded from anywhere but this folder, no text becomes code or markup, and the one peer is on loopback. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  'connect-src ws://127.0.0.1:*',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')

export const manifest = {
  manifest_version: 3,
  name: 'Countersign',
  short_name: 'Countersign',
  version: packageJson.version,
  description:
    'Your AI agent can use your Upwork session, but only when you say yes. Everything stays on your own computer.',
  // The public half of a key whose private half nobody needs: with it the extension has the same id wherever it is loaded.
  key: [
    'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApoWglk+X2glkpeEEsCCmS6IRRPpCfmUTu1JVoGTQv6K1yICMhS2iss',
    'Ye0s6g4Ns4sW0OAJAYsHWPX9yR9hlOuNHZeCXKnPZeDoGJrjqrCsQ8mgtJuuWBGiInlvn09HE9cc9cmOR58t79ZcyNO5nhnttN',
    '+VYqCzVS5OtgW1per77Yl5lh0vNaArFJktF7KULdR7IV3VNczTJULLCAi1H27Omt4XveEhYf4AR8xb5k5eNYQg+r0W2U8fescg',
    '82TmO15N6FSdJb6zD47Oi0U/xQ4j87gdKkoBppFMlFn3Y5+MC6jFNuK+yUPciKWcy5YDPQPUP6yRgic53eQpY8UVo9eQIDAQAB',
  ].join(''),
  minimum_chrome_version: '130',
  incognito: 'not_allowed',
  icons: { 16: 'icons/16.png', 32: 'icons/32.png', 48: 'icons/48.png', 128: 'icons/128.png' },
  action: {
    default_title: 'Countersign',
    default_popup: 'popup.html',
    default_icon: { 16: 'icons/16.png', 32: 'icons/32.png' },
  },
  background: { service_worker: worker.file, type: 'module' },
  permissions: ['alarms', 'cookies', 'notifications', 'scripting', 'storage'],
  host_permissions: ['https://*.upwork.com/*'],
  // The companion's pairing page may hand a code over. Without this line every other extension could connect.
  externally_connectable: { matches: ['http://127.0.0.1/*'] },
  content_security_policy: { extension_pages: contentSecurityPolicy },
} satisfies chrome.runtime.ManifestV3
