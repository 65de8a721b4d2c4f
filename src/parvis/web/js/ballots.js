// Secret ballots on their way: a token waits in this browser with the ballot made of it, for the account and
// the poll it was asked for; any page of ours sends it at its moment, without cookie, referrer or name, then
// looks in the log whether it is there. What could vote again is forgotten when the poll has closed.
import { joined, toHex } from "./blind_rsa.js"
import { check, parseKeys } from "./proving.js"

const NAME = "parvis-ballots"
// Known without opening the database: pages without ballots load nothing of this.
const SIGN = "parvis:ballots"
const SOON_MS = [4_000, 15_000]
const LOOK_MS = [30_000, 90_000]
const AGAIN_MS = [60_000, 300_000]
const MINUTE_MS = 60_000
const WAIT_MS = 30 * MINUTE_MS
// After closing, by when a ballot that is promised has its place, and some more.
const LOST_MS = 3_600_000
const SLOWEST = 64
const MISSING = 404

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

/** The same; near the end of the poll half of what is left of it at most. */
function soonFor({ ends }, range) {
  const left = (ends ?? Infinity) - Date.now()
  return Math.min(between(range), Date.now() + Math.max(left / 2, 500))
}

/** When to send a ballot that was just filled in: minutes later, and well before the poll closes. */
export function momentFor(ends) {
  const left = (ends ?? Infinity) - Date.now()
  const last = Math.min(WAIT_MS, left * 0.6)
  return between([Math.min(2 * MINUTE_MS, last / 4), last])
}

/** One page at a time: a round that waits for the network writes nothing over what was filled in meanwhile. */
export function locked(act) {
  return navigator.locks ? navigator.locks.request(NAME, act) : act()
}

let timer = 0

/** Send what is due, look for what was sent, and come back for the rest while the page is open. */
export async function tend({ isVisit = true } = {}) {
  const next = await locked(() => round(isVisit))
  clearTimeout(timer)
  if (next < Infinity) timer = setTimeout(() => void tend({ isVisit: false }), Math.max(next - Date.now(), 500))
}

// Gives the moment of the next round.
async function round(isVisit) {
  let next = Infinity
  for (const ballot of await within("readonly", (ballots) => ballots.getAll())) {
    if (isToWipe(ballot)) await wipe(ballot)
    const acts = { waiting: send, cast: look }
    if (!acts[ballot.stage]) continue
    // No moment is ever chosen so far ahead: the clock was set back, and by it the poll might end before.
    if (ballot.stage === "waiting" && ballot.at > Date.now() + WAIT_MS) {
      ballot.at = between(AGAIN_MS)
      await keep(ballot)
    }
    if (ballot.at <= Date.now()) {
      // A visit is no moment of chance by itself: what was due meanwhile waits for some seconds more.
      if (isVisit) ballot.at = soonFor(ballot, SOON_MS)
      else await acts[ballot.stage](ballot).catch(() => (ballot.at = soonFor(ballot, AGAIN_MS)))
      await keep(ballot)
    }
    if (acts[ballot.stage]) next = Math.min(next, ballot.at)
  }
  return next
}

function isToWipe({ ends, stage, point }) {
  return ends && Date.now() > ends && stage !== "waiting" && point
}

// What could vote goes with the poll; entry and proof stay.
async function wipe(ballot) {
  for (const name of ["keys", "point", "signature", "prefix", "blinded", "inverse"]) delete ballot[name]
  await keep(ballot)
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
    const castBy = Math.max(Date.now(), ballot.ends ?? 0) + LOST_MS
    Object.assign(ballot, { stage: "cast", entry, log, promise, castBy, looks: 0, at: between(LOOK_MS) })
    delete ballot.sent
  } else if (said?.reason && answer.status < 500) {
    // The box itself refused it, and no proxy on the way.
    Object.assign(ballot, { stage: "refused", why: said.reason })
  } else ballot.at = soonFor(ballot, AGAIN_MS)
}

/** Who looks at a ballot that is cast need not wait for its next turn. */
export async function lookSoon(id) {
  await locked(async () => {
    const ballot = await find(id)
    if (ballot?.stage === "cast") await keep({ ...ballot, at: Math.min(ballot.at, between(SOON_MS)) })
  })
  await tend({ isVisit: false })
}

// Whether the ballot stands in the log, as its proof shows. What is asked for stands in no address, which proxies
// write down.
async function look(ballot) {
  const entry = new TextEncoder().encode(ballot.entry)
  const leaf = await sha256(new Uint8Array([0]), entry)
  const answer = await plain(`/${ballot.log}/proofs`, { method: "POST", body: toHex(leaf) }).catch(() => null)
  if (answer?.ok) await judge(ballot, await answer.text())
  else if (answer?.status === MISSING && Date.now() > ballot.castBy) ballot.stage = "lost"
  else ballot.at = nextLook(ballot)
}

// Ballots wait for others, at the longest until the poll closes: more and more seldom, then soon after that.
function nextLook(ballot) {
  const { ends } = ballot
  if (!ends || Date.now() > ends) return between(LOOK_MS)
  ballot.looks = Math.min((ballot.looks || 1) * 2, SLOWEST)
  return Math.min(between(LOOK_MS.map((ms) => ms * ballot.looks)), ends + LOOK_MS[1])
}

// A log that was halted goes on in a successor below its first address.
function beginning(log) {
  return log.split("/next/")[0]
}

// A proof has to hold, and to be of this poll's log.
async function judge(ballot, proof) {
  const keys = parseKeys(await (await plain("/log/keys")).text())
  const { verdict, values } = await check({ proof, entry: ballot.entry, keys })
  if (verdict === "unchecked") ballot.at = between(AGAIN_MS)
  else {
    const isOf = beginning(values.origin ?? "").endsWith(`/${beginning(ballot.log)}`)
    ballot.stage = verdict === "holds" && isOf ? "counted" : "failed"
    Object.assign(ballot, { proof, place: values.index })
  }
}

function plain(address, how = {}) {
  return fetch(address, { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store", keepalive: true, ...how })
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)))
}
