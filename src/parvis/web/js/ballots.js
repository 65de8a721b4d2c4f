// Secret ballots on their way: a token waits in this browser with the ballot made of it, for the account and
// the poll it was asked for; any page of ours sends it at its moment, without cookie, referrer or name, then
// looks in the log whether it is there. What could vote again is forgotten when the poll has closed.
import { fromBase64, joined, toHex } from "./blind_rsa.js"

const NAME = "parvis-ballots"
// Known without opening the database: pages without ballots load nothing of this.
const SIGN = "parvis:ballots"
const SOON_MS = [4_000, 15_000]
const LOOK_MS = [30_000, 90_000]
const AGAIN_MS = [60_000, 300_000]
const MINUTE_MS = 60_000
// By when a ballot that is promised has its place, and some more.
const LOST_MS = 3_600_000
const MISSING = 404
const REFUSED = 422

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore("ballots", { keyPath: "id" })
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = asked.onblocked = () => reject(asked.error)
  })
}

async function within(mode, act) {
  const database = await open()
  try {
    return await new Promise((resolve, reject) => {
      const change = database.transaction("ballots", mode)
      const asked = act(change.objectStore("ballots"))
      change.oncomplete = () => resolve(asked.result)
      change.onerror = change.onabort = () => reject(change.error)
    })
  } finally {
    database.close()
  }
}

export function find(id) {
  return within("readonly", (ballots) => ballots.get(id))
}

/** Keep a ballot: {id, poll, log, ends, stage, …}; pages that are open hear of it. */
export async function keep(ballot) {
  await within("readwrite", (ballots) => ballots.put(ballot))
  localStorage[SIGN] = "1"
  document.dispatchEvent(new CustomEvent("parvis:ballot", { detail: ballot }))
}

export async function forget(id) {
  await within("readwrite", (ballots) => ballots.delete(id))
  if (!(await within("readonly", (ballots) => ballots.count()))) delete localStorage[SIGN]
}

/** A moment of chance between two numbers of milliseconds from now. */
export function between([first, last]) {
  return Date.now() + first + Math.random() * (last - first)
}

/** When to send a ballot that was just filled in: minutes later, and well before the poll closes. */
export function momentFor(ends) {
  const left = (ends ?? Infinity) - Date.now()
  const last = Math.min(30 * MINUTE_MS, left * 0.6)
  return between([Math.min(2 * MINUTE_MS, last / 4), last])
}

let timer = 0

/** Send what is due, look for what was sent, and come back for the rest while the page is open. */
export async function tend({ isVisit = true } = {}) {
  const run = () => round(isVisit)
  const next = await (navigator.locks ? navigator.locks.request(NAME, run) : run())
  clearTimeout(timer)
  if (next < Infinity) timer = setTimeout(() => void tend({ isVisit: false }), Math.max(next - Date.now(), 500))
}

// Gives the moment of the next round.
async function round(isVisit) {
  let next = Infinity
  for (const ballot of await within("readonly", (ballots) => ballots.getAll())) {
    wipe(ballot)
    const acts = { waiting: send, cast: look }
    if (!acts[ballot.stage]) continue
    // A visit is no moment of chance by itself: what was due meanwhile waits for some seconds more.
    if (isVisit && ballot.at <= Date.now()) ballot.at = between(SOON_MS)
    else if (ballot.at <= Date.now()) await acts[ballot.stage](ballot)
    await keep(ballot)
    if (acts[ballot.stage]) next = Math.min(next, ballot.at)
  }
  return next
}

function wipe(ballot) {
  if (ballot.ends && Date.now() > ballot.ends && ballot.stage !== "waiting")
    for (const name of ["keys", "signature", "prefix", "blinded", "inverse", "choices"]) delete ballot[name]
}

/** Send a ballot to the box, which may not know whose it is. */
export async function send(ballot) {
  const answer = await plain(`/polls/${ballot.poll}/ballots`, {
    method: "POST",
    body: ballot.sent,
    headers: { "content-type": "application/json" },
  }).catch(() => null)
  const said = await answer?.json().catch(() => null)
  if (answer?.ok && said) {
    const { entry, log, promise } = said
    Object.assign(ballot, { stage: "cast", entry, log, promise, castBy: Date.now() + LOST_MS, at: between(LOOK_MS) })
    delete ballot.sent
  } else if (answer && answer.status >= 400 && answer.status <= REFUSED) {
    Object.assign(ballot, { stage: "refused", why: said?.reason ?? "other" })
  } else ballot.at = between(AGAIN_MS)
}

// Whether the ballot stands in the log, as its proof shows.
async function look(ballot) {
  const entry = new TextEncoder().encode(ballot.entry)
  const leaf = await sha256(new Uint8Array([0]), entry)
  const answer = await plain(`/${ballot.log}/proofs/${toHex(leaf)}.tlog-proof`).catch(() => null)
  if (answer?.ok) {
    const proof = await answer.text()
    const place = await check(proof, leaf).catch(() => null)
    Object.assign(ballot, place === null ? { stage: "failed" } : { stage: "counted", place })
    ballot.proof = proof
  } else if (answer?.status === MISSING && Date.now() > ballot.castBy) ballot.stage = "lost"
  else ballot.at = between(LOOK_MS)
}

function plain(address, how = {}) {
  return fetch(address, { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store", keepalive: true, ...how })
}

/** The place of a leaf by its proof (C2SP tlog-proof, RFC 6962 §2.1.1); an error when it does not lead to the
    root that the log's key signed. */
async function check(proof, leaf) {
  const at = proof.indexOf("\n\n")
  const lines = proof.slice(0, at).split("\n").filter((line) => !line.startsWith("extra "))
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Error("no proof")
  const index = Number(/^index (\d+)$/.exec(lines.shift())[1])
  const note = proof.slice(at + 2)
  const [origin, size, root] = note.split("\n")
  let [place, last, hash] = [index, Number(size) - 1, leaf]
  if (!(place <= last)) throw new Error("beyond the log")
  for (const line of lines) {
    if (last === 0) throw new Error("too long")
    const beside = fromBase64(line)
    if (place % 2 === 1 || place === last) {
      hash = await sha256(new Uint8Array([1]), beside, hash)
      while (place % 2 === 0 && place > 0) [place, last] = [place / 2, Math.floor(last / 2)]
    } else hash = await sha256(new Uint8Array([1]), hash, beside)
    ;[place, last] = [Math.floor(place / 2), Math.floor(last / 2)]
  }
  if (last !== 0 || toHex(hash) !== toHex(fromBase64(root))) throw new Error("another root")
  await checkSignature(note, origin)
  return index
}

// A signed note (C2SP signed-note): under one of the keys that the network shows.
async function checkSignature(note, origin) {
  const at = note.indexOf("\n\n")
  const text = new TextEncoder().encode(note.slice(0, at + 1))
  const keys = (await (await plain("/log/keys")).text()).trim().split("\n")
  const signatures = note.slice(at + 2).split("\n").filter((line) => line.startsWith(`— ${origin} `))
  for (const signature of signatures.map((line) => fromBase64(line.split(" ").at(-1)).slice(4)))
    for (const key of keys.map((line) => fromBase64(line.split("+").slice(2).join("+"))).filter(([kind]) => kind === 1)) {
      const known = await crypto.subtle.importKey("raw", key.slice(1), "Ed25519", false, ["verify"])
      if (await crypto.subtle.verify("Ed25519", known, signature, text)) return
    }
  throw new Error("not signed")
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)))
}
