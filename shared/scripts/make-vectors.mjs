// Prints src/channel/vectors.json. This is a second implementation of the channel, on purpose: it has its own HPKE, written
// from RFC 9180 on node:crypto alone, and takes nothing from src. When both agree, the wire is what PROTOCOL.md says.
//
//   node shared/scripts/make-vectors.mjs > shared/src/channel/vectors.json
//
// The keys are derived from their names and guard nothing. The signature in M3 is a new one each time.
import { createCipheriv, createECDH, createHash, createHmac, createPrivateKey, hkdfSync, sign } from 'node:crypto'

/** @typedef {{ privateKey: Buffer, publicKey: Buffer, dh(other: Buffer): Buffer }} Key */
/** @typedef {ReturnType<typeof senderContext>} Context */

/** @param {Buffer} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest()
/** @type {(key: Buffer, bytes: Buffer) => Buffer} */
const hmac = (key, bytes) => createHmac('sha256', key).update(bytes).digest()
/** @param {number} number */
const u16 = (number) => Buffer.of(number >> 8, number & 0xff)
/** @param {Uint8Array} bytes */
const hex = (bytes) => Buffer.from(bytes).toString('hex')
/** @param {string} text */
const utf8 = (text) => Buffer.from(text, 'utf8')

/** @param {string} label @param {Buffer[]} fields */
function hash(label, ...fields) {
  const parts = [utf8(label), ...fields].map((field) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(field.length)
    return Buffer.concat([length, field])
  })
  return sha256(Buffer.concat(parts))
}

/** @param {string} name @returns {Key} */
function key(name) {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(sha256(utf8(`countersign vector key: ${name}`)))
  return { privateKey: ecdh.getPrivateKey(), publicKey: ecdh.getPublicKey(), dh: (other) => ecdh.computeSecret(other) }
}

// RFC 9180, sections 4.1 (DHKEM with authentication) and 5.1 (key schedule), for 0x0010, 0x0001, 0x0002.
/** @param {Buffer} suite */
function labeled(suite) {
  /** @type {(salt: Buffer, label: string, ikm: Buffer) => Buffer} */
  const extract = (salt, label, ikm) => hmac(salt, Buffer.concat([utf8('HPKE-v1'), suite, utf8(label), ikm]))
  /** @type {(prk: Buffer, label: string, info: Buffer, length: number) => Buffer} */
  const expand = (prk, label, info, length) => {
    const full = Buffer.concat([u16(length), utf8('HPKE-v1'), suite, utf8(label), info])
    /** @type {Buffer[]} */
    const blocks = []
    /** @type {Buffer} */
    let block = utf8('')
    for (let count = 1; blocks.length * 32 < length; count += 1) {
      block = hmac(prk, Buffer.concat([block, full, Buffer.of(count)]))
      blocks.push(block)
    }
    return Buffer.concat(blocks).subarray(0, length)
  }
  return { extract, expand }
}

/** @param {{ sender: Key, recipient: Buffer, ephemeral: Key, info: Buffer, psk: Buffer | undefined }} parts */
function senderContext({ sender, recipient, ephemeral, info, psk }) {
  const none = Buffer.alloc(0)
  const kem = labeled(Buffer.concat([utf8('KEM'), u16(0x0010)]))
  const dh = Buffer.concat([ephemeral.dh(recipient), sender.dh(recipient)])
  const kemContext = Buffer.concat([ephemeral.publicKey, recipient, sender.publicKey])
  const shared = kem.expand(kem.extract(none, 'eae_prk', dh), 'shared_secret', kemContext, 32)

  const hpke = labeled(Buffer.concat([utf8('HPKE'), u16(0x0010), u16(0x0001), u16(0x0002)]))
  const mode = psk === undefined ? 0x02 : 0x03
  const idHash = hpke.extract(none, 'psk_id_hash', psk === undefined ? none : utf8('countersign/1 pairing'))
  const context = Buffer.concat([Buffer.of(mode), idHash, hpke.extract(none, 'info_hash', info)])
  const secret = hpke.extract(shared, 'secret', psk ?? none)
  const aeadKey = hpke.expand(secret, 'key', context, 32)
  const baseNonce = hpke.expand(secret, 'base_nonce', context, 12)
  let sequence = 0
  return {
    enc: ephemeral.publicKey,
    /** @param {Buffer} body @param {Buffer} aad */
    seal(body, aad) {
      const nonce = Buffer.from(baseNonce)
      nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8)
      sequence += 1
      const cipher = createCipheriv('aes-256-gcm', aeadKey, nonce)
      cipher.setAAD(aad)
      return Buffer.concat([cipher.update(body), cipher.final(), cipher.getAuthTag()])
    },
  }
}

/** @param {Key} signer @param {Buffer} digest */
function proofBy(signer, digest) {
  const [x, y] = [signer.publicKey.subarray(1, 33), signer.publicKey.subarray(33)]
  const jwk = { kty: 'EC', crv: 'P-256', x: base64url(x), y: base64url(y), d: base64url(signer.privateKey) }
  return sign('sha256', digest, { key: createPrivateKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' })
}

/** @param {Buffer} bytes */
const base64url = (bytes) => bytes.toString('base64url')

/** @param {{ name: string, mode: 'pair' | 'connect', origin: string, port: number, secret?: Buffer, label: string }} story */
function handshake({ name, mode, origin, port, secret, label }) {
  const place = [utf8(origin), u16(port)]
  const browser = key('browser identity')
  const companion = key('companion identity')
  const signer = key('signing key')
  const [eE, eD] = [key(`${name} browser ephemeral`), key(`${name} companion ephemeral`)]
  const psk =
    secret === undefined ? undefined : Buffer.from(hkdfSync('sha256', secret, '', 'countersign/1 pairing psk', 32))

  const m1 = Buffer.concat([Buffer.of(0x01, 1, mode === 'pair' ? 1 : 2), eE.publicKey])

  const toBrowser = senderContext({
    sender: companion,
    recipient: eE.publicKey,
    ephemeral: key(`${name} enc2`),
    info: hash('companion to browser', ...place, m1, eD.publicKey, companion.publicKey),
    psk,
  })
  const head2 = Buffer.concat([Buffer.of(0x02), eD.publicKey, companion.publicKey, toBrowser.enc])
  const m2 = Buffer.concat([head2, toBrowser.seal(Buffer.alloc(0), head2)])

  const toCompanion = senderContext({
    sender: browser,
    recipient: eD.publicKey,
    ephemeral: key(`${name} enc1`),
    info: hash('browser to companion', ...place, m1, m2, browser.publicKey),
    psk,
  })
  const proof = proofBy(signer, hash('signing key', ...place, m1, m2, browser.publicKey, signer.publicKey))
  const text = utf8(label)
  const padded = Buffer.concat([Buffer.of(text.length), text, Buffer.alloc(80 - text.length)])
  const body = mode === 'pair' ? Buffer.concat([padded, signer.publicKey, proof]) : utf8('{}')
  const head3 = Buffer.concat([Buffer.of(0x03), browser.publicKey, toCompanion.enc])
  const m3 = Buffer.concat([head3, toCompanion.seal(body, head3)])

  const transcript = hash('transcript', ...place, m1, m2, m3)
  /** @type {(context: Context, type: number, bytes: Buffer) => Buffer} */
  const frame = (context, type, bytes) => {
    const head = Buffer.of(type)
    return Buffer.concat([head, context.seal(bytes, Buffer.concat([head, transcript]))])
  }
  const m4 = frame(toBrowser, 0x04, utf8('{"ok":true}'))
  const records = [
    { from: 'companion', text: 'Guten Tag ☕' },
    { from: 'browser', text: '' },
    { from: 'browser', text: '{"id":1}' },
    { from: 'companion', text: 'x'.repeat(300) },
  ].map(({ from, text }) => ({
    from,
    text,
    frame: hex(frame(from === 'browser' ? toCompanion : toBrowser, 0x10, utf8(text))),
  }))
  const byes = { browser: hex(frame(toCompanion, 0x11, utf8(''))), companion: hex(frame(toBrowser, 0x11, utf8(''))) }

  /** @param {Key} key */
  const pair = ({ privateKey, publicKey }) => ({ privateKey: hex(privateKey), publicKey: hex(publicKey) })
  return {
    name,
    mode,
    origin,
    port,
    secret: secret === undefined ? null : hex(secret),
    label,
    browserIdentity: pair(browser),
    companionIdentity: pair(companion),
    signingKey: pair(signer),
    browserEphemeral: pair(eE),
    companionEphemeral: pair(eD),
    m1: hex(m1),
    m2: hex(m2),
    m3: hex(m3),
    m4: hex(m4),
    transcript: hex(transcript),
    records,
    byes,
  }
}

/** @param {Buffer[]} keys */
function fingerprintOf(...keys) {
  const bits = hash('fingerprint', ...keys).subarray(0, 5)
  const binary = [...bits].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const letters = (binary.match(/.{5}/g) ?? []).map(
    (five) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[Number.parseInt(five, 2)],
  )
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}

const secret = sha256(utf8('countersign vector pairing secret'))
const place = { origin: 'chrome-extension://abcdefghijklmnopabcdefghijklmnop', port: 47616 }
const companion = key('companion identity').publicKey
const browser = key('browser identity').publicKey
const signer = key('signing key').publicKey

process.stdout.write(
  `${JSON.stringify(
    {
      hashes: [
        { label: 'a', fields: [], digest: hex(hash('a')) },
        { label: 'a', fields: ['62', '', '63'], digest: hex(hash('a', utf8('b'), utf8(''), utf8('c'))) },
        { label: 'ab', fields: ['', '63'], digest: hex(hash('ab', utf8(''), utf8('c'))) },
      ],
      code: { port: 47616, secret: hex(secret), text: `47616.${secret.toString('base64url')}` },
      fingerprint: {
        companionIdentity: hex(companion),
        browserIdentity: hex(browser),
        signingKey: hex(signer),
        text: fingerprintOf(companion, browser, signer),
      },
      handshakes: [
        handshake({ name: 'pair', mode: 'pair', ...place, secret, label: 'Chromium on Linux' }),
        handshake({ name: 'connect', mode: 'connect', ...place, port: 47620, label: '' }),
      ],
    },
    null,
    2,
  )}\n`,
)
