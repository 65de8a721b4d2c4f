// Names offered while one is typed: people after @, hashtags after #, emoji after a colon.
import { elements } from "./safe.js"

const TYPED = /(?:^|[\s(«“"'])(?:@([\w.-]{1,30}(?:@[\w.:-]*)?)|#([\p{L}\p{N}_]{1,60})|:(\w{2,40}))$/u
const KINDS = ["mention", "tag", "emoji"]
const PAUSE_MS = 150

// The list of names that begin so, as elements.
async function offers(kind, words) {
  const answer = await fetch(`/publish/complete?${new URLSearchParams({ kind, q: words })}`, {
    headers: { "X-Fragment": "1" },
  })
  if (!answer.ok || answer.redirected) return null
  return elements(await answer.text())[0]
}

// Put a name where the caret stands, in place of what was typed of it.
function insert(area, text, typed = 0) {
  area.setRangeText(`${text} `, area.selectionStart - typed, area.selectionEnd, "end")
  area.dispatchEvent(new Event("input", { bubbles: true }))
  area.focus()
}

/** Show or hide all emoji of the network, below a text area. */
export async function pickEmoji(area, button) {
  const old = area.form.querySelector(".picker")
  button.setAttribute("aria-expanded", String(!old))
  if (old) return old.remove()
  const list = await offers("emoji", "").catch(() => null)
  const picker = document.createElement("div")
  picker.className = "picker whole"
  for (const option of list?.children ?? []) {
    const one = document.createElement("button")
    one.type = "button"
    one.className = "tool"
    one.title = option.dataset.text
    one.setAttribute("aria-label", option.dataset.text)
    one.append(option.querySelector("img"))
    one.addEventListener("click", () => insert(area, option.dataset.text))
    picker.append(one)
  }
  area.parentElement.after(picker)
  picker.firstElementChild?.focus()
  picker.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return
    event.stopPropagation()
    button.click()
    button.focus()
  })
}

/** Offer names in a text area; `say` tells a screen reader that there are some. */
export function complete(area, say) {
  let list = null
  let typed = ""
  let timer = 0
  let asked = 0

  function close() {
    asked += 1
    list?.remove()
    list = null
    for (const name of ["aria-controls", "aria-activedescendant"]) area.removeAttribute(name)
  }

  async function look() {
    const found = TYPED.exec(area.value.slice(Math.max(0, area.selectionStart - 100), area.selectionStart))
    close()
    if (!found || area.selectionStart !== area.selectionEnd) return
    const place = found.slice(1).findIndex((part) => part !== undefined)
    typed = found[place + 1]
    const turn = asked
    const made = await offers(KINDS[place], typed).catch(() => null)
    if (turn !== asked || !made?.children.length) return
    list = made
    list.id = "c-offers"
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault()
      const option = event.target.closest("li")
      if (option) take(option)
    })
    area.after(list)
    area.setAttribute("aria-controls", list.id)
    choose(list.firstElementChild)
    say()
  }

  function choose(option) {
    for (const one of list.children) one.setAttribute("aria-selected", one === option)
    area.setAttribute("aria-activedescendant", option.id)
    option.scrollIntoView({ block: "nearest" })
  }

  function take(option) {
    const text = option.dataset.text
    close()
    insert(area, text, typed.length + 1)
    clearTimeout(timer)
  }

  function later() {
    clearTimeout(timer)
    timer = setTimeout(look, PAUSE_MS)
  }

  area.setAttribute("aria-autocomplete", "list")
  area.addEventListener("input", later)
  later()
  area.addEventListener("blur", close)
  area.addEventListener("keydown", (event) => {
    if (!list || event.isComposing) return
    const chosen = list.querySelector('[aria-selected="true"]')
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (steps) {
      const all = [...list.children]
      choose(all.at((all.indexOf(chosen) + steps) % all.length))
    } else if (event.key === "Escape") close()
    else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) take(chosen)
    else return
    event.preventDefault()
    event.stopPropagation()
  })
}
