// One's own page while it is being written: what is typed and chosen is shown at once.
export function showOwnPage() {
  const card = document.querySelector("[data-own-page]")
  const form = document.querySelector('form[action="/settings/profile"]')
  const shown = (name) => card.querySelector(`[data-shown="${name}"]`)
  const write = (target) => {
    if (target.name === "display_name" || target.name === "note") {
      const place = shown(target.name)
      place.textContent = target.value.trim() || place.dataset.otherwise || ""
    } else if (target.name === "header_focus") {
      shown("header").style.objectPosition = `50% ${(100 - Number(target.value)) / 2}%`
    }
  }
  const choose = (target) => {
    if (target.type !== "file" || !target.files[0]) return
    const image = shown(target.name)
    const address = URL.createObjectURL(target.files[0])
    image.addEventListener("load", () => URL.revokeObjectURL(address), { once: true })
    image.src = address
    if (image.hidden) {
      image.hidden = false
      image.previousElementSibling.remove()
    }
    const removal = form.elements[`remove_${target.name}`]
    if (removal) removal.checked = false
  }
  // What was typed and chosen before this script was there.
  for (const field of form.elements) {
    if (field.value !== field.defaultValue) write(field)
    choose(field)
  }
  form.addEventListener("input", ({ target }) => write(target))
  form.addEventListener("change", ({ target }) => choose(target))
}
