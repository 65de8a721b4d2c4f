// One's own voice: asked for, shown how loud it is, muted by key, and another one when it is unplugged.
const [METER_MS, KEPT] = [100, "parvis:microphone"]
const [WRITTEN_IN, PRESSED] = ["input, textarea, select, [contenteditable]", "button, a, summary"]
// Of what the microphone gives: loud speech is near the end of the scale.
const GAIN = 4

export class Microphone {
  /** In this element. `say` tells what happens, `lost` why there is none, and whether none is plugged in. */
  constructor(place, texts, { say, lost }) {
    this.of = (name) => place.querySelector(`[data-${name}]`)
    this.texts = texts
    this.say = say
    this.lost = lost
    this.isMuted = false
    this.of("mute").addEventListener("click", () => this.mute(!this.isMuted))
    this.of("microphone").addEventListener("change", ({ target }) => void this.choose(target.value))
    this.keyed = (event) => this.key(event)
    navigator.mediaDevices.addEventListener("devicechange", () => { if (this.stream) void this.plugged() })
  }

  get track() {
    return this.stream?.getAudioTracks()[0]
  }

  /** Whether there is one; `changed` is called when another takes its place. */
  async open(changed) {
    this.changed = changed
    if (!(await this.listen(kept()))) return false
    for (const event of ["keydown", "keyup"]) document.addEventListener(event, this.keyed)
    await this.list()
    this.mute(this.isMuted)
    return true
  }

  close() {
    for (const event of ["keydown", "keyup"]) document.removeEventListener(event, this.keyed)
    clearInterval(this.measuring)
    this.drop()
    this.of("level").value = 0
    this.of("told").textContent = ""
  }

  // Refused or unplugged is told in words.
  async listen(id) {
    const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 }
    if (id) wanted.deviceId = { exact: id }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted })
      this.drop()
      this.stream = stream
    } catch (refused) {
      if (id && refused.name === "OverconstrainedError") return this.listen("")
      const { texts } = this
      this.lost({ NotAllowedError: texts.refused, NotFoundError: texts.none }[refused.name] ?? texts.busy, refused.name === "NotFoundError")
      return false
    }
    const { track } = this
    track.enabled = !this.isMuted
    track.addEventListener("ended", () => void this.unplugged(track))
    this.measure()
    return true
  }

  async unplugged(track) {
    if (this.track !== track) return
    this.say(this.texts.unplugged, true)
    if (!(await this.listen(""))) return
    await this.changed()
    await this.list()
    this.say(this.texts.another)
  }

  // Who lost the only one goes on as soon as there is one again.
  async plugged() {
    await this.list()
    if (this.track?.readyState === "ended" && this.of("microphone").options.length) await this.unplugged(this.track)
  }

  async choose(id) {
    keep(id)
    if (this.stream && (await this.listen(id))) await this.changed()
  }

  async list() {
    const found = await navigator.mediaDevices.enumerateDevices()
    const now = this.track?.getSettings().deviceId
    const menu = this.of("microphone")
    menu.replaceChildren(...found.filter((one) => one.kind === "audioinput").map((one, at) => {
      const option = document.createElement("option")
      option.value = one.deviceId
      option.textContent = one.label || `${this.texts.microphone} ${at + 1}`
      option.selected = one.deviceId === now
      return option
    }))
    menu.closest("label").hidden = menu.options.length < 2
  }

  mute(isMuted) {
    this.isMuted = isMuted
    if (this.track) this.track.enabled = !isMuted
    this.of("mute").setAttribute("aria-pressed", isMuted)
    this.of("told").textContent = isMuted ? this.texts.muted : ""
  }

  // M mutes and unmutes. While one is muted, the space bar is held to speak.
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(WRITTEN_IN)) return
    if (event.key === " " && event.target.closest?.(PRESSED)) return
    const isDown = event.type === "keydown"
    if (event.key === "m" && isDown && !event.repeat) this.mute(!this.isMuted)
    else if (event.key === " " && isDown && (this.isMuted || this.isHeld)) {
      event.preventDefault()
      if (!event.repeat) { this.isHeld = true; this.mute(false) }
    } else if (event.key === " " && !isDown && this.isHeld) {
      this.isHeld = false
      this.mute(true)
    }
  }

  measure() {
    clearInterval(this.measuring)
    this.context ??= new AudioContext()
    void this.context.resume()
    const analyser = this.context.createAnalyser()
    this.context.createMediaStreamSource(this.stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    const meter = this.of("level")
    this.measuring = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      const loud = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length)
      meter.value = this.isMuted ? 0 : Math.min(100, 100 * Math.sqrt(loud) * GAIN / 2)
    }, METER_MS)
  }

  drop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop()
    this.stream = null
  }
}

function kept() {
  try {
    return localStorage.getItem(KEPT) ?? ""
  } catch {
    return ""
  }
}

function keep(id) {
  try {
    localStorage.setItem(KEPT, id)
  } catch {
    // Who lets sites keep nothing chooses anew the next time.
  }
}
