// Forms that change a part of the page: sent in the background, the answer put in its place.
//
// <form data-swap="#s42"> (or "closest article"): the element to replace by the fragment that answers.
// Without data-swap a form is sent as browsers do. An answer that redirects is followed as a page.
import { elements } from "./safe.js"
import { tell } from "./tell.js"

const KEPT_ALIVE_MOST = 30_000  // of 64 KiB for all that is under way (Fetch §4.6)

export function swapForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target
    const wanted = event.submitter?.dataset.swap ?? form.dataset.swap
    if (wanted === undefined || event.defaultPrevented) return
    event.preventDefault()
    // A double click is one click.
    if (form.getAttribute("aria-busy") === "true") return
    void send(form, event.submitter, wanted)
  })
}

async function send(form, button, wanted) {
  form.setAttribute("aria-busy", "true")
  const target = find(form, wanted)
  const wasAt = button && button === document.activeElement ? { name: button.name, act: button.dataset.act } : null
  try {
    const answer = await post(form, button)
    if (answer.redirected) return void location.assign(answer.url)
    const html = await answer.text()
    if (!answer.ok) return tell(elements(html)[0])
    const beside = target?.nextElementSibling ?? target?.previousElementSibling
    const made = replace(target, html)
    if (wasAt && made) focusAgain(made, wasAt)
    // What went takes the keyboard to its neighbour, not to the page's top.
    else if (wasAt) beside?.querySelector("a:not([tabindex='-1']), button")?.focus({ preventScroll: true })
  } catch {
    tell(document.documentElement.dataset.offline, { isBad: true })
  } finally {
    form.removeAttribute("aria-busy")
  }
}

/** Send a form as its button would, asking for a fragment. */
export function post(form, button) {
  const fields = new FormData(form, button ?? undefined)
  const body = form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields)
  // Who leaves the page at once has still said it; browsers take no more than this to the end.
  const keepalive = body !== fields && body.toString().length < KEPT_ALIVE_MOST
  return fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "1" }, keepalive })
}

/** Put a fragment in an element's place; gives the first new element, or null when it just goes. */
export function replace(target, html) {
  const made = elements(html)
  if (target) target.replaceWith(...made)
  made[0]?.dispatchEvent(new CustomEvent("parvis:shown", { bubbles: true }))
  return made[0] ?? null
}

function find(form, wanted) {
  return wanted.startsWith("closest ") ? form.closest(wanted.slice(8)) : document.querySelector(wanted)
}

// A favourite's button comes back as another element: the keyboard stays where it was.
function focusAgain(made, { name, act }) {
  const buttons = [...made.querySelectorAll("button")]
  const again = buttons.find((one) => (act ? one.dataset.act === act : one.name === name))
  // Where no button came back, what was done has the keyboard, and is read aloud.
  if (!again && made.tabIndex < 0) made.tabIndex = -1
  ;(again ?? made).focus({ preventScroll: true })
}
