// Messages on their way: kept in this browser until the network answered for them, each under the key that
// makes it one message however often it is sent. Pages and the service worker both use this; so nothing
// of a page is touched here, and who calls `flush` shows what came of it.
const NAME = "parvis-sends"
const TRIES_LATER = new Set([408, 425, 429])
const memory = new Map()

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore("sends", { keyPath: "key" })
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = asked.onblocked = () => reject(asked.error)
  })
}

async function within(mode, act) {
  const database = await open()
  try {
    return await new Promise((resolve, reject) => {
      const change = database.transaction("sends", mode)
      const asked = act(change.objectStore("sends"))
      change.oncomplete = () => resolve(asked.result)
      change.onerror = change.onabort = () => reject(change.error)
    })
  } finally {
    database.close()
  }
}

/** Keep a message to be sent: {key, account, after, fields}. False: only as long as this page is open. */
export async function add(entry) {
  const kept = { at: Date.now(), ...entry }
  try {
    await within("readwrite", (sends) => sends.put(kept))
    return true
  } catch {
    memory.set(kept.key, kept)
    return false
  }
}

/** What was not answered for yet, in the order it was written. */
export async function list() {
  const kept = await within("readonly", (sends) => sends.getAll()).catch(() => [])
  return [...kept, ...memory.values()].sort((one, other) => one.at - other.at)
}

export async function remove(key) {
  memory.delete(key)
  await within("readwrite", (sends) => sends.delete(key)).catch(() => {})
}

/** Send what waits, in order. Answers what came of each: {key, came, html, url}, `came` being sent, refused,
    later (no network) or ended (nobody is logged in). `session` is a page's {account, token}, else asked for.
    One window at a time; that two would send one message once is the key's doing, not the lock's. */
export function flush(session) {
  const lock = globalThis.navigator?.locks
  return lock ? lock.request(NAME, () => run(session)) : run(session)
}

/** The same for a page that shows nothing of it: the mark that brought it here goes, once nothing waits. */
export async function flushAlone() {
  await flush()
  if (!(await list()).length) localStorage.removeItem("parvis:waiting")
}

async function run(session) {
  const outcomes = []
  const held = new Set()
  for (const entry of await list()) {
    if (entry.refused || held.has(entry.after)) {
      held.add(entry.key)
      continue
    }
    let answer
    try {
      session ??= await fresh()
      if (session && session.account !== entry.account) {
        held.add(entry.key)
        continue
      }
      answer = session && (await send(entry, session))
      if (answer?.status === 401 || answer?.status === 403) {
        session = await fresh()
        answer = session?.account === entry.account ? await send(entry, session) : null
      }
    } catch {
      outcomes.push({ key: entry.key, came: "later" })
      break
    }
    const outcome = { key: entry.key, fields: entry.fields, ...(await judged(answer)) }
    outcomes.push(outcome)
    if (outcome.came === "sent") await remove(entry.key)
    else if (outcome.came === "refused") {
      held.add(entry.key)
      await add({ ...entry, refused: true })
    } else break
  }
  return outcomes
}

function send(entry, session) {
  return fetch("/publish/send", {
    method: "POST",
    body: new URLSearchParams(entry.fields),
    headers: { "X-Fragment": "1", "X-Token": session.token },
  })
}

async function judged(answer) {
  if (!answer || answer.status === 401 || answer.status === 403) return { came: "ended" }
  if (answer.status >= 500 || TRIES_LATER.has(answer.status)) return { came: "later" }
  const html = await answer.text()
  if (!answer.ok) return { came: "refused", html }
  return { came: "sent", html, url: answer.headers.get("content-location") }
}

/** The session of now; null when nobody is logged in. */
async function fresh() {
  const answer = await fetch("/publish/token", { headers: { "X-Fragment": "1" } })
  if (!answer.ok || answer.redirected) return null
  const text = await answer.text()
  return { account: /data-account="(\d+)"/.exec(text)[1], token: /value="(\w+)"/.exec(text)[1] }
}
