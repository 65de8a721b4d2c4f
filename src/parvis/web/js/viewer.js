// Pictures in full, over the page: arrows, a description, and the whole size at a click.
const { dataset: words } = document.getElementById("words")

export function view(link) {
  const links = [...link.closest(".media").querySelectorAll("a[data-full]")]
  const dialog = made("dialog", "viewer")
  dialog.setAttribute("aria-label", words.picture)
  // It has the keyboard: arrows move a whole picture, and a button's space stays the button's.
  const stage = made("div", "stage")
  stage.tabIndex = 0
  stage.autofocus = true
  stage.dir = "ltr"
  const picture = made("img")
  const said = made("p", "said")
  const close = button("close", words.close, () => dialog.close())
  const back = button("back", words.previous, () => show(at - 1))
  const on = button("on", words.next, () => show(at + 1))
  let at = links.indexOf(link)

  function show(wanted) {
    at = (wanted + links.length) % links.length
    const one = links[at]
    const small = one.querySelector("img")
    toggle(false)
    picture.src = one.href
    picture.alt = small.alt
    said.textContent = small.alt
    said.hidden = !small.alt
  }

  // What was pointed at stays in sight.
  function toggle(isWhole, x = 0.5, y = 0.5) {
    picture.classList.toggle("whole", isWhole)
    stage.classList.toggle("moves", isWhole)
    stage.scrollTo(picture.offsetWidth * x - stage.clientWidth / 2, picture.offsetHeight * y - stage.clientHeight / 2)
  }

  stage.append(picture)
  const isWhole = () => picture.matches(".whole")
  picture.addEventListener("click", ({ offsetX, offsetY }) => {
    toggle(!isWhole(), offsetX / picture.offsetWidth, offsetY / picture.offsetHeight)
  })
  stage.addEventListener("click", ({ target }) => { if (target === stage) dialog.close() })
  dialog.append(close, stage, said)
  if (links.length > 1) dialog.append(back, on)
  dialog.addEventListener("keydown", (event) => {
    const { key, target } = event
    if (isWhole() && key.startsWith("Arrow") && stage.scrollWidth > stage.clientWidth) return stage.focus()
    const isForward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight"
    if (key === isForward) show(at + 1)
    else if (key === "ArrowLeft" || key === "ArrowRight") show(at - 1)
    else if (key === "+" || (key === " " && target === stage)) {
      event.preventDefault()
      toggle(!isWhole())
    }
  })
  let startX
  stage.addEventListener("pointerdown", (event) => { startX = event.isPrimary ? event.clientX : undefined })
  stage.addEventListener("pointerup", ({ clientX }) => {
    const moved = clientX - (startX ?? clientX)
    if (links.length > 1 && !isWhole() && Math.abs(moved) > 60) show(at + (moved < 0 === (document.dir !== "rtl") ? 1 : -1))
  })
  // The browser's way back closes it, as phones expect, and its own way out leaves nothing to go back over.
  const left = () => dialog.close()
  history.pushState({ ...history.state, viewed: true }, "")
  addEventListener("popstate", left)
  dialog.addEventListener("close", () => {
    removeEventListener("popstate", left)
    if (history.state?.viewed) history.back()
    dialog.remove()
    link.focus({ preventScroll: true })
  })
  document.body.append(dialog)
  show(at)
  dialog.showModal()
}

function made(tag, kind = "") {
  const one = document.createElement(tag)
  one.className = kind
  return one
}

function button(icon, label, act) {
  const one = made("button", `act ${icon}`)
  one.type = "button"
  one.setAttribute("aria-label", label)
  const drawing = document.querySelector(`#words [data-icon=${icon}] svg`)?.cloneNode(true)
  if (drawing) one.append(drawing)
  one.addEventListener("click", act)
  return one
}
