// Pictures of a message: sent as soon as they are chosen, dropped or pasted; described, focused, put in order.
import { elements } from "./safe.js"
import { tell } from "./tell.js"

const LOOK_MS = 1000
const AGAIN_MS = 60_000
const STILL_MS = 90_000
const STEPS = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }
const MOST = 4

/** `changed` is called after each change, `full` said when there are too many. */
export function pictures(composer, { changed, full }) {
  const shots = composer.querySelector("[data-shots]")
  const sending = new Set()

  function settle() {
    shots.hidden = !shots.children.length
    order()
    changed()
  }

  function order() {
    // The first cannot go further up.
    for (const up of shots.querySelectorAll("[data-earlier]")) {
      up.disabled = up.closest("li") === shots.firstElementChild
      up.style.visibility = up.disabled ? "hidden" : ""
    }
  }

  function add(files, said = []) {
    for (const [place, file] of files.entries()) {
      if (shots.children.length >= MOST) return void tell(full, { isBad: true })
      const done = upload(file, said[place]).finally(() => sending.delete(done))
      sending.add(done)
    }
  }

  async function upload(file, said) {
    const line = document.createElement("li")
    line.className = "shot"
    const bar = line.appendChild(document.createElement("progress"))
    bar.setAttribute("aria-label", file.name)
    bar.max = 1
    shots.append(line)
    shots.hidden = false
    try {
      const [made] = elements(await sent(file, composer, bar))
      line.replaceWith(made)
      if (said) made.querySelector("textarea").value = said
      adopt(made)
      // Not out of the hands of somebody who goes on writing.
      if (!document.activeElement?.matches("textarea, input")) made.querySelector("textarea").focus({ preventScroll: true })
    } catch (refused) {
      line.remove()
      if (refused.shown) tell(refused.shown, { isBad: true })
      else tell(document.documentElement.dataset.offline, { isBad: true, undo: () => add([file], [said]), undoText: composer.said.again, staysMs: AGAIN_MS })
    }
    settle()
  }

  /** Give a picture's line what scripts can do. */
  function adopt(line) {
    for (const plain of line.querySelectorAll("[data-plain]")) plain.remove()
    for (const hidden of line.querySelectorAll("button[hidden]")) hidden.hidden = false
    line.querySelector("[data-remove]").addEventListener("click", () => {
      line.remove()
      settle()
      composer.querySelector("textarea").focus()
    })
    line.querySelector("[data-earlier]").addEventListener("click", (event) => {
      const up = event.currentTarget
      line.previousElementSibling?.before(line)
      settle()
      ;(up.disabled ? line.querySelector("textarea") : up).focus()
    })
    focal(line, settle)
    if (line.dataset.state === "waiting") setTimeout(look, LOOK_MS, line)
  }

  async function look(line) {
    if (!line.isConnected) return
    const [made] = await shown(line.dataset.id).catch(() => [])
    if (!made || made.dataset.state === "waiting") return void setTimeout(look, LOOK_MS, line)
    made.querySelector("textarea").value = line.querySelector("textarea").value
    made.querySelector("[data-focus]").value = line.querySelector("[data-focus]").value
    const held = line.contains(document.activeElement)
    const caret = line.querySelector("textarea").selectionStart
    line.replaceWith(made)
    adopt(made)
    order()
    if (held) {
      made.querySelector("textarea").focus({ preventScroll: true })
      made.querySelector("textarea").setSelectionRange(caret, caret)
    }
  }

  for (const line of shots.children) adopt(line)
  if (shots.children.length) settle()
  return {
    add,
    /** Until everything chosen is on the server. */
    settled: () => Promise.allSettled(sending),
    clear() {
      shots.replaceChildren()
      settle()
    },
    /** Show pictures that are on the server already. */
    async restore(ids, values) {
      shots.replaceChildren()
      for (const id of ids) {
        const [made] = await shown(id).catch(() => [])
        if (!made) continue
        made.querySelector("textarea").value = values.get(`alt[${id}]`) ?? ""
        made.querySelector("[data-focus]").value = values.get(`focus[${id}]`) ?? ""
        shots.append(made)
        adopt(made)
      }
      settle()
    },
    undescribed: () => [...shots.querySelectorAll("textarea")].find((area) => !area.value.trim()),
  }
}

async function shown(id) {
  const answer = await fetch(`/publish/media/${id}`, { headers: { "X-Fragment": "1" } })
  return answer.ok && !answer.redirected ? elements(await answer.text()) : []
}

// fetch tells nothing while it sends. A line that went dead says nothing either: it is given up.
function sent(file, composer, bar) {
  const over = new AbortController()
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const body = new FormData()
    let still
    const goesOn = () => {
      clearTimeout(still)
      still = setTimeout(() => request.abort(), STILL_MS)
    }
    body.append("token", composer.querySelector("[name=token]").value)
    body.append("file", file)
    request.open("POST", "/publish/media")
    request.setRequestHeader("X-Fragment", "1")
    request.upload.onprogress = (event) => {
      goesOn()
      bar.value = event.loaded / event.total
    }
    request.onerror = request.onabort = () => reject(new Error("offline"))
    request.onload = () => {
      if (request.status === 200) return resolve(request.responseText)
      const shown = elements(request.responseText)[0]
      reject(Object.assign(new Error("refused"), { shown }))
    }
    request.onloadend = () => {
      clearTimeout(still)
      over.abort()
    }
    addEventListener("offline", () => request.abort(), { signal: over.signal })
    goesOn()
    request.send(body)
  })
}

// The point that stays in sight when a picture is cut: x and y from -1 to 1, y upwards.
function focal(line, changed) {
  const old = line.querySelector("[data-thumb]")
  if (!old.querySelector("img")) return
  const field = line.querySelector("[data-focus]")
  const button = document.createElement("button")
  button.type = "button"
  button.className = "thumb"
  button.title = old.dataset.label
  button.setAttribute("aria-label", old.dataset.label)
  button.append(...old.childNodes, document.createElement("i"))
  old.replaceWith(button)
  const show = () => {
    const [x, y] = field.value ? field.value.split(",").map(Number) : [0, 0]
    button.lastChild.style.left = `${(x + 1) * 50}%`
    button.lastChild.style.top = `${(1 - y) * 50}%`
    return [x, y]
  }
  const set = (...point) => {
    field.value = point.map((at) => Math.max(-1, Math.min(1, at)).toFixed(2)).join(",")
    show()
    changed()
  }
  show()
  button.addEventListener("click", (event) => {
    if (!event.detail) return
    const box = button.getBoundingClientRect()
    set(((event.clientX - box.left) / box.width) * 2 - 1, 1 - ((event.clientY - box.top) / box.height) * 2)
  })
  button.addEventListener("keydown", (event) => {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    const [x, y] = show()
    set(x + step[0], y + step[1])
  })
}
