// Receipts, checked in the browser: the entry's hash, the way from it to the root (RFC 6962), and the log's
// signature below (C2SP tlog-proof, signed-note). Nothing is sent; words are in statuses/checking.html.
const ENCODER = new TextEncoder()
const HEAD = "c2sp.org/tlog-proof@v1"
const PROMISE = /^parvis promise v1\n([^\n]+)\n([A-Za-z0-9+/=]+) by (\d{1,12})\n$/
// Promised together: the note names the root of a small tree of salted leaves, and how many it has.
const AMONG = /^parvis promise among v1\nleaf (\S+)\nsalt (\S+)\nindex (\d{1,5})\n((?:\S+\n)*)\n/
const MANY = /^parvis promises v1\n([^\n]+)\n([A-Za-z0-9+/=]+) of (\d{1,5}) by (\d{1,12})\n$/
const [LEAF, NODE, ED25519] = [0, 1, 1]
const HASH_BYTES = 32

// What ends a check: `said` is the line of the page that tells why.
class Ended extends Error {
  constructor(said, verdict = "wrong") {
    super(said)
    Object.assign(this, { said, verdict })
  }
}

const bytes = (coded) => {
  try {
    return Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0))
  } catch {
    throw new Ended("file", "unchecked")
  }
}
const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)))
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at])

function parseNote(text) {
  const end = text.lastIndexOf("\n\n")
  if (end < 0 || !text.endsWith("\n")) throw new Ended("file", "unchecked")
  const lines = text.slice(end + 2, -1).split("\n").map((line) => /^\u2014 (\S+) (\S+)$/.exec(line))
  if (lines.includes(null)) throw new Ended("file", "unchecked")
  return { text: text.slice(0, end + 1), lines: lines.map(([, name, coded]) => ({ name, raw: bytes(coded) })) }
}

// The key that signs a log is the network's, under the log's own name.
async function isSigned(note, origin, keys) {
  for (const key of keys) {
    if (key.host !== origin.split("/")[0]) continue
    const id = (await sha256(ENCODER.encode(`${origin}\n`), [ED25519], key.raw)).slice(0, 4)
    const mine = note.lines.find(({ name, raw }) => name === origin && same(raw.slice(0, 4), id))
    if (!mine) continue
    const known = await importKey(key.raw)
    if (await crypto.subtle.verify("Ed25519", known, mine.raw.slice(4), ENCODER.encode(note.text))) return true
  }
  return false
}

async function importKey(raw) {
  try {
    return await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"])
  } catch {
    throw new Ended("browser", "unchecked")
  }
}

export function parseKeys(text) {
  const found = []
  for (const line of text.split("\n")) {
    const [name, id, ...coded] = line.trim().split("+")
    if (!id || !coded.length) continue
    const raw = bytes(coded.join("+"))
    if (raw.length === HASH_BYTES + 1 && raw[0] === ED25519) found.push({ host: name.split("/")[0], raw: raw.slice(1) })
  }
  return found
}

// The root that the path leads to: at each fork the tree of `size` entries splits at a power of two.
async function rootOf(index, size, leaf, path) {
  const turns = []
  let left = path.length
  while (size > 1) {
    if (!left) throw new Ended("size")
    left -= 1
    let half = 1
    while (half * 2 < size) half *= 2
    const isLeft = index < half
    turns.push([isLeft, path[left]])
    index -= isLeft ? 0 : half
    size = isLeft ? half : size - half
  }
  if (left) throw new Ended("size")
  let root = leaf
  for (const [isLeft, other] of turns.reverse()) {
    root = await (isLeft ? sha256([NODE], root, other) : sha256([NODE], other, root))
  }
  return root
}

function parseProof(text) {
  const end = text.indexOf("\n\n")
  const lines = text.slice(0, end).split("\n")
  if (end < 0 || lines.shift() !== HEAD) throw new Ended("file", "unchecked")
  const entry = lines[0]?.startsWith("extra ") ? bytes(lines.shift().slice(6)) : null
  const index = Number(/^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? "")?.[1] ?? NaN)
  if (Number.isNaN(index)) throw new Ended("file", "unchecked")
  const path = lines.map(bytes)
  if (path.length > 63 || path.some((one) => one.length !== HASH_BYTES)) throw new Ended("size")
  return { entry, index, path, note: parseNote(text.slice(end + 2)) }
}

async function checkProof(text, entry, keys, found) {
  const proof = parseProof(text)
  const [origin, size, root] = proof.note.text.split("\n")
  Object.assign(found.values, { origin, size, index: String(proof.index) })
  const brought = proof.entry ?? entry
  if (!brought) throw new Ended("no-entry", "unchecked")
  if (entry && !same(brought, entry)) throw new Ended("other")
  found.values.entry = new TextDecoder().decode(brought)
  if (!(proof.index < Number(size))) throw new Ended("place")
  if (!keys.some((key) => key.host === origin.split("/")[0])) throw new Ended("no-key", "unchecked")
  if (!(await isSigned(proof.note, origin, keys))) throw new Ended("forged")
  const leaf = await sha256([LEAF], brought)
  if (!same(await rootOf(proof.index, Number(size), leaf, proof.path), bytes(root))) throw new Ended("root")
  found.said.push("entry", "path", "signature")
  return leaf
}

async function parsePromise(text) {
  const among = AMONG.exec(text)
  const note = parseNote(among ? text.slice(among[0].length) : text)
  if (!among) {
    const [, origin, coded, by] = PROMISE.exec(note.text) ?? []
    return { note, origin, coded, by }
  }
  const [, origin, root, size, by] = MANY.exec(note.text) ?? []
  const [, coded, salt, index, lines] = among
  if (!(Number(index) < Number(size))) throw new Ended("file", "unchecked")
  const leaf = await sha256([LEAF], bytes(salt), bytes(coded))
  const path = lines.split("\n").slice(0, -1).map(bytes)
  if (!same(await rootOf(Number(index), Number(size), leaf, path), bytes(root))) throw new Ended("forged-promise")
  return { note, origin, coded, by }
}

async function checkPromise(text, leaf, keys, found) {
  const { note, origin, coded, by } = await parsePromise(text)
  if (!origin) throw new Ended("file", "unchecked")
  Object.assign(found.values, { origin: found.values.origin ?? origin, promised: origin })
  found.values.by = new Date(by * 1000).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" })
  if (!keys.some((key) => key.host === origin.split("/")[0])) throw new Ended("no-key", "unchecked")
  if (!(await isSigned(note, origin, keys))) throw new Ended("forged-promise")
  if (leaf && !same(bytes(coded), leaf)) throw new Ended("other-promise")
  found.said.push("promise", leaf ? "kept" : "waits")
}

/** What is true of a receipt, a promise or both. `entry`: the one that it has to be of. */
export async function check({ proof, promise, entry, keys }) {
  const found = { verdict: "holds", said: [], values: {} }
  try {
    if (!crypto.subtle) throw new Ended("browser", "unchecked")
    if (!proof && !promise) throw new Ended("file", "unchecked")
    const mine = entry ? ENCODER.encode(entry) : null
    const leaf = proof ? await checkProof(proof, mine, keys, found) : mine && await sha256([LEAF], mine)
    if (promise) await checkPromise(promise, leaf, keys, found)
    if (!proof && leaf) found.said = found.said.map((one) => (one === "kept" ? "waits" : one))
  } catch (ended) {
    if (!(ended instanceof Ended)) throw ended
    found.verdict = ended.verdict
    found.said = [ended.said]
  }
  return found
}

function show(found) {
  const shown = document.querySelector("[data-checked]")
  for (const one of shown.querySelectorAll("[data-verdict]")) one.hidden = one.dataset.verdict !== found.verdict
  for (const one of shown.querySelectorAll("[data-said]")) one.hidden = !found.said.includes(one.dataset.said)
  for (const one of shown.querySelectorAll("[data-value]")) one.textContent = found.values[one.dataset.value] ?? ""
  // A seal says enough; of what does not hold it is told at once why.
  shown.querySelector("[data-how]").open = found.verdict !== "holds"
  for (const before of document.querySelectorAll("[data-before]")) before.hidden = true
  shown.hidden = false
  shown.dataset.checked = found.verdict
}

async function judge(what) {
  performance.mark("receipt")
  const found = await check(what)
  performance.measure("receipt checked", "receipt")
  if (what.isOwn && found.verdict === "holds") found.said.push("own-key")
  show(found)
}

const fetched = async (path) => {
  const answer = await fetch(path)
  if (!answer.ok) throw new Error(path)
  return answer.text()
}

async function ownReceipt(card) {
  const entry = card.querySelector("[data-entry]").textContent
  const promise = card.querySelector("[data-promise]")?.textContent
  try {
    const [keys, proof] = await Promise.all([
      fetched("/log/keys"),
      card.dataset.receipt ? fetched(card.dataset.receipt) : null,
    ])
    await judge({ proof, promise, entry, keys: parseKeys(keys), isOwn: true })
  } catch {
    show({ verdict: "unchecked", said: ["network"], values: {} })
  }
}

// A file may be a receipt, a promise, or both as the API tells them.
function parts(text) {
  if (text.startsWith("parvis promise")) return { promise: text }
  if (!text.trimStart().startsWith("{")) return { proof: text }
  try {
    const told = JSON.parse(text)
    const [proof, promise, entry] = ["proof", "promise", "entry"].map((one) => typeof told[one] === "string" && told[one])
    return { proof, promise, entry }
  } catch {
    return { proof: text }
  }
}

async function given(form) {
  const { file, receipt, key } = form.elements
  const text = (await file.files[0]?.text()) ?? `${receipt.value.trimEnd()}\n`
  let keys = []
  try {
    keys = parseKeys(key.value.trim() || (await fetched("/log/keys")))
  } catch {
    // No key: the check says whose it takes.
  }
  await judge({ ...parts(text.replaceAll("\r\n", "\n")), keys, isOwn: !key.value.trim() })
  // On a phone the verdict would stand below the fold.
  document.querySelector("[data-checked]").scrollIntoView({ block: "center" })
}

export function proving() {
  const card = document.querySelector("[data-receipt]")
  if (card) void ownReceipt(card)
  const form = document.querySelector("form[data-proving]")
  if (!form) return
  form.hidden = false
  document.querySelector("[data-without]").hidden = true
  const go = () => void given(form)
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    go()
  })
  form.elements.file.addEventListener("change", go)
  // Dropping a file anywhere on the page is as good as choosing it.
  document.addEventListener("dragover", (event) => event.preventDefault())
  document.addEventListener("drop", (event) => {
    event.preventDefault()
    if (!event.dataTransfer.files.length) return
    form.elements.file.files = event.dataTransfer.files
    go()
  })
}
