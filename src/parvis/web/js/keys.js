// Keys of the pages. Never while something is written, nor with another key held; they can be put out.
import { elements } from "./safe.js"
import { showFresh } from "./feed.js"

const OFF = "keys-off"
const GO = { h: "/home", n: "/notifications", l: "/public/local", f: "/public", m: "/conversations", b: "/bookmarks", s: "/settings" }
const WRITES = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"
const GO_MS = 1_500
let wentAt = 0

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  ".": () => showFresh(),
  n: write,
  "/": search,
  "?": help,
  r: () => current()?.querySelector("[data-act=reply]")?.click(),
  f: () => act("favourite"),
  b: () => act("reblog"),
  m: () => act("bookmark"),
  o: open,
  Enter: open,
  p: () => current()?.querySelector(".author")?.click(),
  x: warn,
  v: () => current()?.querySelector(".media a")?.click(),
}

/** `early`: what was pressed until now. */
export function keys(early) {
  early.forEach(pressed)
  document.addEventListener("keydown", pressed, true)
}

function pressed(event) {
  const { key, target } = event
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (target.matches(WRITES) || document.querySelector("dialog[open]")) return
  if (key !== "?" && localStorage.getItem(OFF)) return
  // A link or button that has the keyboard keeps its own.
  if (key === "Enter" && !target.matches(".status")) return
  if (Date.now() - wentAt < GO_MS && GO[key]) {
    event.preventDefault()
    return void location.assign(GO[key])
  }
  wentAt = key === "g" ? Date.now() : 0
  if (!Object.hasOwn(KEYS, key)) return
  event.preventDefault()
  void KEYS[key]()
}

// The composer of this page, or its own. It has the keyboard at once: what is typed next is for it, though its
// scripts come with that touch (touched.js).
function write() {
  const composer = document.querySelector("p-composer")
  if (!composer) return location.assign("/publish")
  const unfold = composer.querySelector(".unfold")
  if (unfold) unfold.open = true
  composer.querySelector("textarea").focus()
}

const all = () => [...document.querySelectorAll("main .status")].filter((card) => !card.hidden)

function current() {
  return document.activeElement?.closest?.(".status") ?? null
}

// The next card begins where the eyes are: below what is pinned to the top, without gliding.
function step(by) {
  const cards = all()
  const from = cards.indexOf(current())
  const first = cards.findIndex((card) => card.getBoundingClientRect().bottom > 80)
  const next = cards[from < 0 ? first : from + by]
  if (!next) return
  next.focus({ preventScroll: true })
  const { top, bottom } = next.getBoundingClientRect()
  if (top < 0 || bottom > innerHeight - 64) scrollBy({ top: top - 16, behavior: "instant" })
}

function act(name) {
  const button = current()?.querySelector(`[data-act=${name}]`)
  if (button) button.form.requestSubmit(button)
}

function open() {
  const link = current()?.querySelector("[data-open]")
  if (link) location.assign(link.href)
}

function warn() {
  for (const one of current()?.querySelectorAll(".warning") ?? []) one.open = !one.open
}

function search() {
  const field = document.querySelector("input[type=search]")
  if (field) field.focus()
  else location.assign("/search")
}

async function help() {
  const answer = await fetch("/keys", { headers: { "X-Fragment": "1" } })
  if (!answer.ok) return
  const [dialog] = elements(await answer.text())
  document.body.append(dialog)
  const isOn = dialog.querySelector("input")
  isOn.checked = !localStorage.getItem(OFF)
  isOn.addEventListener("change", () => (isOn.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")))
  dialog.addEventListener("close", () => dialog.remove())
  dialog.showModal()
}
