// Cards of an open page, put right in place: what is edited, deleted, voted for, or was missed.
import { elements } from "./safe.js"

const FOCUSABLE = "a, button, input, summary, [tabindex]"
const MOST = 40
const MOST_PAGES = 5

// What was missed comes from the pages themselves: what stands above the newest that is shown. Where that is
// more than one would read up, parvis:far says that the page begins anew.
export async function askMissed(tell) {
  if (!document.querySelector("main .feed[data-live]")) return
  const newest = document.querySelector(".feed > article")
  let address = new URL(location.href)
  if (newest) address.searchParams.set("min_id", newest.dataset.at ?? newest.id.slice(1))
  for (let pages = 0; address; pages += 1) {
    if (pages === MOST_PAGES) return void document.dispatchEvent(new CustomEvent("parvis:far"))
    const answer = await fetch(address).catch(() => null)
    if (!answer?.ok) return
    const holder = document.createElement("div")
    holder.append(...elements(await answer.text()))
    for (const card of [...holder.querySelectorAll(".feed > article")].reverse()) {
      tell(card.matches(".status") ? "status" : "notification", card)
    }
    address = newest && holder.querySelector(".pager [rel=prev]")?.href
  }
}

export function announce(made) {
  const old = document.getElementById(made.id)
  if (old) old.replaceWith(made)
  else document.getElementById("announced")?.prepend(made)
}

// Somebody accepted, followed or left: how one stands to them, and what one may read of them, as a reload would
// show it.
export async function relate(id) {
  const acts = `form[action="/accounts/${id}"]`
  const parts = [...document.querySelectorAll("#relation, .relate")].filter((one) => one.querySelector(acts))
  if (!parts.length) return
  const answer = await fetch(location.href).catch(() => null)
  if (!answer?.ok) return
  const now = document.createElement("div")
  now.append(...elements(await answer.text()))
  for (const was of parts) {
    const is = was.id ? now.querySelector("#relation") : now.querySelector(acts)?.closest(".relate")
    if (is && was.isConnected && was.textContent !== is.textContent && !was.querySelector("details[open]")) put(was, is)
  }
  const [was, is] = [document.querySelector(".account ~ .tabs"), now.querySelector(".account ~ .tabs")]
  if (!was || !is || !was.parentNode.querySelector(".feed") === !is.parentNode.querySelector(".feed")) return
  while (was.nextSibling) was.nextSibling.remove()
  while (is.nextSibling) was.parentNode.append(is.nextSibling)
  was.dispatchEvent(new CustomEvent("parvis:shown", { bubbles: true }))
}

function cardsOf(id) {
  return document.querySelectorAll(`[id="${id}"]`)
}

export function replaceCard(card) {
  for (const old of cardsOf(card.id)) {
    const made = card.cloneNode(true)
    if (old.matches(".main")) patch(old, made, [".body", ".acts", ".counts"])
    else if (![...old.querySelectorAll("video, audio")].some((one) => !one.paused)) put(old, made)
  }
}

// In an element's place, with the same parts open and the keyboard where it was.
function put(old, made) {
  const sharers = old.querySelector(":scope > .reblogged")
  if (sharers && !made.querySelector(":scope > .reblogged")) {
    made.prepend(sharers.cloneNode(true))
    made.dataset.at = old.dataset.at
  }
  const opened = [...old.querySelectorAll("details")].map((one) => one.open)
  made.querySelectorAll("details").forEach((one, at) => { one.open = opened[at] ?? false })
  const focused = document.activeElement
  const at = old.contains(focused) ? [...old.querySelectorAll(FOCUSABLE)].indexOf(focused) : null
  old.replaceWith(made)
  if (at !== null) (made.querySelectorAll(FOCUSABLE)[at] ?? made).focus({ preventScroll: true })
  made.dispatchEvent(new CustomEvent("parvis:shown", { bubbles: true }))
}

// Parts of a card that somebody is using stay as they are.
function patch(old, made, parts) {
  for (const part of parts) {
    const [was, is] = [old.querySelector(part), made.querySelector(part)]
    if (!was || !is || was.textContent === is.textContent) continue
    if (was.contains(document.activeElement) || was.querySelector(":checked, details[open], [type=number]:not(:placeholder-shown)")) continue
    put(was, is)
  }
}

export function removeCards(id) {
  for (const card of document.querySelectorAll(`[id="s${id}"], .status[data-at="${id}"]`)) {
    if (card.contains(document.activeElement)) {
      const next = card.nextElementSibling ?? card.previousElementSibling
      next?.querySelector(FOCUSABLE)?.focus({ preventScroll: true })
    }
    card.remove()
  }
}

// Cards in sight, as they are now: votes and favourites come without events of their own.
export async function refresh(having = "*") {
  const seen = [...document.querySelectorAll(".status[id]")].filter((card) => {
    const { top, bottom } = card.getBoundingClientRect()
    return bottom > 0 && top < innerHeight && card.querySelector(having)
  })
  if (!seen.length) return
  const ids = [...new Set(seen.map((card) => card.id.slice(1)))].slice(0, MOST)
  const answer = await fetch(`/fragments/statuses?ids=${ids}`, { headers: { "X-Fragment": "1" } }).catch(() => null)
  if (!answer?.ok) return
  const cards = new Map(elements(await answer.text()).map((card) => [card.id, card]))
  for (const old of seen) {
    if (!ids.includes(old.id.slice(1))) continue
    const made = cards.get(old.id)
    if (made) patch(old, made.cloneNode(true), [".body", ".poll", ".acts", ".counts"])
    else removeCards(old.id.slice(1))
  }
}
