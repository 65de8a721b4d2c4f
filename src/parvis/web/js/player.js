// Films and sounds: one is heard at a time, and it goes on in a corner when its card is out of sight or
// another page is opened. Pictures that move play when the reader wants that.
import { tell } from "./tell.js"

const KEPT = "parvis:heard"
const FRESH_MS = 120_000
// Who looks after these by themselves: pictures that move, and the rooms' player.
const OWN = ".gif, p-listen audio, p-room audio, p-call audio"
const { dataset: words } = document.getElementById("words")
const isMoving = document.documentElement.dataset.autoplay && !("spare" in document.documentElement.dataset) && !matchMedia("(prefers-reduced-motion: reduce)").matches
let heard = null
let corner = null

export function player() {
  document.addEventListener("play", ({ target }) => { if (!target.matches(OWN)) hear(target) }, true)
  document.addEventListener("error", ({ target }) => { if (target.matches?.("video, audio")) gone(target) }, true)
  addEventListener("pagehide", keep)
  // A page that the browser kept as it was: what went on meanwhile on another goes on here, or ended there.
  addEventListener("pageshow", ({ persisted }) => { if (persisted) resume() })
  resume()
  // Started before these scripts were there.
  const playing = [...document.querySelectorAll("video, audio")].find((one) => !one.paused && !one.matches(OWN))
  if (playing) hear(playing)
  if (!isMoving) return
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) void target.play().catch(() => {})
      else target.pause()
    }
  }, { threshold: 0.5 })
  const watch = () => { for (const one of document.querySelectorAll(".gif")) seen.observe(one) }
  watch()
  document.addEventListener("parvis:older", watch)
}

// What is away, or is no film that this browser knows, is said in its place.
function gone(media) {
  if (media === heard) {
    hide()
    heard = null
  }
  if (!media.isConnected) return void tell(words.gone, { isBad: true })
  const said = document.createElement("p")
  said.className = "pending"
  said.textContent = words.gone
  media.replaceWith(said)
}

const inSight = new IntersectionObserver(([{ isIntersecting, target }]) => {
  if (isIntersecting) hide()
  else if (!target.paused) show(target)
})

function hear(media) {
  if (heard === media) return
  heard?.pause()
  inSight.disconnect()
  hide()
  heard = media
  if (media.isConnected) inSight.observe(media)
}

function source(media) {
  const card = media.closest(".status")
  return media.heardOf ?? {
    title: [card?.querySelector(".author b")?.textContent, media.getAttribute("aria-label")].filter(Boolean).join(" · "),
    href: card?.querySelector("[data-open]")?.href ?? location.href,
  }
}

function show(media) {
  if (corner) return
  const { title, href } = source(media)
  corner = document.createElement("aside")
  corner.className = "heard card"
  corner.setAttribute("aria-label", words.playing)
  const link = document.createElement("a")
  link.href = href
  link.textContent = title
  const toggle = button("pause", words.pause, () => (media.paused ? media.play() : media.pause()))
  const draw = () => dress(toggle, media.paused ? "play" : "pause", media.paused ? words.play : words.pause)
  media.addEventListener("play", draw)
  media.addEventListener("pause", draw)
  media.addEventListener("ended", hide, { once: true })
  corner.append(toggle, link, button("close", words.close, () => { media.pause(); hide(); heard = null }))
  draw()
  document.body.append(corner)
}

function hide() {
  corner?.remove()
  corner = null
}

function keep() {
  if (!heard || heard.paused || heard.ended) return void put(null)
  const { title, href } = source(heard)
  const kept = { src: heard.currentSrc, at: heard.currentTime, title, href, when: Date.now() }
  put(kept)
}

// Where sites may keep nothing, what is heard ends with its page.
function put(kept) {
  try {
    if (kept) sessionStorage.setItem(KEPT, JSON.stringify(kept))
    else sessionStorage.removeItem(KEPT)
  } catch {
    // as above
  }
}

function taken() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT))
  } catch {
    return null
  }
}

function resume() {
  const kept = taken()
  put(null)
  if (!kept || Date.now() - kept.when > FRESH_MS) return void heard?.pause()
  if (heard?.currentSrc === kept.src) {
    heard.currentTime = kept.at
    return void heard.play().catch(() => {})
  }
  const media = new Audio(kept.src)
  media.heardOf = kept
  media.currentTime = kept.at
  media.addEventListener("error", () => gone(media))
  heard = media
  // A browser may want a click first: then it waits in its corner.
  media.play().catch(() => {}).finally(() => show(media))
}

function button(icon, label, act) {
  const one = document.createElement("button")
  one.type = "button"
  one.className = "act"
  one.addEventListener("click", act)
  dress(one, icon, label)
  return one
}

function dress(one, icon, label) {
  one.setAttribute("aria-label", label)
  const drawing = document.querySelector(`#words [data-icon=${icon}] svg`)
  if (drawing) one.replaceChildren(drawing.cloneNode(true))
}
