// The page of a secret ballot: asks for the token, fills in the ballot, and says where it is.
import { blind, finalize, fromBase64, joined, randomBytes, readKey, toBase64, toHex } from "./blind_rsa.js"
import { find, forget, keep, locked, lookSoon, momentFor, send, tend } from "./ballots.js"
import { elements } from "./safe.js"
import { replace } from "./swap.js"
import { tell } from "./tell.js"

const P256 = { name: "ECDSA", namedCurve: "P-256" }
const SIGNING = { name: "ECDSA", hash: "SHA-256" }
const PREFIX_BYTES = 32
const COUNT_MS = 15_000
const TURNS_MOST = 20
const OF_NO_USE = [409, 422]
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
const bytes = (text) => new TextEncoder().encode(text)

export async function paper(place) {
  const { account, poll } = place.dataset
  const id = `${account}/${poll}`
  const form = place.querySelector("form")
  const on = (what) => place.querySelector(what)
  let ballot = null
  try {
    if (!crypto.subtle) throw new Error("no safe connection")
    ballot = await find(id)
  } catch {
    return show(place, "unable")
  }
  const shown = () => show(place, stageOf(place, ballot), ballot)
  document.addEventListener("parvis:ballot", ({ detail }) => {
    if (detail.id !== id) return
    const isFurther = ballot?.stage !== detail.stage
    ballot = detail
    shown()
    if (isFurther) void countAgain()
  })
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    void act(form, async () => {
      const choices = chosen(place, form)
      if (choices) ballot = await fill(place, form, ballot ?? { id, poll }, choices)
    })
  })
  on("[data-now]").addEventListener("click", () => void act(place, () => sendNow(ballot)))
  on("[data-change]").addEventListener("click", () => show(place, "paper", ballot))
  on("[data-forget]").addEventListener("click", async () => {
    await forget(id)
    location.reload()
  })
  shown()
  if (ballot?.stage === "cast") void lookSoon(id)
  if (!navigator.connection?.saveData) setInterval(() => { if (!document.hidden) void countAgain() }, COUNT_MS)
}

// How many tokens and ballots there are goes on while the page is open.
async function countAgain() {
  const answer = await fetch(location.pathname, { headers: { "X-Fragment": "1" } }).catch(() => null)
  if (answer?.ok) replace(document.querySelector("[data-so-far]"), await answer.text())
}

function stageOf(place, ballot) {
  if (ballot?.stage && ballot.stage !== "asking") return ballot.stage
  if ("over" in place.dataset) return "over"
  return "issued" in place.dataset && !ballot ? "elsewhere" : "paper"
}

function show(place, stage, ballot = null) {
  for (const one of place.querySelectorAll("[data-stage]")) one.hidden = one.dataset.stage !== stage
  for (const one of place.querySelectorAll("[data-stage][hidden] details")) one.open = false
  const on = (what) => place.querySelector(what)
  if (stage === "refused") {
    const known = place.querySelector(`[data-why="${CSS.escape(ballot.why)}"]`) ?? on('[data-why="other"]')
    for (const one of place.querySelectorAll("[data-why]")) one.hidden = one !== known
    on("[data-before]").hidden = ballot.turn < 2
  }
  if (ballot?.at) on("[data-when]").textContent = new Date(ballot.at).toLocaleTimeString(document.documentElement.lang, CLOCK)
  on("[data-entry]").textContent = ballot?.entry ?? ""
  on("[data-proof]").textContent = ballot?.proof ?? ""
  on("[data-place]").textContent = ballot?.place ?? ""
  on("[data-promise]").textContent = ballot?.promise ?? ""
  const isSent = ["cast", "counted"].includes(stage)
  on("[data-change]").hidden = !(isSent && "changeable" in place.dataset && ballot?.keys && ballot.turn < TURNS_MOST && !("over" in place.dataset))
  on("[data-forget]").hidden = !(isSent && "over" in place.dataset) && !["refused", "failed"].includes(stage)
  on("[data-more]").hidden = on("[data-change]").hidden && on("[data-forget]").hidden
}

// One thing at a time; what goes wrong is said.
async function act(element, what) {
  if (element.getAttribute("aria-busy") === "true") return
  element.setAttribute("aria-busy", "true")
  try {
    await what()
  } catch (wrong) {
    if (wrong instanceof Element) tell(wrong)
    else if (wrong.name === "QuotaExceededError") tell(element.closest("[data-ballot]").dataset.full, { isBad: true })
    else tell(document.documentElement.dataset.offline, { isBad: true })
  } finally {
    element.removeAttribute("aria-busy")
  }
}

// Places of the options in their order; in a ranked poll in the order of preference. Null: it was said what is wrong.
function chosen(place, form) {
  const found = "ranked" in place.dataset ? ranked(form) : [...form.querySelectorAll('[name="choices[]"]:checked')].map((one) => Number(one.value))
  if (found?.length) return found
  tell(found ? place.dataset.blank : place.dataset.twice, { isBad: true })
  form.querySelector("input:not([type=hidden])").focus()
  return null
}

function ranked(form) {
  const ranks = [...form.querySelectorAll('[name^="rank["]')].filter((one) => one.value)
  if (new Set(ranks.map((one) => Number(one.value))).size < ranks.length) return null
  ranks.sort((one, other) => one.value - other.value)
  return ranks.map((one) => Number(one.name.slice(5, -1)))
}

async function fill(place, form, ballot, choices) {
  const der = fromBase64(place.dataset.key)
  if (!ballot.signature) await ask(place, form, ballot, await readKey(der))
  const turn = (ballot.turn ?? 0) + 1
  const name = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", der)))
  const said = bytes(`parvis secret ballot v1\n${name}\n${turn}\n${JSON.stringify(choices)}`)
  const proof = new Uint8Array(await crypto.subtle.sign(SIGNING, ballot.keys.privateKey, said))
  const { prefix, signature, point } = ballot
  const sent = JSON.stringify({
    ...{ key: toBase64(point), prefix: toBase64(prefix), signature: toBase64(signature) },
    ...{ turn, choices, proof: toBase64(proof) },
  })
  const made = { ...ballot, stage: "waiting", turn, sent, at: momentFor(ballot.ends) }
  await locked(() => keep(made))
  void tend({ isVisit: false })
  return made
}

// What is asked for is kept before it is asked: an answer that is lost is asked for again.
async function ask(place, form, ballot, key) {
  if (!ballot.blinded) {
    const keys = await crypto.subtle.generateKey(P256, false, ["sign", "verify"])
    const point = new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey))
    const prefix = randomBytes(PREFIX_BYTES)
    Object.assign(ballot, { keys, point, prefix, log: place.dataset.log, stage: "asking" })
    Object.assign(ballot, await blind(key, message(ballot)))
    await keep(ballot)
  }
  const fields = new URLSearchParams({ token: form.elements.token.value, blinded: toBase64(ballot.blinded) })
  const answer = await fetch(form.action, { method: "POST", body: fields, headers: { "X-Fragment": "1" } })
  if (!answer.ok) {
    // Another token was given, or none will be: what was asked for is of no use.
    if (OF_NO_USE.includes(answer.status)) await forget(ballot.id)
    throw elements(await answer.text())[0]
  }
  const { signature, now } = await answer.json()
  ballot.ends = byOwnClock(place.dataset.ends, now)
  ballot.signature = await finalize(key, message(ballot), fromBase64(signature), ballot.inverse)
}

// The poll ends by the server's clock; moments are chosen by this browser's, which may be wrong by hours.
function byOwnClock(moment, now) {
  if (!moment) return null
  return Date.parse(moment) + Date.now() - Date.parse(now)
}

function message({ prefix, point }) {
  return joined(prefix, bytes("parvis ballot token v1\n"), point)
}

async function sendNow({ id }) {
  const stage = await locked(async () => {
    const ballot = await find(id)
    if (ballot.stage !== "waiting") return ballot.stage
    await send(ballot)
    await keep(ballot)
    return ballot.stage
  })
  if (stage === "waiting") throw new Error("not sent")
  void tend({ isVisit: false })
}
