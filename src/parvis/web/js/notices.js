// The page of notifications while it is open: what comes is put on top, and what is seen is read.
import { elements } from "./safe.js"
import { post } from "./swap.js"

const SEEN_MS = 1_500
const tabs = new BroadcastChannel("parvis")
let unseen, waiting

export function notices() {
  document.addEventListener("parvis:notification", ({ detail }) => take(detail.element))
  document.addEventListener("parvis:behind", renew)
  document.addEventListener("visibilitychange", () => unseen && see())
}

function take(element) {
  const list = document.getElementById("notices")
  const kinds = list.dataset.kinds
  if (list.dataset.newest === undefined) return
  if (kinds && !kinds.split(" ").includes(element.dataset.kind)) return
  // The page was made after it happened: it stands there, perhaps in a line with others.
  if (list.querySelector(`[name="id[]"][value="${element.dataset.id}"]`)) return
  document.querySelector("main > .empty")?.remove()
  // Asked, taken back and asked again: one request waits.
  if (element.dataset.by) list.querySelector(`.notice[data-by="${element.dataset.by}"]`)?.remove()
  list.prepend(element.cloneNode(true))
  unseen = element.dataset.id
  see()
}

// A line broke off for long: the list as it is now.
async function renew() {
  const answer = await fetch(location.href)
  if (!answer.ok) return
  const holder = document.createElement("div")
  holder.append(...elements(await answer.text()))
  const made = holder.querySelector("#notices")
  if (made) document.getElementById("notices").replaceWith(made)
}

function see() {
  clearTimeout(waiting)
  const form = document.getElementById("read")
  if (!form || document.hidden) return
  waiting = setTimeout(async () => {
    form.elements.id.value = unseen
    unseen = null
    const answer = await post(form).catch(() => null)
    if (answer?.ok) tabs.postMessage({ badge: "0" })
  }, SEEN_MS)
}
