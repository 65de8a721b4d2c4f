// What is said, in writing, as the listener hears that second: the last lines up to the place where the sound is.
const [SHOWN, STAYS_MS, KNOWN] = [3, 15_000, 40]

export class Transcript {
  // `ask` gives the room's state, in which the last lines are; `all` is where every line is to be had.
  constructor(place, ask, all) {
    Object.assign(this, { place, ask, all, lines: [], written: 0, at: -1 })
  }

  // Lines came, or were put right. What is asked for may be older than what told so: the next part tells again.
  async hear(written) {
    if (written === undefined || written === this.written || this.isAsking) return
    this.isAsking = true
    try {
      const state = await this.ask()
      if (state?.lines) this.take(state)
    } catch {
      // With the next part.
    } finally {
      this.isAsking = false
    }
  }

  take({ lines, written, language }) {
    this.written = written
    if (language) this.place.lang = language
    const known = new Map(this.lines.map((one) => [one.id, one]))
    const begins = lines[0]?.from_ms ?? 0
    // Of those that were taken back nothing stays.
    for (const one of this.lines) if (one.from_ms >= begins || !lines.length) known.delete(one.id)
    for (const one of lines) known.set(one.id, one)
    this.lines = [...known.values()].sort((one, other) => one.from_ms - other.from_ms)
    this.isWhole ||= lines.length < KNOWN
    this.at = -1
  }

  // Back in the session there are lines that came before those one was told.
  async before(ms) {
    if (this.isWhole || ms >= (this.lines[0]?.from_ms ?? 0)) return
    const answer = await fetch(this.all).catch(() => null)
    if (!answer?.ok) return
    this.isWhole = true
    const known = new Set(this.lines.map((one) => one.id))
    this.lines = [...cues(await answer.text()).filter((one) => !known.has(one.id)), ...this.lines]
    this.lines.sort((one, other) => one.from_ms - other.from_ms)
    this.at = -1
  }

  show(ms) {
    let last = this.lines.length - 1
    while (last >= 0 && this.lines[last].from_ms > ms) last -= 1
    const isOld = last < 0 || ms > Math.max(this.lines[last].to_ms, this.lines[last].at_ms ?? 0) + STAYS_MS
    const at = isOld ? -2 : last
    if (at === this.at) return
    this.at = at
    const shown = isOld ? [] : this.lines.slice(Math.max(0, last - SHOWN + 1), last + 1)
    this.place.replaceChildren(...shown.map((one) => {
      const line = document.createElement("p")
      line.textContent = one.text
      return line
    }))
    this.place.hidden = !shown.length
  }
}

// WebVTT as this network writes it: name, times, one line of words.
function cues(text) {
  return text.split("\n\n").slice(1).map((cue) => cue.trim().split("\n")).filter((cue) => cue.length > 2).map(([id, times, words]) => {
    const [from_ms, to_ms] = times.split(" --> ").map(moment)
    return { id, from_ms, to_ms, text: words.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&") }
  })
}

function moment(text) {
  return text.split(":").reduce((sum, one) => sum * 60 + Number(one), 0) * 1000
}
