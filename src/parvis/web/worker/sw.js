// Keeps files by their hash, and the pages that somebody saw for when there is no connection.
//
// Pages are kept for one reader at a time: every page says by x-reader whose it is (0: a visitor's), and as
// soon as another reads, or somebody logs in or out, what was kept is forgotten. Nothing that the server
// marks no-store is ever kept.
const FILES = []
// The composer's messages on their way (js/queue.js), written in too.
const QUEUE = null
const OFFLINE = "/offline"
const UNSENT = "/offline?form=1"
const KEPT_FILES = "files"
const KEPT_PAGES = "pages-"
const MOST_FILES = 150
const MOST_PAGES = 60
const HASHED = /^\/(static\/[\w-]+\.[0-9a-f]{12}\.\w+|look\.\w+\?[0-9a-f]{12})$/
const KEPT = /^\/(home|public(\/local)?|notifications|bookmarks|favourites|tags\/[^/]+|lists\/\d+|@[^/]+(\/\d+)?)?$/
const GONE = [502, 503, 504]

// Requests are numbered as they set out: what set out before pages were forgotten is not kept after.
let turn = 0
let forgotAt = 0
let writing = Promise.resolve()

addEventListener("install", (event) => {
  // What a page sends on its way out must not wait for this worker: who waits with a page that is gone is gone.
  event.addRoutes?.({ condition: { requestMethod: "POST", requestMode: "cors" }, source: "network" })
  skipWaiting()
  event.waitUntil(keepFiles())
})

addEventListener("activate", (event) => event.waitUntil(start()))

addEventListener("message", (event) => {
  if (event.data === "forget") event.waitUntil(forget())
  if (event.data === "claim") event.waitUntil(clients.claim())
})

// There is a connection again: what waits is sent, by a page that is open or else from here.
addEventListener("sync", (event) => {
  if (event.tag === "parvis-queue") event.waitUntil(sendQueue())
})

addEventListener("fetch", (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== location.origin) return
  if (request.mode === "navigate") {
    event.respondWith(request.method === "GET" ? showPage(event, url) : sendForm(event, url))
  } else if (request.method === "GET" && HASHED.test(url.pathname + url.search)) {
    event.respondWith(giveFile(event))
  }
})

async function start() {
  await registration.navigationPreload?.enable()
  await clients.claim()
}

async function sendQueue() {
  const [page] = await clients.matchAll({ type: "window" })
  if (page) return page.postMessage("send-queue")
  const outcomes = (await QUEUE?.flush()) ?? []
  // The browser tries again later.
  if (outcomes.some((one) => one.came === "later")) throw new Error("no connection yet")
}

async function keepFiles() {
  const cache = await caches.open(KEPT_FILES)
  await keepOffline(cache)
  if (navigator.connection?.saveData) return
  const known = new Set((await cache.keys()).map((one) => new URL(one.url).pathname))
  // Where there is no room for all of them, each is kept when it is asked for, as long as that goes.
  await cache.addAll(FILES.filter((one) => !known.has(one))).catch(() => {})
  await trim(cache, MOST_FILES, [OFFLINE, UNSENT, ...FILES])
}

// In the language of the pages that are read.
async function keepOffline(cache) {
  await cache.addAll([OFFLINE, UNSENT].map((one) => new Request(one, { cache: "reload" })))
}

async function giveFile(event) {
  const { request } = event
  const cache = await caches.open(KEPT_FILES)
  const kept = await cache.match(request, { ignoreVary: true })
  if (kept) return kept
  const answer = await fetch(request).catch(() => null)
  if (answer?.ok) {
    event.waitUntil(cache.put(request, answer.clone()).catch(() => {}))
    return answer
  }
  return (await successor(cache, request)) ?? answer ?? Response.error()
}

// A page from before an update, whose sheet or drawings are gone: those of now are nearer than none. Scripts of
// two versions do not mix; without theirs pages work as well.
async function successor(cache, { url }) {
  const [, name, ending] = /\/static\/([\w-]+)\.[0-9a-f]{12}\.(css|svg)$/.exec(url) ?? []
  const ours = FILES.find((one) => one.startsWith(`/static/${name}.`) && one.endsWith(`.${ending}`))
  return ours && cache.match(ours, { ignoreVary: true })
}

async function showPage(event, url) {
  const mine = ++turn
  const answer = await (async () => (await event.preloadResponse) ?? fetch(event.request))().catch(() => null)
  if (answer && !GONE.includes(answer.status)) {
    const copy = isToBeKept(answer, url) ? answer.clone() : null
    event.waitUntil(inTurn(() => take(answer.headers, copy, url, mine)))
    return answer
  }
  const known = (await seen(url)) ?? (url.pathname === "/home" ? await seen(new URL("/", url)) : null)
  return known ?? (await offline(OFFLINE)) ?? answer ?? Response.error()
}

async function sendForm(event, url) {
  const answer = await fetch(event.request).catch(() => null)
  if (url.pathname.startsWith("/auth/")) await forget()
  return answer ?? (await stay(event)) ?? (await offline(UNSENT)) ?? Response.error()
}

// An answer of nothing leaves the page with the form as it is; the page says what happened.
async function stay({ request }) {
  const open = await clients.matchAll({ type: "window" })
  const page = open.find((one) => one.focused) ?? open.find((one) => one.url === request.referrer)
  if (!page) return null
  page.postMessage("unsent")
  return new Response(null, { status: 204 })
}

function isToBeKept(answer, url) {
  const { headers } = answer
  return (
    answer.status === 200 && !answer.redirected && !url.search && KEPT.test(url.pathname) &&
    headers.get("content-type")?.startsWith("text/html") &&
    !headers.get("cache-control")?.includes("no-store")
  )
}

async function take(said, copy, url, mine) {
  const reader = said.get("x-reader")
  if (!reader || mine < forgotAt) return
  const name = KEPT_PAGES + reader
  if (await forgetAllBut(name)) forgotAt = mine
  await speak(said.get("content-language"))
  if (!copy) return
  const headers = new Headers(copy.headers)
  headers.delete("content-encoding")
  headers.set("x-seen", new Date().toISOString())
  const cache = await caches.open(name)
  const body = await copy.blob()
  const put = () => cache.put(url.pathname, new Response(body, { headers }))
  // What is put anew is the last to go.
  await cache.delete(url.pathname, { ignoreVary: true })
  // No room left: half of what was seen makes some.
  await put().catch(() => trim(cache, MOST_PAGES / 2).then(put).catch(() => {}))
  await trim(cache, MOST_PAGES)
}

async function speak(language) {
  const cache = await caches.open(KEPT_FILES)
  const kept = await cache.match(OFFLINE, { ignoreVary: true })
  if (kept && language && kept.headers.get("content-language") !== language) await keepOffline(cache)
}

function forget() {
  forgotAt = ++turn
  return inTurn(() => forgetAllBut(""))
}

async function forgetAllBut(name) {
  const others = (await caches.keys()).filter((one) => one.startsWith(KEPT_PAGES) && one !== name)
  await Promise.all(others.map((one) => caches.delete(one)))
  return others.length > 0
}

function inTurn(write) {
  writing = writing.then(write, write)
  return writing
}

// The oldest go first, but never what is needed now.
async function trim(cache, most, needed = []) {
  const keys = await cache.keys()
  const passing = keys.filter((one) => !needed.includes(one.url.slice(location.origin.length)))
  await Promise.all(passing.slice(0, Math.max(0, keys.length - most)).map((one) => cache.delete(one)))
}

function offline(address) {
  return caches.match(address, { cacheName: KEPT_FILES, ignoreVary: true })
}

// What was kept of this page, saying when it was seen.
async function seen(url) {
  const [name, ...others] = (await caches.keys()).filter((one) => one.startsWith(KEPT_PAGES))
  if (!name || others.length || url.search) return null
  const kept = await caches.match(url.pathname, { cacheName: name, ignoreVary: true })
  const words = await (await offline(OFFLINE))?.text()
  if (!kept || !words) return null
  const said = words.match(/data-seen="([^"]*)"/)?.[1] ?? ""
  const line = said.replace("{time}", timeOf(kept.headers))
  const again = words.match(/data-again="([^"]*)"/)?.[1] ?? ""
  const banner = `<p class="note" role="status" id="offline">${line} <a href="">${again}</a></p>`
  const page = (await kept.text()).replace(/<main id="content"[^>]*>/, (main) => main + banner)
  return new Response(page, { headers: kept.headers })
}

function timeOf(headers) {
  const moment = new Date(headers.get("x-seen"))
  const isToday = moment.toDateString() === new Date().toDateString()
  const how = isToday ? { timeStyle: "short", hourCycle: "h23" } : { dateStyle: "long", timeStyle: "short", hourCycle: "h23" }
  return new Intl.DateTimeFormat(headers.get("content-language") ?? undefined, how).format(moment)
}
