// The page of a room: what changes is put in place when the stream says so; what sounds goes on.
import { elements } from "./safe.js"

// Many listen: they do not all ask at once. What they hear, and whether it is live, comes with the sound.
const [SPREAD_MS, EACH_MS, MOST_MS] = [1_000, 2, 60_000]
const card = document.querySelector("[data-room-page]")
const id = card?.dataset.roomPage
let asked, again = false

export function rooms() {
  if (!card) return
  sound()
  countDown()
  setInterval(countDown, 1_000)
  document.addEventListener("parvis:room", ({ detail }) => { if (detail.id === id) later() })
  document.addEventListener("parvis:behind", later)
}

function sound() {
  if (card.querySelector("p-room")) void import("./room.js").then(({ speaking }) => speaking())
  if (card.querySelector("[data-replay]")) void import("./replay.js").then(({ replay }) => replay())
  if (card.querySelector("p-listen")) void import("./listening.js").then(({ listening }) => listening())
}

// As a clock of a player: hours and minutes only where there are some.
function countDown() {
  const place = document.querySelector("[data-countdown]")
  if (!place) return
  const left = Math.ceil((Date.parse(place.dataset.countdown) - Date.now()) / 1_000)
  place.hidden = left <= 0 || left > 86_400
  const [hours, minutes, seconds] = [Math.floor(left / 3_600), Math.floor(left / 60) % 60, left % 60]
  const parts = hours ? [hours, minutes, seconds] : [minutes, seconds]
  place.querySelector("[data-left]").textContent = parts.map((one, at) => (at ? String(one).padStart(2, "0") : one)).join(":")
}

// A change while the page is being asked for is asked for once more.
function later() {
  if (asked) { again = true; return }
  const spread = Math.min(MOST_MS, SPREAD_MS + EACH_MS * (document.getElementById("room-now")?.dataset.listeners ?? 0))
  asked = setTimeout(refresh, card.querySelector("p-room") ? 0 : Math.random() * spread)
}

async function refresh() {
  again = false
  const answer = await fetch(`/rooms/${id}/now`, { headers: { "X-Fragment": "1" } }).catch(() => null)
  if (answer?.ok) for (const made of elements(await answer.text())) put(made)
  else if (answer?.status === 404) location.reload()
  asked = undefined
  if (again) later()
}

function put(made) {
  const old = document.getElementById(made.id)
  if (!old) return
  if (made.id === "room-now") return void putParts(old, made)
  if (old.dataset.as === made.dataset.as) return
  old.replaceWith(made)
  sound()
  made.dispatchEvent(new CustomEvent("parvis:shown", { bubbles: true }))
}

// Part by part: where somebody writes, or holds something open, it stays as it is.
function putParts(old, made) {
  const was = new Map([...old.children].map((part) => [part.id, part]))
  let last = null
  for (const part of [...made.children]) {
    const had = was.get(part.id)
    was.delete(part.id)
    const stays = had && (had.innerHTML === part.innerHTML || isUsed(had))
    const shown = stays ? had : part
    if (had && !stays) had.replaceWith(part)
    else if (!had) last ? last.after(part) : old.prepend(part)
    last = shown
  }
  for (const part of was.values()) part.remove()
}

function isUsed(part) {
  const focused = document.activeElement
  const writes = part.contains(focused) && focused.matches("input, textarea, select")
  return writes || [...part.querySelectorAll("input:not([type=hidden]), textarea")].some((one) => one.value !== one.defaultValue) || part.querySelector("details[open]")
}
