// Listening to a room: parts of sound are fetched one after the other, the next being held by the server until
// it is made, and played by the browser's own decoder (MSE). The place in the session is seconds since it began.
import { clock, isSparing, live, read } from "./hearing.js"
import { onKey, onPhone } from "./controls.js"
import { stage } from "./stage.js"
import { Transcript } from "./transcript.js"
import { Ways } from "./ways.js"

const Source = window.ManagedMediaSource ?? window.MediaSource
const [LOOK_MS, KEPT_S, AHEAD_S] = [250, 60, 12]
// Behind the newest part: its own length and this, or the sound runs dry while the next is on its way.
const MARGIN_S = 0.25
// Where it ran dry all the same, there is more of it, and less again when it went well for long.
const [MORE_S, MOST_MARGIN_S, WELL_MS] = [0.6, 4, 60_000]
const [FAR_S, MOST_RATE] = [1.5, 0.06]
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [500, 10_000]
const PATIENCE_S = 12
// With another relay to go to: without a word so long after a part was due, this one is gone.
const SILENT_S = 4
const LONGEST_S = 1e6
const LEARNT_MS = 3_000
// A part that takes nearly as long to come as to be heard, again and again: the line is too slow for it.
const [SLOW, SLOW_TIMES] = [0.7, 3]

export function listening() {
  for (const place of document.querySelectorAll("p-listen:not([data-ready])")) new Listening(place)
}

class Refused extends Error {
  constructor(status, why, afterS) {
    super(why)
    Object.assign(this, { status, why, afterS })
  }
}

class Listening {
  constructor(place) {
    place.dataset.ready = ""
    this.place = place
    this.ways = new Ways(place.dataset.edges, place.dataset.listen)
    this.audio = place.querySelector("audio")
    this.of = (name) => place.querySelector(`[data-${name}]`)
    this.texts = this.of("texts").dataset
    this.isOn = false
    this.isAtEdge = true
    if (!Source) return void this.say(this.texts.unable)
    this.of("deck").hidden = false
    this.of("play").addEventListener("click", () => this.toggle())
    this.of("edge").addEventListener("click", () => this.toEdge())
    this.of("seek").addEventListener("change", ({ target }) => this.to(Number(target.value)))
    this.of("mute").addEventListener("click", () => this.mute())
    this.of("low").checked = isSparing()
    this.of("low").closest("label").hidden = false
    this.transcript = new Transcript(this.of("lines"), () => this.ask("state").then(read), `/rooms/${place.dataset.room}/captions.vtt`)
    this.slow = 0
    this.marginS = MARGIN_S
    this.audio.addEventListener("waiting", () => this.ranDry())
    place.addEventListener("keydown", (event) => onKey(this, event))
    // Out of the tunnel: what was asked for before it does not come any more.
    addEventListener("online", () => { this.giving?.abort(); this.wake?.() })
    // Ahead of time: whoever has a ticket is let in first when many come.
    void this.renew()
    setInterval(() => this.isOn && this.look(), LOOK_MS)
  }

  say(text) {
    const line = this.of("said")
    if (line.textContent !== text) line.textContent = text
  }

  async renew() {
    clearTimeout(this.renewing)
    const answer = await fetch(this.place.dataset.ticket, { method: "POST" }).catch(() => null)
    const issued = answer?.ok ? await answer.json() : null
    this.ticket = issued?.ticket ?? this.ticket
    this.renewing = setTimeout(() => this.renew(), issued ? issued.expires_in_s * 600 : 30_000)
    return issued !== null
  }

  toggle() {
    if (!this.isOn) return void this.begin()
    if (this.audio.paused) void this.audio.play()
    else this.audio.pause()
    this.isAtEdge &&= !this.audio.paused
    this.show()
  }

  async begin() {
    this.isOn = true
    this.say(this.texts.joining)
    onPhone(this)
    this.show()
    await this.again()
  }

  // Anew from what is now, or from the place one had gone back to.
  async again(from = null) {
    const turn = (this.turn = {})
    try {
      await this.open(turn, from)
      while (this.turn === turn) await this.next(turn).catch((failed) => this.goOn(turn, failed))
    } catch (failed) {
      if (this.turn === turn) await this.failed(failed, from)
    }
  }

  isOpen() {
    return (this.room?.flags?.lanes ?? "open") === "open"
  }

  // What is held plays on meanwhile: another relay is asked for the same part.
  async goOn(turn, failed) {
    if (this.turn !== turn) return
    if (failed.why === "unable" || !this.ways.elsewhere(failed.status)) throw failed
  }

  async open(turn, from) {
    this.hear(read(await this.ask("state")))
    const { renditions, part_ms: length, newest, first } = this.room
    this.lengthS = length / 1000
    const name = this.wanted()
    const kind = `audio/mp4; codecs="${renditions[name].codecs}"`
    if (!Source.isTypeSupported(kind)) throw new Refused(0, "unable")
    const init = await this.ask(`${name}/init.mp4`)
    if (this.turn !== turn) return
    this.rendition = name
    this.number = from === null ? Math.max(first, newest) : Math.max(first, Math.min(newest, Math.floor(from / this.lengthS)))
    this.edgeAt = null
    this.isAtEdge = from === null
    await this.load(kind)
    await this.put(init)
    this.audio.currentTime = from ?? this.number * this.lengthS
    void this.audio.play().catch(() => { this.say(this.texts.blocked); this.show() })
    this.pauseMs = FIRST_PAUSE_MS
  }

  // Half of the bytes, where asked for and where the browser can.
  wanted() {
    const { opus } = this.room.renditions
    const can = opus && Source.isTypeSupported(`audio/mp4; codecs="${opus.codecs}"`)
    return can && this.of("low").checked ? "opus" : "aac"
  }

  // The next part is of the other rendition; what is held of the old one plays on.
  async change(turn) {
    const name = this.wanted()
    const init = await this.ask(`${name}/init.mp4`)
    if (this.turn !== turn) return
    if (!this.buffer.changeType) return void await this.again(this.isAtEdge ? null : this.audio.currentTime)
    this.buffer.changeType(`audio/mp4; codecs="${this.room.renditions[name].codecs}"`)
    this.rendition = name
    await this.put(init)
  }

  ranDry(more = MORE_S) {
    if (!this.isOn || !this.isAtEdge || !this.edgeAt || this.audio.paused) return
    this.marginS = Math.min(MOST_MARGIN_S, Math.max(MARGIN_S, this.marginS + more))
    this.dryAt = performance.now()
  }

  // How long a part took, from its first byte to its last.
  weigh(tookMs, bytes) {
    const share = tookMs / (this.lengthS * 1000)
    this.slow = share > SLOW ? this.slow + (share > 1 ? 2 : 1) : 0
    if (bytes && this.slow >= SLOW_TIMES && !this.of("low").checked) {
      this.of("low").checked = true
      this.isSlow = this.wanted() === "opus"
    }
  }

  load(kind) {
    const source = new Source()
    // Without this a ManagedMediaSource does not open (WebKit).
    this.audio.disableRemotePlayback = true
    if (this.address) URL.revokeObjectURL(this.address)
    this.audio.src = this.address = URL.createObjectURL(source)
    return new Promise((resolve) => source.addEventListener("sourceopen", () => {
      source.duration = Infinity
      // Else there is nowhere to go before something is held.
      source.setLiveSeekableRange(0, LONGEST_S)
      this.buffer = source.addSourceBuffer(kind)
      resolve()
    }, { once: true }))
  }

  async put(content) {
    const done = new Promise((resolve, reject) => {
      this.buffer.addEventListener("updateend", resolve, { once: true })
      this.buffer.addEventListener("error", reject, { once: true })
    })
    this.buffer.appendBuffer(content)
    await done
  }

  async next(turn) {
    const { audio } = this
    if (this.number * this.lengthS > audio.currentTime + AHEAD_S) return void await this.wait(LOOK_MS)
    if (this.wanted() !== this.rendition) return void await this.change(turn)
    const content = await this.part()
    if (this.turn !== turn || !content) return
    await this.put(content)
    this.ways.well()
    this.number += 1
    this.pauseMs = FIRST_PAUSE_MS
    const old = audio.currentTime - KEPT_S
    if (old > KEPT_S && this.number % 30 === 0 && !this.buffer.updating) {
      this.buffer.remove(0, old)
      await new Promise((resolve) => this.buffer.addEventListener("updateend", resolve, { once: true }))
    }
  }

  // The part whose turn it is; nothing when there is none of this number: a hole, or the end.
  async part() {
    const { number } = this
    try {
      const content = await this.ask(`${this.rendition}/${number}.m4s`)
      if (this.room.newest <= number) this.edgeAt = [performance.now(), (number + 1) * this.lengthS]
      return content
    } catch (failed) {
      if (failed.status !== 404) throw failed
      const { state, newest } = this.room
      if (state === "ended" && number > newest) this.over()
      else if (failed.why === "too_early") await this.wait(this.room.part_ms)
      else if (number <= newest) this.number += 1
      else await this.wait(LOOK_MS)
      return null
    }
  }

  async ask(what) {
    const giving = new AbortController()
    if (what.endsWith(".m4s")) this.giving = giving
    const late = setTimeout(() => giving.abort(), PATIENCE_S * 1000)
    const silentS = SILENT_S + 2 * (this.lengthS ?? 1)
    const silent = this.ways.areSeveral && setTimeout(() => giving.abort(), silentS * 1000)
    try {
      const answer = await fetch(this.ways.to(what, this.ticket, this.isOpen()), { signal: giving.signal })
      clearTimeout(silent)
      const riding = live(answer)
      // A cache may keep what rode on an old part.
      if (riding && !(riding.newest < this.room?.newest)) this.hear(riding)
      // Within the patience too: a line may die between the first byte and the last.
      const begun = performance.now()
      const content = await answer.arrayBuffer()
      if (what.endsWith(".m4s")) this.weigh(performance.now() - begun, answer.ok)
      if (answer.ok) return content
      const { error = "" } = read(content) ?? {}
      throw new Refused(answer.status, error, Number(answer.headers.get("retry-after")) || 1)
    } finally {
      clearTimeout(late)
      clearTimeout(silent)
    }
  }

  // What rides on parts: how far it is, whether it is live, who is loud.
  hear(told) {
    this.room = Object.assign(this.room ?? {}, told)
    const { speakers = [], levels } = this.room
    stage({ ...this.room, levels: levels ?? Object.fromEntries(speakers.map((one) => [one.id, one.level])) })
    void this.transcript?.hear(this.room.written)
    const isKnown = ([id, level]) => speakers.some((one) => one.id === id && (one.connected || !level))
    if (levels && !Object.entries(levels).every(isKnown)) void this.learn()
  }

  // Somebody new speaks.
  async learn() {
    if (this.learntAt > performance.now() - LEARNT_MS) return
    this.learntAt = performance.now()
    const state = await this.ask("state").then(read).catch(() => ({}))
    Object.assign(this.room, state)
  }

  look() {
    const { audio } = this
    this.transcript.show(audio.currentTime * 1000)
    if (!this.edgeAt || !this.room) return
    const edge = this.edgeAt[1] + (performance.now() - this.edgeAt[0]) / 1000
    if (this.marginS > MARGIN_S && performance.now() - this.dryAt > WELL_MS) this.ranDry(-MORE_S)
    const late = edge - audio.currentTime - this.lengthS - this.marginS
    this.lateS = late
    if (!audio.paused && this.isAtEdge) {
      if (Math.abs(late) > FAR_S && this.isHeld(audio.currentTime + late)) audio.currentTime += late
      audio.playbackRate = 1 + Math.max(-MOST_RATE, Math.min(MOST_RATE, late * 0.2))
    } else audio.playbackRate = 1
    this.leap()
    this.show()
  }

  // Over a hole in what was made, once the sound before it has run out.
  leap() {
    const { buffered, currentTime } = this.audio
    for (let at = 0; at < buffered.length; at += 1) {
      const [from, to] = [buffered.start(at), buffered.end(at)]
      if (currentTime >= from && currentTime < to - 0.05) return
      if (from > currentTime) return void (this.audio.currentTime = from + 0.01)
    }
  }

  isHeld(place) {
    const { buffered } = this.audio
    for (let at = 0; at < buffered.length; at += 1) if (place >= buffered.start(at) && place < buffered.end(at)) return true
    return false
  }

  to(place) {
    if (!this.isOn) return
    const most = this.room.newest * this.lengthS
    if (place >= most - 1) return this.toEdge()
    this.isAtEdge = false
    void this.transcript.before(place * 1000)
    if (this.isHeld(place)) this.audio.currentTime = place
    else void this.again(Math.max(this.room.first * this.lengthS, place))
  }

  toEdge() {
    if (!this.isOn) return void this.begin()
    void this.again()
  }

  mute() {
    this.audio.muted = !this.audio.muted
    this.of("mute").setAttribute("aria-pressed", this.audio.muted)
  }

  // Why it does not sound now, in words; and on again by itself, when that can help.
  async failed({ status, why: reason, afterS }, from) {
    const { texts } = this
    if (reason === "unable") return void this.stop(texts.unable)
    if (status === 401 || status === 403) {
      if (!this.isRefused && (await this.renew())) { this.isRefused = true; return this.again(from) }
      return void this.stop(texts.refused)
    }
    this.isRefused = false
    // Before the first part: the next way at once, and after all of them a pause.
    if (this.ways.elsewhere(status)) return this.again(from)
    this.ways.tried = 0
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, (this.pauseMs ?? FIRST_PAUSE_MS) * 2)
    const turn = this.turn
    const until = performance.now() + (status === 503 ? afterS * 1000 * (1 + Math.random()) : this.pauseMs)
    while (this.turn === turn && performance.now() < until) {
      const left = Math.ceil((until - performance.now()) / 1000)
      // Not there yet, or not again: this page would not be as it is if the room were over.
      const why = status === 404 ? texts.joining : texts.lost
      this.say(status === 503 ? texts.full.replace("{s}", left) : why)
      if (await this.wait(Math.min(1000, until - performance.now()))) break
    }
    if (this.turn !== turn) return
    await this.again(this.isAtEdge ? null : this.audio.currentTime)
  }

  // True when it was cut short: the network is back.
  wait(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms)
      this.wake = () => { clearTimeout(timer); resolve(true) }
    })
  }

  over() {
    this.stop(this.texts.over)
  }

  stop(text) {
    this.turn = null
    this.isOn = false
    this.say(text)
    this.show()
  }

  show() {
    const { audio, place, texts, room } = this
    const sounds = this.isOn && !audio.paused
    const button = this.of("play")
    button.setAttribute("aria-label", sounds ? texts.pause : texts.listen)
    button.dataset.on = sounds ? "1" : ""
    this.of("edge").hidden = !this.isOn || (sounds && this.isAtEdge)
    if (!this.isOn || !room) return
    const [first, last] = [room.first * this.lengthS, room.newest * this.lengthS]
    const seek = this.of("seek")
    Object.assign(seek, { min: first, max: last })
    if (document.activeElement !== seek) seek.value = audio.currentTime
    const shown = clock(audio.currentTime)
    this.of("elapsed").textContent = shown
    seek.setAttribute("aria-valuetext", shown)
    place.dataset.lateS = this.lateS?.toFixed(2) ?? ""
    if (sounds && audio.readyState > 2) this.say({ hold: texts.hold, paused: texts.paused }[room.state] ?? (this.isSlow ? texts.slow : ""))
    if (navigator.mediaSession) navigator.mediaSession.playbackState = sounds ? "playing" : "paused"
  }
}
