// A poll's result while it is looked at: what a correlation would mean as the slider moves, and the count going on.
import { replace } from "./swap.js"

const COUNT_MS = 15_000
const PAUSE_MS = 120

async function fragment(query) {
  const answer = await fetch(`${location.pathname}?${query}`, { headers: { "X-Fragment": "1" } })
  return answer.ok ? answer.text() : null
}

export function results() {
  const form = document.querySelector("[data-supposing]")
  let waiting
  let asked = 0
  form?.addEventListener("input", () => {
    clearTimeout(waiting)
    waiting = setTimeout(async () => {
      const mine = ++asked
      const query = new URLSearchParams([...new FormData(form), ["part", "supposed"]])
      const html = await fragment(query).catch(() => null)
      // The last move counts, whichever answer comes last.
      if (html !== null && mine === asked) replace(document.querySelector("#supposed"), html)
    }, PAUSE_MS)
  })
  if (!document.querySelector("[data-counted]") || navigator.connection?.saveData) return
  setInterval(async () => {
    const old = document.querySelector("[data-counted]")
    if (document.hidden || !old) return
    const html = await fragment("part=counted").catch(() => null)
    if (html !== null) replace(old, html)
  }, COUNT_MS)
}
