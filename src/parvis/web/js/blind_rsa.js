// The voter's half of RFC 9474, RSABSSA-SHA384-PSS-Randomized: a message is made unreadable for who signs it,
// and the signature that comes back is made into one of the message itself. Hashes and checks are the
// browser's own (WebCrypto); the arithmetic between them is BigInt's.
const HASH_BYTES = 48
const SALT_BYTES = 48
const PSS = { name: "RSA-PSS", saltLength: SALT_BYTES }

/** A poll's public key from its DER form: {n, e, size, verifying}. */
export async function readKey(der) {
  const verifying = await crypto.subtle.importKey("spki", der, { name: "RSA-PSS", hash: "SHA-384" }, true, ["verify"])
  const { n, e } = await crypto.subtle.exportKey("jwk", verifying)
  const modulus = fromBase64(n.replaceAll("-", "+").replaceAll("_", "/"))
  return {
    n: toNumber(modulus),
    e: toNumber(fromBase64(e.replaceAll("-", "+").replaceAll("_", "/"))),
    size: modulus.length,
    verifying,
  }
}

export function randomBytes(count) {
  return crypto.getRandomValues(new Uint8Array(count))
}

/** What the network is to sign (§4.2): {blinded, inverse}. `salt` and `inverse` are for published vectors. */
export async function blind(key, prepared, { salt = randomBytes(SALT_BYTES), inverse = anyUnit(key) } = {}) {
  const message = toNumber(await encodePss(prepared, key.size, salt))
  const factor = power(invert(inverse, key.n), key.e, key.n)
  return { blinded: toBytes((message * factor) % key.n, key.size), inverse }
}

/** The signature of the message itself (§4.4). Refused: a network that did not sign it. */
export async function finalize(key, prepared, blindSignature, inverse) {
  if (blindSignature.length !== key.size) throw new Error("a blind signature of another size")
  const signature = toBytes((toNumber(blindSignature) * inverse) % key.n, key.size)
  if (!(await crypto.subtle.verify(PSS, key.verifying, signature, prepared))) throw new Error("not signed")
  return signature
}

// RFC 8017 §9.1.1: a message as the number to sign, one bit shorter than the key.
async function encodePss(message, size, salt) {
  const digest = await hash(new Uint8Array(8), await hash(message), salt)
  const block = new Uint8Array(size - HASH_BYTES - 1)
  block[block.length - salt.length - 1] = 1
  block.set(salt, block.length - salt.length)
  const mask = await mgf1(digest, block.length)
  const masked = block.map((byte, at) => byte ^ mask[at])
  masked[0] &= 0x7f
  return joined(masked, digest, new Uint8Array([0xbc]))
}

// RFC 8017 B.2.1.
async function mgf1(seed, length) {
  const blocks = []
  for (let at = 0; at * HASH_BYTES < length; at++) blocks.push(await hash(seed, new Uint8Array([0, 0, 0, at])))
  return joined(...blocks).slice(0, length)
}

async function hash(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-384", joined(...parts)))
}

function anyUnit({ n, size }) {
  for (;;) {
    const number = toNumber(randomBytes(size))
    if (number > 1n && number < n && invert(number, n) !== null) return number
  }
}

function power(base, exponent, n) {
  let made = 1n
  for (let rest = exponent, square = base % n; rest > 0n; rest >>= 1n, square = (square * square) % n)
    if (rest & 1n) made = (made * square) % n
  return made
}

// Euclid's; null: there is none.
function invert(number, n) {
  let [one, other, first, second] = [number % n, n, 1n, 0n]
  while (other > 0n) {
    const times = one / other
    ;[one, other] = [other, one - times * other]
    ;[first, second] = [second, first - times * second]
  }
  return one === 1n ? ((first % n) + n) % n : null
}

function toNumber(bytes) {
  return BigInt(`0x${toHex(bytes)}`)
}

function toBytes(number, size) {
  return fromHex(number.toString(16).padStart(size * 2, "0"))
}

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

export function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes))
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

export function joined(...parts) {
  const made = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    made.set(part, at)
    at += part.length
  }
  return made
}
