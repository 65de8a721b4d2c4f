// What came of messages on their way: the card in its place, a line for each that still waits.
import * as queue from "./queue.js"
import { elements } from "./safe.js"
import { tell } from "./tell.js"

/** What says to pages without a composer that something waits. */
export const MARK = "parvis:waiting"

/** Show what came of messages on their way, and what still waits. */
export async function landed(composer, outcomes, isStaying) {
  for (const one of outcomes) if (one.came === "sent") show(composer, one, isStaying)
  const waiting = (await queue.list()).filter((one) => one.account === composer.account)
  composer.waiting = waiting.length
  toggleMark(waiting.length)
  for (const line of composer.querySelectorAll(".waiting-line")) line.remove()
  for (const entry of waiting) showWaiting(composer, entry, outcomes.some((one) => one.came === "ended"))
  if (waiting.length) await askToBeTold(composer)
  else composer.told = null
}

// The browser says when there is a connection (sw.js). It is asked once, and again by a page that is left: where
// only the server is gone it answers at once, and who asked each time would never stop sending.
async function askToBeTold(composer) {
  const hasAsked = Boolean(composer.told)
  composer.told ??= await navigator.serviceWorker?.getRegistration()
  if (!hasAsked) await composer.told?.sync?.register("parvis-queue").catch(() => {})
}

// Pages without a composer look here whether anything waits.
function toggleMark(isWaiting) {
  try {
    if (isWaiting) localStorage.setItem(MARK, "1")
    else localStorage.removeItem(MARK)
  } catch {
    // nothing is kept here
  }
}

function showWaiting(composer, entry, hasEnded) {
  const line = composer.part("waiting")
  const values = new Map(entry.fields)
  line.querySelector("[data-words]").textContent = values.get("spoiler_text") || values.get("text")
  line.querySelector("[data-why]").hidden = !hasEnded
  line.querySelector("[data-now]").addEventListener("click", () => composer.flush())
  line.querySelector("[data-back]").addEventListener("click", async () => {
    await queue.remove(entry.key)
    line.remove()
    if (!composer.isBlank) await composer.keep()
    composer.open()
    composer.fill({ key: entry.key, pairs: entry.fields })
    composer.changed()
  })
  composer.prepend(line)
}

function show(composer, { html, url, fields }, isStaying) {
  const [card] = elements(html)
  const old = document.getElementById(card.id)
  // From the composer's own page one goes on to the message's.
  if (composer.dataset.place === "page" && !isStaying) return void setTimeout(() => location.assign(url))
  if (old) old.replaceWith(card)
  else if (composer.dataset.place === "home") {
    document.querySelector("main .empty")?.remove()
    document.querySelector(".feed")?.prepend(card)
  }
  else if (isAnswerHere(composer, fields)) place(composer, card)
  card.dispatchEvent(new CustomEvent("parvis:shown", { bubbles: true }))
  tell(linked(composer.said.published, url, composer.said.look))
}

// Something else that waited may be sent by a thread's page.
function isAnswerHere(composer, fields) {
  const values = new Map(fields)
  if (composer.dataset.place !== "thread" || values.has("edit")) return false
  return values.has("after") || document.getElementById(`s${values.get("reply")}`) !== null
}

// An answer stands at the end of the thread.
function place(composer, card) {
  const thread = document.querySelector(".thread.after")
  if (thread) return thread.append(card)
  const made = document.createElement("section")
  made.className = "thread after"
  made.append(card)
  composer.after(made)
}

/** A line of text that ends in a link. */
export function linked(text, href, more) {
  const line = document.createElement("p")
  const link = document.createElement("a")
  link.href = href
  link.className = "link"
  link.textContent = more
  line.append(text, " ", link)
  return line
}
