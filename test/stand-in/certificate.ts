import { createHash, createPublicKey } from 'node:crypto'
import { generate } from 'selfsigned'

/** A certificate that lives as long as the process, and the hash by which a browser is told to put up with it. */
export type ThrowAwayCertificate = { key: string; cert: string; spkiHash: string }

const names = [
  'upwork.com',
  '*.upwork.com',
  'evil-upwork.com',
  '*.evil-upwork.com',
  'upwork.com.evil.example',
  '*.evil.example',
  '*.example',
]

export async function makeCertificate(): Promise<ThrowAwayCertificate> {
  const made = await generate([{ name: 'commonName', value: 'Stand-in for upwork.com' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) }],
  })
  const spki = createPublicKey(made.public).export({ type: 'spki', format: 'der' })
  return { key: made.private, cert: made.cert, spkiHash: createHash('sha256').update(spki).digest('base64') }
}
