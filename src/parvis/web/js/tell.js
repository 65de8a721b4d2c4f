// Short words at the page's foot, read aloud too: what was done, with a way back, or what went wrong.
const STAYS_MS = 6000
const AT_MOST = 5  // times as long, while somebody is at it

/** Show a text or an element of ours; `undo` adds a button, beside which it does not pass so soon. `passed` is
    called when it went and nothing was undone. Gives a function that takes it away. */
export function tell(said, { isBad = false, undo = null, undoText = "", staysMs = STAYS_MS, passed = null } = {}) {
  const place = document.getElementById("told")
  const line = said instanceof Element ? said : document.createElement("p")
  if (!(said instanceof Element)) line.textContent = said
  line.classList.toggle("refused", isBad || line.classList.contains("refused"))
  const wasAt = document.activeElement
  const end = () => {
    if (line.contains(document.activeElement)) besides(wasAt)?.focus({ preventScroll: true })
    line.remove()
  }
  place.replaceChildren(line)
  if (undo) {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "link"
    button.textContent = undoText
    button.addEventListener("click", () => { clearTimeout(timer); end(); undo() })
    line.append(" ", button)
    // What had the keyboard went: it is at the way back, and after that at what stood beside.
    if (wasAt && !wasAt.checkVisibility()) button.focus({ preventScroll: true })
  }
  const last = Date.now() + AT_MOST * staysMs
  const pass = () => {
    // WCAG 2.2.1: not taken away from under a hand.
    if (undo && Date.now() < last && line.matches(":hover, :focus-within")) timer = setTimeout(pass, 1000)
    else {
      end()
      passed?.()
    }
  }
  let timer = setTimeout(pass, staysMs)
  return end
}

function besides(element) {
  let card = element?.closest(".status")
  while (card && !card.checkVisibility()) card = card.nextElementSibling
  return card ?? document.querySelector("main .status, main a")
}
