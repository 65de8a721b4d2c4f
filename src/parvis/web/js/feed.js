// Timelines: new cards on demand, older ones in place, reading remembered, and what cards can do.
import { elements } from "./safe.js"
import { post, replace } from "./swap.js"
import { tell } from "./tell.js"

const BY_ITSELF = 3
const READ_EVERY_MS = 5_000
const { dataset: words } = document.getElementById("words") ?? { dataset: {} }
const plural = new Intl.PluralRules(document.documentElement.lang)
const held = new Map()  // address of the act → what sends it
let waiting = []
let pages = 0
let shared = false
let isFar = false

export function feed() {
  document.addEventListener("click", clicked)
  document.addEventListener("submit", ({ submitter }) => { shared = submitter?.value === "reblog" }, true)
  document.addEventListener("parvis:shown", ({ target }) => changed(target))
  document.addEventListener("parvis:status", ({ detail }) => arrived(detail.element))
  // What waits under the button is no part of the page yet.
  document.addEventListener("parvis:edit", ({ detail: { element } }) => {
    waiting = waiting.map((card) => (card.id === element.id ? element.cloneNode(true) : card))
  })
  document.addEventListener("parvis:delete", ({ detail: { id } }) => {
    waiting = waiting.filter((card) => card.dataset.id !== id && card.dataset.at !== id)
    count()
  })
  document.addEventListener("parvis:far", () => { isFar = true; count() })
  addEventListener("pagehide", () => { for (const send of held.values()) send() })
  document.querySelector("[data-fresh]")?.addEventListener("click", showFresh)
  watchOlder()
  if (document.querySelector("[data-home]")) rememberReading()
  void comeBack()
}

// What cards do -------------------------------------------------------------------------------------

function clicked(event) {
  const link = event.target.closest("[data-copy], [data-delete], [data-hide]")
  if (!link || link.closest(".main [data-hide]") || event.metaKey || event.ctrlKey || event.shiftKey) return
  event.preventDefault()
  link.closest("details").open = false
  if ("copy" in link.dataset) void copy(link)
  else hold(link)
}

async function copy(link) {
  await navigator.clipboard.writeText(link.href)
  tell(link.dataset.copied)
}

// A deletion waits while it can be taken back, and so do mutes and blocks, which end what no undo brings
// again; leaving the page sends it at once. The link leads to the page that asks, the act is its last part.
function hold(link) {
  const { pathname } = link
  const [, action, act] = pathname.match(/(.+)\/(.+)/)
  const card = link.closest(".status")
  const cards = act === "delete" ? [card] : [...document.querySelectorAll(".status")].filter((one) => leadsTo(one, pathname))
  const token = link.closest("form").elements.token.value
  const show = (is) => { for (const one of cards) one.hidden = !is }
  const send = () => {
    held.delete(pathname)
    const body = new URLSearchParams({ token, do: act })
    return fetch(action, { method: "POST", body, headers: { "X-Fragment": "1" }, keepalive: true })
  }
  const passed = async () => {
    if (!held.has(pathname)) return
    const answer = await send().catch(() => null)
    if (answer?.ok || answer?.status === 404) {
      for (const one of cards) one.remove()
      waiting = waiting.filter((one) => !leadsTo(one, pathname))
      return void count()
    }
    show(true)
    tell(answer ? elements(await answer.text())[0] : document.documentElement.dataset.offline, { isBad: true })
  }
  held.set(pathname, send)
  show(false)
  const undo = () => { held.delete(pathname); show(true); card.focus() }
  tell(link.dataset.delete ?? link.dataset.hide, { undo, undoText: words.undo, passed })
}

function leadsTo(card, pathname) {
  return card.querySelector(`[href="${pathname}"]`) !== null
}

function changed(made) {
  // One's own new message is shown by the composer: it does not wait any more.
  const was = waiting.length
  waiting = waiting.filter((one) => one.id !== made.id)
  if (waiting.length < was) count()
  const button = made.querySelector?.("[value=unreblog]")
  if (!shared || !button) return
  shared = false
  tell(words.shared, { undo: () => takeBack(button), undoText: words.undo })
}

async function takeBack(button) {
  const form = button.closest("form")
  const answer = await post(form, button)
  if (answer.ok) replace(form, await answer.text())
}

// New cards -----------------------------------------------------------------------------------------

function arrived(card) {
  const pill = document.querySelector("[data-fresh]")
  if (!pill || document.getElementById(card.id)) return
  if ([...held.keys()].some((pathname) => leadsTo(card, pathname))) return
  const hides = document.querySelector("[data-home]")?.dataset.home ?? ""
  if (hides.includes("reblogs") && card.querySelector(".reblogged")) return
  if (hides.includes("replies") && "reply" in card.dataset && !card.querySelector(".reblogged")) return
  waiting = [card, ...waiting.filter((one) => one.id !== card.id)]
  count()
}

function count() {
  const pill = document.querySelector("[data-fresh]")
  if (!pill) return
  const isOne = plural.select(waiting.length) === "one"
  pill.textContent = (isOne ? pill.dataset.one : pill.dataset.many).replace("#", waiting.length + (isFar ? "+" : ""))
  pill.hidden = !waiting.length
}

export function showFresh() {
  const pill = document.querySelector("[data-fresh]")
  if (!waiting.length || !pill) return
  // More was missed than is at hand: those in between would be away.
  if (isFar) return location.assign(location.pathname)
  document.querySelector("main .empty")?.remove()
  document.querySelector(".feed").prepend(...waiting)
  const first = waiting[0]
  waiting = []
  pill.hidden = true
  scrollTo({ top: 0 })
  first.focus({ preventScroll: true })
}

// Older ones ----------------------------------------------------------------------------------------

function watchOlder() {
  const link = document.querySelector(".feed ~ .pager [rel=next]")
  if (!link) return
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    void older(link)
  })
  if (pages >= BY_ITSELF) return
  const seen = new IntersectionObserver(([{ isIntersecting }]) => {
    if (!isIntersecting) return
    seen.disconnect()
    void older(link)
  }, { rootMargin: "0px 0px 600px" })
  seen.observe(link)
}

async function older(link) {
  if (link.getAttribute("aria-busy")) return
  link.setAttribute("aria-busy", "true")
  const answer = await fetch(link.href).catch(() => null)
  if (!answer?.ok) {
    link.removeAttribute("aria-busy")
    return tell(document.documentElement.dataset.offline, { isBad: true })
  }
  const holder = document.createElement("div")
  holder.append(...elements(await answer.text()))
  const hadKeys = link === document.activeElement
  const made = [...holder.querySelectorAll(".feed > .status")].filter((card) => !document.getElementById(card.id))
  document.querySelector(".feed").append(...made)
  const next = holder.querySelector(".pager [rel=next]")
  if (next) link.replaceWith(next)
  else link.remove()
  if (hadKeys) made[0]?.focus({ preventScroll: true })
  pages += 1
  history.replaceState({ ...history.state, pages }, "")
  document.dispatchEvent(new CustomEvent("parvis:older"))
  watchOlder()
}

// Coming back by the browser's button to a page that it did not keep: as long as it was, at the same card.
async function comeBack() {
  const was = history.state
  addEventListener("pagehide", () => {
    const top = [...document.querySelectorAll(".status")].find((card) => card.getBoundingClientRect().bottom > 0)
    if (top) history.replaceState({ ...history.state, pages, card: top.id, y: top.getBoundingClientRect().top }, "")
  })
  const { type } = performance.getEntriesByType("navigation")[0] ?? {}
  if (type !== "back_forward" || !was?.pages) return
  while (pages < was.pages) {
    const link = document.querySelector(".feed ~ .pager [rel=next]")
    if (!link) break
    const before = pages
    await older(link)
    if (pages === before) break
  }
  const card = document.getElementById(was.card)
  if (card) scrollBy({ top: card.getBoundingClientRect().top - was.y })
}

// Reading -------------------------------------------------------------------------------------------

function rememberReading() {
  const token = document.querySelector("input[name=token]")?.value
  if (!token) return
  let newest = 0n
  let saved = 0n
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      const at = BigInt(target.dataset.at)
      if (isIntersecting && at > newest) newest = at
    }
  }, { threshold: 0.6 })
  const watch = () => { for (const card of document.querySelectorAll(".feed > .status")) seen.observe(card) }
  const save = () => {
    if (newest <= saved || document.hidden) return
    saved = newest
    const body = new URLSearchParams({ token, read: newest })
    void fetch("/home", { method: "POST", body, headers: { "X-Fragment": "1" }, keepalive: true }).catch(() => {})
  }
  watch()
  document.addEventListener("parvis:older", watch)
  setInterval(() => { watch(); save() }, READ_EVERY_MS)
  addEventListener("pagehide", save)
}
