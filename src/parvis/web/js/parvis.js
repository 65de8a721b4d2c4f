// What every page loads. Pages work without it; this makes them quick and live.
import { swapForms } from "./swap.js"
import { tell } from "./tell.js"

swapForms()
// An update of the network takes away the scripts that an open page has not asked for yet.
let isOld = false
addEventListener("unhandledrejection", async ({ reason }) => {
  if (isOld || !/import(ed|ing)/i.test(reason?.message)) return
  const own = await fetch(import.meta.url, { cache: "no-store" }).catch(() => null)
  if (isOld || own?.status !== 404) return
  isOld = true
  const { old, again } = document.getElementById("told").dataset
  tell(old, { undo: () => location.reload(), undoText: again, staysMs: 1e8 })
})

// Browsers that ask for little say so to the server (Save-Data), or here alone.
if (matchMedia("(prefers-reduced-data: reduce)").matches) document.documentElement.dataset.spare = ""
const on = (what) => document.querySelector(what)
// Who lets sites keep nothing gets an error for asking.
const kept = (storage, name) => {
  try {
    return window[storage][name]
  } catch {
    return null
  }
}
// Of a face that is away the name beside it tells enough: its place stays, empty.
const faceless = (image) => {
  if (!image.matches?.("img.face:not([data-shown])")) return
  const place = document.createElement("span")
  place.className = `${image.className} hue-7`
  image.replaceWith(place)
}
document.addEventListener("error", ({ target }) => faceless(target), true)
for (const one of [...document.images]) if (one.complete && !one.naturalWidth && one.currentSrc) faceless(one)
const composer = on("p-composer")
if (composer) void import("./touched.js").then(({ touched }) => touched(composer))
// A message that waited for the network is sent by whatever page comes next.
else if (kept("localStorage", "parvis:waiting")) void import("./queue.js").then(({ flushAlone }) => flushAlone())
// Who logs out leaves no drafts in a browser that others may use: they are on the server.
document.addEventListener("submit", ({ target }) => {
  if (!target.matches('[action="/auth/log-out"]')) return
  for (const name of Object.keys(localStorage)) if (name.startsWith("parvis:draft:")) localStorage.removeItem(name)
})
// Ballots that wait in this browser leave from whatever page is open at their moment.
if (kept("localStorage", "parvis:ballots")) void import("./ballots.js").then(({ tend }) => tend())
if (on("[data-ballot]")) void import("./ballot_paper.js").then(({ paper }) => paper(on("[data-ballot]")))
if (on("[data-retry]")) void import("./offline.js").then(({ retry }) => retry())
if (on("[data-passkey]")) void import("./passkeys.js").then(({ offerPasskeys }) => offerPasskeys())
if (on("[data-own-page]")) void import("./own_page.js").then(({ showOwnPage }) => showOwnPage())
if (on("[data-results]")) void import("./results.js").then(({ results }) => results())
if (on("[data-progress]")) void import("./progress.js").then(({ watch }) => watch())
if (on("[data-checked]")) void import("./proving.js").then(({ proving }) => proving())
void import("./times.js").then(({ keepTimes }) => keepTimes())
addEventListener("load", () => void import("./install.js").then(({ install }) => install()))
if (on("details.menu")) void import("./menus.js").then(({ menus }) => menus())
// Who takes in what the stream brings comes before it.
const takers = [
  on(".status .acts, [data-fresh], .feed ~ .pager") && import("./feed.js").then(({ feed }) => feed()),
  on("[data-room-page]") && import("./rooms.js").then(({ rooms }) => rooms()),
  on("p-call") && import("./call.js").then(({ call }) => call()),
  on("[data-rings]") && import("./ringing.js").then(({ rings }) => rings()),
  on("#notices") && import("./notices.js").then(({ notices }) => notices()),
]
if (on("[data-live]")) void Promise.all([import("./live.js"), ...takers]).then(([{ live }]) => live())
// Keys that are pressed before there is somebody to obey them wait.
const early = []
const wait = (event) => early.push(event)
if (on(".rail .me")) {
  addEventListener("keydown", wait)
  void import("./keys.js").then(({ keys }) => { removeEventListener("keydown", wait); keys(early) })
}
if (on("video, audio") || kept("sessionStorage", "parvis:heard")) void import("./player.js").then(({ player }) => player())
// Under a long thread the message that was asked for is further down than one sees.
if (on("[data-land]") && !location.hash && performance.getEntriesByType("navigation")[0]?.type === "navigate") {
  const { top } = on("[data-land] + .status").getBoundingClientRect()
  if (top > innerHeight / 2) scrollBy({ top: top - innerHeight / 4, behavior: "instant" })
}
// Back is where one came from, at the place one had read to.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-back]") || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (history.length < 2 || !document.referrer.startsWith(`${location.origin}/`)) return
  event.preventDefault()
  history.back()
})
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-full]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  void import("./viewer.js").then(({ view }) => view(link))
})
