// Somebody calls: what every page shows of it is put in place when the stream says so, and a soft tone is heard.
import { elements } from "./safe.js"

const [EVERY_MS, TONE_S] = [3_000, 0.35]
let sounding, context, isLooking, again

export function rings(id) {
  if (id) {
    document.dispatchEvent(new CustomEvent("parvis:call", { detail: { id } }))
    if (!document.querySelector(`[data-call-page="${id}"]`)) void look()
    else if (!document.querySelector("p-call")) void stands(id)
  } else ring()
}

// The page of a call that is not in this browser.
async function stands(id) {
  const answer = await fetch(`/calls/${id}/now`, { headers: { "X-Fragment": "1" } }).catch(() => null)
  if (!answer?.ok) return
  const [made] = elements(await answer.text())
  if (made.dataset.state !== document.getElementById("call-now").dataset.state) location.reload()
}

// One after the other: of two answers that overtake each other the older would stay.
async function look() {
  again = true
  if (isLooking) return
  isLooking = true
  while (again) {
    again = false
    const answer = await fetch("/calls/now", { headers: { "X-Fragment": "1" } }).catch(() => null)
    if (answer?.ok) put(elements(await answer.text())[0])
  }
  isLooking = false
}

function put(made) {
  const old = document.getElementById("calling")
  const now = (one) => one.querySelector("[data-rings]")?.dataset.rings
  if (now(old) === now(made)) return
  old.replaceChildren(...made.childNodes)
  ring()
}

function ring() {
  clearInterval(sounding)
  if (!document.querySelector("[data-rings]")) return
  tone()
  sounding = setInterval(() => (document.querySelector("[data-rings]") ? tone() : clearInterval(sounding)), EVERY_MS)
}

// Browsers let a page be heard once it was touched; before that it only shows who calls.
function tone() {
  if (!navigator.userActivation?.hasBeenActive) return
  context ??= new AudioContext()
  for (const [at, hertz] of [[0, 440], [TONE_S, 554]]) {
    const [start, gain] = [context.currentTime + at, context.createGain()]
    const voice = new OscillatorNode(context, { frequency: hertz })
    gain.gain.setValueAtTime(0.0001, start)
    gain.gain.exponentialRampToValueAtTime(0.15, start + 0.05)
    gain.gain.exponentialRampToValueAtTime(0.0001, start + TONE_S)
    voice.connect(gain).connect(context.destination)
    voice.start(start)
    voice.stop(start + TONE_S)
  }
}
