// A recording with its chapters and its text: a line of either leads to its place, and the one that is heard is
// marked.
export function replay() {
  for (const place of document.querySelectorAll("[data-replay]:not([data-ready])")) follow(place)
}

function follow(place) {
  place.dataset.ready = ""
  const audio = place.querySelector("audio")
  const lists = [...place.querySelectorAll("ol")].map((list) => [list, [...list.querySelectorAll("[data-at]")]])
  place.addEventListener("click", (event) => {
    const line = event.target.closest("[data-at]")
    if (!line || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    audio.currentTime = Number(line.dataset.at)
    void audio.play().catch(() => {})
    mark()
  })
  audio.addEventListener("timeupdate", mark)

  function mark() {
    for (const [list, lines] of lists) {
      // A little late: the browser may go to a place just before the one that was asked for.
      const now = lines.findLast((one) => Number(one.dataset.at) <= audio.currentTime + 0.05)
      if (now?.hasAttribute("aria-current")) continue
      list.querySelector("[aria-current]")?.removeAttribute("aria-current")
      now?.setAttribute("aria-current", "true")
      // The list alone is scrolled, and not while somebody reads in it.
      if (now && !list.matches(":hover, :focus-within")) list.scrollTop += now.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 3
    }
  }
}
