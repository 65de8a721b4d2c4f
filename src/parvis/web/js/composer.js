// The composer, made quick: a counter, names to choose from, pictures at once, drafts that keep themselves,
// threads, and sends that survive a lost network or an ended session. The form works without any of it.
//
// What few messages need (pictures, names to choose from) is fetched when it is.
import { count } from "./counting.js"
import { asBlank, Drafts } from "./drafts.js"
import { hearFiles } from "./files.js"
import { landed, linked, MARK } from "./landing.js"
import * as queue from "./queue.js"
import { elements } from "./safe.js"
import { send } from "./sending.js"
import { tell } from "./tell.js"
import { another, showParts } from "./thread.js"

const KEEP_MS = 3000
const RETRY_MS = 30_000
const NEAR = 20
const NOT_KEPT = new Set(["token", "key", "version"])

class Composer extends HTMLElement {
  connectedCallback() {
    if (this.form) return
    this.form = this.querySelector("form")
    this.area = this.form.elements.text
    this.account = this.dataset.account
    this.drafts = new Drafts(this.account)
    // A visitor whose session ended: the form alone, as it came.
    if (this.account === "0") return
    this.said = this.querySelector('[data-part="texts"]').content.firstElementChild.dataset
    this.writer = random()
    // A page may be shown a second time, by the browser or from what it keeps for want of a network: only a
    // draft's key is good for more than one showing.
    if (!this.version) this.form.elements.key.value = random()
    this.before = []
    const isTyped = asBlank(this.area, () => { this.blank = this.pairs() })
    this.hear()
    hearFiles(this, async (files, said) => (await this.pictures()).add(files, said))
    if (this.querySelector(".shot")) void this.pictures()
    void this.adopt().then((isTaken) => { if (!isTaken && isTyped) this.changed() })
    this.measure()
    void this.landed([]).then(() => this.flush())
  }

  part(name) {
    return this.querySelector(`template[data-part="${name}"]`).content.firstElementChild.cloneNode(true)
  }

  find(name) {
    return this.querySelector(`[data-${name}]`)
  }

  get key() {
    return this.form.elements.key.value
  }

  get version() {
    return Number(this.form.elements.version.value)
  }

  set version(number) {
    this.form.elements.version.value = number
  }

  get isEdit() {
    return Boolean(this.form.elements.edit)
  }

  say(text) {
    this.find("kept").textContent = text
  }

  // For those who hear the page: what others see at a glance.
  hearsay(text) {
    this.find("heard").textContent = text
  }

  hear() {
    const unfold = this.querySelector(".unfold")
    this.form.addEventListener("input", () => this.changed())
    this.area.addEventListener("input", () => this.offer())
    this.form.addEventListener("submit", (event) => {
      const asksMore = event.submitter?.value === "more"
      if (asksMore && this.dataset.place !== "page") return this.move()
      event.preventDefault()
      if (asksMore) return void import("./polling.js").then(({ more }) => more(this))
      const act = { draft: () => this.shelve(), another: () => another(this) }[event.submitter?.value]
      void (act ?? (() => this.send()))()
    })
    this.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        void this.send()
      } else if (event.key === "Escape" && unfold) {
        unfold.open = false
        unfold.firstElementChild.focus()
      }
    })
    unfold?.addEventListener("toggle", () => unfold.open && this.write())
    if (unfold?.open || document.activeElement === this.area) this.write()
    this.find("discard").addEventListener("click", () => this.discard())
    const emoji = this.find("emoji")
    if (emoji) {
      emoji.hidden = false
      emoji.addEventListener("click", () => this.pickEmoji(emoji))
    }
    window.addEventListener("online", () => this.flush())
    navigator.serviceWorker?.addEventListener("message", ({ data }) => data === "send-queue" && this.flush())
    window.addEventListener("pagehide", () => {
      if (!this.hasLeft) this.store()
      if (this.waiting) void this.told?.sync?.register("parvis-queue").catch(() => {})
    })
    document.addEventListener("submit", ({ target }) => { this.hasLeft ||= target.matches('[action="/auth/log-out"]') })
    setInterval(() => this.waiting && this.flush(), RETRY_MS)
    // Another page sent what waited.
    window.addEventListener("storage", ({ key, newValue }) => {
      if (key === MARK && !newValue && this.waiting) void this.landed([], true)
    })
  }

  // To the page of its own that a poll with many answers has: what is written goes along.
  move() {
    this.drafts.drop(this.key)
    this.hasLeft = true
  }

  pictures() {
    this.shots ??= import("./pictures.js").then(({ pictures }) =>
      pictures(this, { changed: () => this.changed(), full: this.said.full }),
    )
    return this.shots
  }

  // Names are offered once something was typed that may be one.
  async offer() {
    if (this.offers || !/[@#:]/.test(this.area.value)) return
    this.offers = true
    const { complete } = await import("./completing.js")
    complete(this.area, () => this.hearsay(this.said.offered))
  }

  /** Unfold it and write. */
  open() {
    this.unfold()
    this.write()
  }

  unfold() {
    const unfold = this.querySelector(".unfold")
    if (unfold) unfold.open = true
  }

  // After the names of those who are answered, not before.
  write() {
    this.area.focus()
    if (!this.area.selectionEnd) this.area.setSelectionRange(this.area.value.length, this.area.value.length)
  }

  // The messages of a thread that stand before the one being written.
  get before() {
    return this.parts
  }

  set before(messages) {
    this.parts = messages
    showParts(this)
  }

  // What is written, as the form would send it.
  pairs() {
    return [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && !NOT_KEPT.has(name))
  }

  get isBlank() {
    const { text, spoiler_text: warning } = this.form.elements
    const options = [...this.querySelectorAll('[name="option[]"]')]
    const mention = new Map(this.blank).get("text")
    const words = text.value.trim()
    return !((words && words !== mention.trim()) || warning.value !== warning.defaultValue || this.before.length ||
      this.querySelector(".shot") || options.some((option) => option.value.trim()))
  }

  changed() {
    this.measure()
    this.store()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.keep(), KEEP_MS)
  }

  measure() {
    const left = this.dataset.limit - count(this.area.value) - count(this.form.elements.spoiler_text.value)
    const shown = this.find("count")
    shown.textContent = left
    shown.classList.toggle("over", left < 0)
    this.area.toggleAttribute("aria-invalid", left < 0)
    if (left <= NEAR && left % 5 === 0) this.hearsay(`${left} ${this.said.near}`)
    this.find("discard").hidden = this.isBlank
    this.find("keep").hidden = this.isEdit && this.isBlank
    return left
  }

  // --- Drafts: in this browser at each change, on the server every few seconds -------------------------

  get context() {
    const { reply, edit } = this.form.elements
    return `${reply?.value ?? ""}/${edit?.value ?? ""}`
  }

  store() {
    if (this.isBlank) return this.drafts.drop(this.key)
    const { context, version, before } = this
    this.drafts.put(this.key, { context, version, before, pairs: this.pairs() })
  }

  // Whether something was left in this browser. Text that a browser put back by itself is that of a draft.
  async adopt() {
    await this.drafts.hold(this.key)
    const left = this.drafts.list(this.context)
    const own = left.find((one) => one.key === this.key && one.version >= this.version)
    if (own) return this.fill(own)
    if (this.version || this.querySelector(".note")) return false
    for (const one of left) {
      const isIt = this.isBlank || new Map(one.pairs).get("text") === this.area.value
      if (isIt && (await this.drafts.hold(one.key, true))) return this.fill(one)
    }
    return false
  }

  fill({ key, version = 0, pairs, before = [] }) {
    const { elements: fields } = this.form
    const values = new Map(pairs)
    const options = pairs.filter(([name]) => name === "option[]")
    if (key) fields.key.value = key
    this.version = version
    for (const field of this.querySelectorAll('[name]:not([type="hidden"], [type="file"], [name$="]"])')) {
      if (field.type === "checkbox") field.checked = values.has(field.name)
      else if (values.has(field.name)) field.value = values.get(field.name)
    }
    const lines = this.querySelectorAll('[name="option[]"]')
    lines.forEach((line, place) => { line.value = options[place]?.[1] ?? "" })
    if (options.length > lines.length) void import("./polling.js").then(({ restore }) => restore(this, options))
    this.find("warning").open = Boolean(values.get("spoiler_text"))
    this.find("poll").open = options.some(([, text]) => text)
    this.before = before
    const ids = pairs.filter(([name]) => name === "media_ids[]").map(([, id]) => id)
    if (ids.length || this.shots) void this.pictures().then((shots) => shots.restore(ids, values))
    this.measure()
    return true
  }

  async ask(fields, key = this.key) {
    const body = new URLSearchParams([...this.pairs(), ...fields])
    for (const name of NOT_KEPT) body.set(name, this.form.elements[name].value)
    body.set("writer", this.writer)
    body.set("key", key)
    return fetch(this.form.action, { method: "POST", body, headers: { "X-Fragment": "1" } })
  }

  async keep() {
    if (this.busy || this.elsewhere || (this.isBlank && !this.version)) return
    const { key } = this
    try {
      this.keeping = this.ask([["do", "keep"]])
      const answer = await this.keeping
      const html = await answer.text()
      if (key !== this.key || this.busy) return
      if (answer.status === 409) return this.warnElsewhere()
      if (!answer.ok) return this.say(this.said.unkept)
      this.version = elements(html)[0].dataset.version
      this.say(this.version ? this.said.kept : "")
      this.store()
    } catch {
      this.say(this.said.unkept)
    }
  }

  warnElsewhere() {
    this.say("")
    this.elsewhere = this.note(this.part("elsewhere"))
    this.elsewhere.querySelector("[data-copy]").addEventListener("click", () => {
      this.elsewhere.remove()
      this.elsewhere = null
      this.renew()
      this.changed()
    })
  }

  // Another key: what is written now is a message of its own.
  renew() {
    this.drafts.drop(this.key)
    this.form.elements.key.value = random()
    this.version = 0
    void this.drafts.hold(this.key)
  }

  clear() {
    this.renew()
    this.fill({ pairs: this.blank })
    this.say("")
    this.clearNotes()
    const unfold = this.querySelector(".unfold")
    if (unfold) unfold.open = false
  }

  async shelve() {
    await this.keep()
    if (!this.version) return
    this.clear()
    tell(linked(this.said.drafted, "/drafts", this.said.look))
  }

  discard() {
    const left = { pairs: this.pairs(), before: this.before }
    for (const key of [this.key, ...this.before.map((one) => one.key)]) {
      void this.ask([["do", "discard"]], key).catch(() => {})
    }
    this.clear()
    tell(this.said.discarded, {
      undoText: this.said.undo,
      undo: () => {
        this.open()
        this.fill(left)
        this.changed()
      },
    })
  }

  // --- Sending -------------------------------------------------------------------------------------------

  note(element) {
    this.form.prepend(element)
    element.scrollIntoView({ block: "nearest" })
    return element
  }

  clearNotes() {
    for (const note of this.form.querySelectorAll(":scope > .note")) note.remove()
  }

  // What is written, as one of a thread's messages.
  message() {
    const pairs = this.pairs().filter(([name]) => name !== "after")
    if (this.before.length) pairs.push(["after", this.before.at(-1).key])
    return { key: this.key, pairs }
  }

  send() {
    return send(this)
  }

  /** Show what came of messages on their way, and what still waits; `isStaying`: on this page, whatever came. */
  landed(outcomes, isStaying = false) {
    return landed(this, outcomes, isStaying)
  }

  async flush() {
    const waiting = await queue.list()
    if (this.busy || !(waiting.length || this.waiting)) return
    const outcomes = await queue.flush()
    await this.landed(outcomes, !this.isBlank)
  }

  async pickEmoji(button) {
    const { pickEmoji } = await import("./completing.js")
    await pickEmoji(this.area, button)
  }
}

function random() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")
}

customElements.define("p-composer", Composer)
