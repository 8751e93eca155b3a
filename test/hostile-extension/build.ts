import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ourOrigin } from '../support/bridge-socket.ts'
import { bundleScript } from '../support/bundle-script.ts'

const manifest = {
  manifest_version: 3,
  name: 'Forges the origin of another extension',
  version: '1.0.0',
  permissions: ['declarativeNetRequest'],
  host_permissions: ['<all_urls>'],
  declarative_net_request: { rule_resources: [{ id: 'forge', enabled: true, path: 'rules.json' }] },
}

/** Whatever connects to this machine is said to come from our extension. */
const rules = [
  {
    id: 1,
    priority: 1,
    action: { type: 'modifyHeaders', requestHeaders: [{ header: 'origin', operation: 'set', value: ourOrigin }] },
    condition: { urlFilter: '||127.0.0.1', resourceTypes: ['websocket', 'xmlhttprequest', 'other'] },
  },
]

/** Builds a second extension that plays ours as well as one can without its keys. Its page is `page.html`. */
export async function buildHostileExtension(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
  await writeFile(join(folder, 'rules.json'), JSON.stringify(rules))
  await writeFile(join(folder, 'page.html'), '<!doctype html><script type="module" src="page.js"></script>')
  await bundleScript(fileURLToPath(new URL('./page.ts', import.meta.url)), folder, 'page.js')
}
