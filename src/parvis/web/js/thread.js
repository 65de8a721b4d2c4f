// A thread being written: the messages that stand before the one in the composer.
import { isReady } from "./sending.js"

/** One more message after this one. */
export async function another(composer) {
  const { area } = composer
  if (composer.isBlank || composer.measure() < 0) return area.focus()
  if (!(await isReady(composer))) return
  clearTimeout(composer.timer)
  await composer.keep()
  const before = [...composer.before, composer.message()]
  const kept = composer.blank.filter(([name]) => !["text", "spoiler_text"].includes(name))
  const same = composer.pairs().filter(([name]) => ["visibility", "language", "spoiler_text"].includes(name))
  // Each is a draft of its own on the server; that they belong together, this browser knows.
  composer.renew()
  composer.fill({ pairs: [...kept, ["text", ""], ...same], before })
  composer.reminded = false
  composer.changed()
  area.focus()
}

/** Their list above the form, each with a way back to it. */
export function showParts(composer) {
  composer.querySelector(".parts")?.remove()
  if (!composer.before.length) return
  const list = document.createElement("ol")
  list.className = "parts whole"
  composer.before.forEach(({ pairs }, place) => {
    const line = composer.part("before")
    line.querySelector("[data-words]").textContent = new Map(pairs).get("text")
    line.querySelector("[data-back]").addEventListener("click", () => change(composer, place))
    list.append(line)
  })
  composer.form.prepend(list)
}

// Change one of them again: it and the one being written change places.
function change(composer, place) {
  const { area, before } = composer
  const chosen = before[place]
  const now = composer.message()
  const words = now.pairs.filter(([name]) => name !== "after")
  const isLast = place === before.length - 1 && !area.value.trim()
  if (isLast) before.pop()
  else before[place] = { key: chosen.key, pairs: [...words, ...chosen.pairs.filter(([name]) => name === "after")] }
  composer.fill({ key: isLast ? chosen.key : now.key, pairs: chosen.pairs, before })
  composer.changed()
  area.focus()
}
