// The composer is one line until it is touched, and so are its scripts: they come with the first touch, with
// the key n, or at once where there is something to take up again.

/** Fetch the composer's scripts when they are needed. */
export function touched(composer) {
  const load = () => import("./composer.js")
  const left = Object.keys(window.localStorage ?? {}).some((name) => /^parvis:(draft|waiting)/.test(name))
  const isAtWork = left || composer.dataset.place === "page" || composer.querySelector(".unfold[open]")
  if (isAtWork) void load()
  else for (const touch of ["focusin", "pointerenter", "dragenter"]) composer.addEventListener(touch, load, { once: true })
  document.addEventListener("keydown", (event) => {
    if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (event.target.closest("input, textarea, select, [contenteditable]")) return
    event.preventDefault()
    void load().then(() => composer.open())
  })
}
