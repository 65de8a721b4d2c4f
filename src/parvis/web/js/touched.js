// The composer is one line until it is touched, and so are its scripts: they come with the first touch, by
// the key n (keys.js), or at once where there is something to take up again.

/** Fetch the composer's scripts when they are needed. */
export function touched(composer) {
  const load = () => import("./composer.js")
  const left = Object.keys(window.localStorage ?? {}).some((name) => /^parvis:(draft|waiting)/.test(name))
  // Who types before the scripts are there answers after the names too.
  composer.addEventListener("focusin", ({ target }) => {
    if (target.tagName !== "TEXTAREA" || target.value !== target.defaultValue) return
    target.setSelectionRange(target.value.length, target.value.length)
  }, { once: true })
  const isAtWork = left || composer.dataset.place === "page" || composer.querySelector(".unfold[open]")
  if (isAtWork) void load()
  else for (const touch of ["focusin", "pointerenter", "dragenter"]) composer.addEventListener(touch, load, { once: true })
}
