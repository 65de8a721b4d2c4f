// What happens while the page is open, over one stream: the HTML that a reload would show.
//
// Elements say by data-live what they show ("home", "tag:parvis"). New cards and rows are told by
// parvis:status and parvis:notification ({ detail: { html, element } }): whoever keeps a list takes them
// in. Edited and deleted cards, and the badge, are put right here; parvis:edit and parvis:delete
// ({ detail: { id } }) are for those who hold cards that are not shown yet.
import { elements } from "./safe.js"
import { tell } from "./tell.js"

const SILENT_MS = 40_000
const LOST_MS = 6_000
const HIDDEN_MS = 600_000
const POLLS_MS = 15_000
const KEPT_MS = 15_000
const MOST_CARDS = 80
const words = document.getElementById("told").dataset
const tabs = new BroadcastChannel("parvis")
let stream, last, heardAt, lostFor, saidLost, letGo, isOver
let tries = 0
// A page kept from earlier says so on top (sw.js).
let isBehind = document.getElementById("offline") !== null
const cards = () => import("./cards.js")

const HEARS = {
  beat() {},
  status: (html) => happened("status", elements(html)[0]),
  notification: (html) => happened("notification", elements(html)[0]),
  edit: (html) => {
    const [card] = elements(html)
    happened("edit", card)
    void cards().then((of) => of.replaceCard(card))
  },
  delete: (id) => {
    document.dispatchEvent(new CustomEvent("parvis:delete", { detail: { id } }))
    void cards().then((of) => of.removeCards(id))
  },
  announcement: (html) => void cards().then((of) => of.announce(elements(html)[0])),
  unannounced: (id) => document.getElementById(`announced-${id}`)?.remove(),
  relation: (id) => void cards().then((of) => of.relate(id)),
  room: (id) => document.dispatchEvent(new CustomEvent("parvis:room", { detail: { id } })),
  call: (id) => void import("./ringing.js").then((of) => of.rings(id)),
  badge: (count) => { showBadge(count); tabs.postMessage({ badge: count }) },
  reload: () => {
    document.dispatchEvent(new CustomEvent("parvis:behind"))
    void cards().then((of) => of.askMissed(happened))
  },
  end,
}

export function live() {
  // A page opened behind others takes none of the few connections until it is looked at.
  if (!document.hidden) open()
  // Older ones that were asked for are as true as the first: no timeline tells of those.
  document.addEventListener("parvis:older", () => { if (stream && tellsCards()) open() })
  tabs.onmessage = ({ data }) => data.badge !== undefined && showBadge(data.badge)
  const badge = document.querySelector("[data-badge]")
  if (badge) tabs.postMessage({ badge: badge.hidden ? "0" : badge.textContent })
  document.addEventListener("visibilitychange", () => (document.hidden ? hide() : show()))
  addEventListener("online", () => { if (!document.hidden) open() })
  addEventListener("pagehide", close)
  addEventListener("pageshow", (event) => { if (event.persisted) { isBehind = true; open() } })
  // A line that went dead says nothing: a beat comes every quarter of a minute.
  setInterval(() => { if (stream && Date.now() - heardAt > SILENT_MS) open() }, 10_000)
  if (!isSparing()) setInterval(() => { if (!document.hidden) void cards().then((of) => of.refresh("[data-counting]")) }, POLLS_MS)
}

/** Whether the reader asks for little to be fetched. */
function isSparing() {
  return navigator.connection?.saveData || matchMedia("(prefers-reduced-data: reduce)").matches
}

function open() {
  close()
  const shown = [...document.querySelectorAll("[data-live]")].flatMap((one) => one.dataset.live.split(" "))
  const on = [...new Set(shown)].filter(Boolean)
  if (!on.length || isOver) return
  const asked = new URLSearchParams(on.map((one) => ["on", one]))
  if (tellsCards()) asked.set("cards", shownCards())
  // What came after the page was asked for may not be on it.
  if (last) asked.set("since", last)
  else asked.set("age", Math.ceil(performance.now() + (isKept() ? KEPT_MS : 0)))
  heardAt = Date.now()
  stream = new EventSource(`/live?${asked}`)
  stream.onerror = lost
  for (const [event, hear] of Object.entries(HEARS)) {
    stream.addEventListener(event, ({ data, lastEventId }) => {
      found()
      last = lastEventId || last
      hear(data)
    })
  }
}

// A timeline's stream tells of all that may be on it; members' other pages say what they show.
function tellsCards() {
  return words.live && !document.querySelector("main .feed[data-live]")
}

function shownCards() {
  const all = [...document.querySelectorAll("main .status[data-id]")].flatMap(({ dataset }) => [dataset.id, dataset.at])
  return [...new Set(all.filter(Boolean))].slice(-MOST_CARDS)
}

// Whether the page may be of some seconds ago: visitors' are (packing.py), where they came from no network.
function isKept() {
  return !words.live && !performance.getEntriesByType("navigation")[0]?.transferSize
}

function close() {
  stream?.close()
  stream = null
}

// The browser tries again by itself after a break; after a refusal (a proxy whose server is gone) not.
function lost() {
  if (!isBehind) lostFor ??= setTimeout(() => { saidLost = tell(words.lost, { isBad: true, staysMs: 1e8 }) }, LOST_MS)
  if (stream?.readyState !== EventSource.CLOSED) return
  close()
  setTimeout(() => { if (!stream) open() }, Math.min(60_000, 1_000 * 2 ** tries++) * (0.5 + Math.random()))
}

function found() {
  heardAt = Date.now()
  tries = 0
  clearTimeout(lostFor)
  saidLost?.()
  lostFor = saidLost = undefined
  if (!isBehind) return
  isBehind = false
  document.getElementById("offline")?.remove()
  HEARS.reload()
}

function end() {
  isOver = true
  close()
  navigator.serviceWorker?.controller?.postMessage("forget")
  tell(words.ended, { isBad: true, staysMs: 1e8 })
}

// Of all hidden pages one keeps its stream, for the badge: browsers open few connections at once.
function hide() {
  void navigator.locks?.request("parvis-hidden", { ifAvailable: true }, (lock) => {
    if (!document.hidden) return
    if (!lock) return void close()
    const ending = setTimeout(close, HIDDEN_MS)
    return new Promise((resolve) => { letGo = () => { clearTimeout(ending); resolve() } })
  })
}

function show() {
  letGo?.()
  if (!stream) open()
  if (!isSparing()) void cards().then((of) => of.refresh())
}

function happened(event, element) {
  const detail = { element, html: element.outerHTML }
  document.dispatchEvent(new CustomEvent(`parvis:${event}`, { detail }))
}

function showBadge(count) {
  const isNone = count === "0"
  for (const badge of document.querySelectorAll("[data-badge]")) {
    badge.textContent = count
    badge.hidden = isNone
  }
  document.title = (isNone ? "" : `(${count}) `) + document.title.replace(/^\(\S+\) /, "")
}
