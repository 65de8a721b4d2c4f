// Passkeys: the only thing of the pages that needs a script, since browsers give them to nothing else.
//
// <form data-passkey="get" or "create" data-question="/…">: shown when the browser knows passkeys; the
// question is fetched, put to the browser, and its answer sent as the form's field "answer".
import { elements } from "./safe.js"
import { tell } from "./tell.js"

// Before the network forgets its question (ten minutes).
const GOOD_FOR_MS = 540_000
let offered = null
let isAsked = false

export function offerPasskeys() {
  if (!window.PublicKeyCredential) return
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      if (form.getAttribute("aria-busy") !== "true") void ask(form)
    })
    if (form.dataset.offers) void offer(form)
  }
}

// The browser shows passkeys among the names it fills in; nothing happens unless one is chosen.
async function offer(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.()) || isAsked) return
  offered = new AbortController()
  const { signal } = offered
  setTimeout(() => { if (!signal.aborted) { offered.abort(); void offer(form) } }, GOOD_FOR_MS)
  try {
    const question = await fetchQuestion(form, { signal })
    if (question && !signal.aborted) await answer(form, question, { mediation: "conditional", signal })
  } catch {
    // Nobody asked for it: nobody is told.
  }
}

async function ask(form) {
  form.setAttribute("aria-busy", "true")
  // The network keeps one question for a browser: the one asked last.
  isAsked = true
  offered?.abort()
  try {
    const question = await fetchQuestion(form, { isTold: true })
    if (question) await answer(form, question, {})
  } catch (wrong) {
    const { passkeyEnded, passkeyKnown } = form.dataset
    tell(wrong.name === "InvalidStateError" ? passkeyKnown : passkeyEnded, { isBad: true })
  } finally {
    form.removeAttribute("aria-busy")
  }
}

async function fetchQuestion(form, { signal, isTold = false }) {
  const got = await fetch(form.dataset.question, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { "X-Fragment": "1" },
    signal,
  })
  if (got.ok) return got.json()
  if (isTold) tell(elements(await got.text())[0], { isBad: true })
  return null
}

async function answer(form, asked, how) {
  const publicKey = read(asked)
  const made = form.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey, ...how })
  form.elements.answer.value = JSON.stringify(written(made))
  form.submit()
}

function read(asked) {
  const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }))
  return {
    ...asked,
    challenge: bytes(asked.challenge),
    ...(asked.user && { user: { ...asked.user, id: bytes(asked.user.id) } }),
    excludeCredentials: known(asked.excludeCredentials),
    allowCredentials: known(asked.allowCredentials),
  }
}

function written({ id, rawId, type, response }) {
  const parts = { transports: response.getTransports?.() ?? [] }
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = text(response[name])
  }
  return { id, rawId: text(rawId), type, clientExtensionResults: {}, response: parts }
}

function bytes(words) {
  return Uint8Array.from(atob(words.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0))
}

function text(buffer) {
  const whole = btoa(String.fromCharCode(...new Uint8Array(buffer)))
  return whole.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
}
