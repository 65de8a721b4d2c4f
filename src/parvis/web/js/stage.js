// Who is heard now: the ring around a face grows with the voice, and how many listen.
const LOUD = 12
const count = new Intl.NumberFormat(document.documentElement.lang)

export function stage({ levels = {}, listeners, speakers }) {
  const there = speakers && new Set(speakers.filter((one) => one.connected).map((one) => one.id))
  for (const seat of document.querySelectorAll("[data-seat]")) {
    const level = levels[seat.dataset.seat] ?? 0
    seat.style.setProperty("--level", level / 100)
    seat.classList.toggle("loud", level > LOUD)
    if (there) seat.classList.toggle("there", there.has(seat.dataset.seat))
  }
  const shown = document.querySelector("#room-head [data-count]")
  if (shown && listeners !== undefined) shown.textContent = count.format(listeners)
}
