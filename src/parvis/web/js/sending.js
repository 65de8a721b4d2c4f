// Sending what is written: reminded of what is missing, queued, and back in the composer when refused.
import * as queue from "./queue.js"
import { elements } from "./safe.js"
import { tell } from "./tell.js"

/** Whether the message can go; says what is missing. */
export async function isReady(composer) {
  const shots = await composer.shots
  await shots?.settled()
  const area = shots?.undescribed()
  if (!area || composer.reminded) {
    composer.form.querySelector("[data-anyway]")?.closest(".note").remove()
    return true
  }
  if (!composer.form.querySelector("[data-anyway]")) remind(composer, area)
  return false
}

function remind(composer, area) {
  const note = composer.note(composer.part("undescribed"))
  note.querySelector("[data-describe]").addEventListener("click", () => {
    note.remove()
    area.focus()
  })
  note.querySelector("[data-anyway]").addEventListener("click", () => {
    note.remove()
    composer.reminded = true
    void composer.send()
  })
  note.querySelector("[data-describe]").focus()
}

/** Send the message, or the whole thread. */
export async function send(composer) {
  const { form, area } = composer
  if (composer.busy) return
  if (!composer.isEdit && composer.isBlank && !area.value.trim()) return area.focus()
  if (!(await isReady(composer)) || composer.busy) return
  composer.busy = true
  form.setAttribute("aria-busy", "true")
  clearTimeout(composer.timer)
  composer.say(composer.said.sending)
  const { account } = composer
  const parts = [...composer.before, composer.message()]
  try {
    let isKept = true
    for (const [place, { key, pairs }] of parts.entries()) {
      const after = pairs.find(([name]) => name === "after")?.[1]
      const fields = [["key", key], ...pairs]
      isKept = (await queue.add({ key, after, fields, account, at: Date.now() + place })) && isKept
    }
    await composer.keeping?.catch(() => {})
    const outcomes = await queue.flush({ account, token: form.elements.token.value })
    await answered(composer, parts, outcomes, isKept)
  } finally {
    composer.busy = false
    form.removeAttribute("aria-busy")
  }
}

async function answered(composer, parts, outcomes, isKept) {
  const came = new Map(outcomes.map((one) => [one.key, one]))
  const refused = parts.find(({ key }) => came.get(key)?.came === "refused")
  composer.say("")
  composer.clearNotes()
  if (refused) {
    // What was refused and what follows it stay in the composer; what came before is published.
    const left = parts.slice(parts.indexOf(refused))
    for (const { key } of left) await queue.remove(key)
    composer.before = left.slice(0, -1)
    refuse(composer, came.get(refused.key).html)
    composer.store()
  } else if (isKept || came.get(composer.key)?.came === "sent") {
    for (const { key } of parts) composer.drafts.drop(key)
    composer.clear()
  } else {
    for (const { key } of parts) await queue.remove(key)
    tell(document.documentElement.dataset.offline, { isBad: true })
  }
  await composer.landed(outcomes, Boolean(refused))
}

function refuse(composer, html) {
  const { form, area } = composer
  const note = composer.note(elements(html)[0])
  const field = note.querySelector("[data-for]")?.dataset.for
  const named = form.elements[field] ?? area
  if (!field) {
    // Published already under this key: what is written now is another message.
    form.elements.key.value = note.dataset.key
    composer.version = 0
  }
  ;(named.focus ? named : area).focus()
}
