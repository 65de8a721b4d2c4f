// Speaking in a room: the microphone goes to the room's process by WHIP (RFC 9725), what the others say comes
// back by a WHEP session beside it. A way that breaks is made anew, by itself.
import { stage } from "./stage.js"

const SDP = "application/sdp"
const LEVELS_MS = 1_000
const [GATHERED_MS, LOST_MS, METER_MS] = [1_500, 3_000, 100]
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [500, 8_000]
const KEPT = "parvis:microphone"
const [WRITTEN_IN, PRESSED] = ["input, textarea, select, [contenteditable]", "button, a, summary"]
// Of what the microphone gives: loud speech is near the end of the scale.
const GAIN = 4

export function speaking() {
  for (const place of document.querySelectorAll("p-room:not([data-ready])")) new Speaking(place)
}

class Speaking {
  constructor(place) {
    place.dataset.ready = ""
    this.place = place
    this.of = (name) => place.querySelector(`[data-${name}]`)
    this.texts = this.of("texts").dataset
    this.audio = place.querySelector("audio")
    this.isMuted = false
    if (!navigator.mediaDevices?.getUserMedia || !window.RTCPeerConnection) return void this.say(this.texts.unable, true)
    this.of("deck").hidden = false
    this.of("join").addEventListener("click", () => (this.turn ? this.leave() : void this.join()))
    this.of("mute").addEventListener("click", () => this.mute(!this.isMuted))
    this.of("microphone").addEventListener("change", ({ target }) => void this.choose(target.value))
    this.keyed = (event) => this.key(event)
    document.addEventListener("keydown", this.keyed)
    document.addEventListener("keyup", this.keyed)
    this.went = () => { if (!place.isConnected) this.end() }
    document.addEventListener("parvis:shown", this.went)
    addEventListener("pagehide", () => this.leave())
    // Another network: the old way would be waited for long after it is dead.
    addEventListener("online", () => { this.broke?.(); this.wake?.() })
    navigator.mediaDevices.addEventListener("devicechange", () => void this.changed())
    this.watching = setInterval(() => { if (!document.hidden) void this.watch() }, LEVELS_MS)
  }

  say(text, isBad = false) {
    const line = this.of("said")
    if (line.textContent !== text) line.textContent = text
    line.classList.toggle("refused", isBad)
  }

  async join() {
    const turn = (this.turn = {})
    this.show()
    this.say(this.texts.asking)
    if (!(await this.listen(this.kept())) || this.turn !== turn) return
    await this.list()
    let pauseMs = FIRST_PAUSE_MS
    while (this.turn === turn) {
      const isWell = await this.connect(turn)
      if (this.turn !== turn) return
      pauseMs = isWell ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
      this.say(this.texts.lost, true)
      await this.wait(pauseMs)
    }
  }

  // The microphone; refused or unplugged is told in words.
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
      this.stop({ NotAllowedError: texts.refused, NotFoundError: texts.none }[refused.name] ?? texts.busy)
      this.isMissing = refused.name === "NotFoundError"
      return false
    }
    const [track] = this.stream.getAudioTracks()
    track.enabled = !this.isMuted
    track.addEventListener("ended", () => void this.unplugged(track))
    this.measure()
    return true
  }

  async unplugged(track) {
    if (!this.turn || this.stream?.getAudioTracks()[0] !== track) return
    this.say(this.texts.unplugged, true)
    if (await this.listen("")) {
      await this.sender?.replaceTrack(this.stream.getAudioTracks()[0])
      await this.list()
      this.say(this.texts.another)
    }
  }

  // Plugged in or out. Who lost the only one goes on as soon as there is one again.
  async changed() {
    await this.list()
    if (!this.isMissing || this.turn || !this.of("microphone").options.length) return
    this.isMissing = false
    await this.join()
  }

  async choose(id) {
    this.keep(id)
    if (!this.turn || !(await this.listen(id))) return
    await this.sender?.replaceTrack(this.stream.getAudioTracks()[0])
  }

  async list() {
    const found = await navigator.mediaDevices.enumerateDevices()
    const now = this.stream?.getAudioTracks()[0]?.getSettings().deviceId
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

  // Both ways; resolves when they are lost, true when they had stood.
  async connect(turn) {
    this.say(this.texts.connecting)
    this.sessions = []
    let isWell = false
    try {
      const told = { iceServers: await iceServers(this.place.dataset.whip) }
      if (this.turn !== turn) return false
      const [out, back] = (this.ways = [new RTCPeerConnection(told), new RTCPeerConnection(told)])
      this.sender = out.addTransceiver(this.stream.getAudioTracks()[0], { direction: "sendonly", streams: [this.stream] }).sender
      back.addTransceiver("audio", { direction: "recvonly" })
      back.addEventListener("track", ({ track }) => {
        this.audio.srcObject = new MediaStream([track])
        void this.audio.play().catch(() => {})
      })
      const session = await this.offer(out, this.place.dataset.whip)
      await this.offer(back, `${this.place.dataset.whep}?session=${encodeURIComponent(session.split("/").pop())}`)
      if (this.turn !== turn) return false
      isWell = await this.stands(out)
      if (!isWell || this.turn !== turn) return isWell
      this.say("")
      this.show()
      await this.breaks(out)
      if (this.turn === turn && (await this.isElsewhere())) this.stop(this.texts.elsewhere)
    } catch (failed) {
      if (failed.status === 403 || failed.status === 404) this.stop(this.texts.removed)
      else if (failed.status === 415 || failed.status === 422) this.stop(this.texts.unable)
    } finally {
      this.hangUp()
    }
    return isWell
  }

  async offer(way, path) {
    await way.setLocalDescription(await way.createOffer())
    await gathered(way)
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": SDP }, body: way.localDescription.sdp })
    if (!answer.ok) throw Object.assign(new Error(), { status: answer.status })
    const session = answer.headers.get("location")
    this.sessions.push(session)
    await way.setRemoteDescription({ type: "answer", sdp: await answer.text() })
    return session
  }

  stands(way) {
    return new Promise((resolve) => {
      const look = () => {
        if (way.connectionState === "connected") resolve(true)
        else if (["failed", "closed"].includes(way.connectionState)) resolve(false)
      }
      way.addEventListener("connectionstatechange", look)
      look()
    })
  }

  breaks(way) {
    return new Promise((resolve) => {
      let late
      way.addEventListener("connectionstatechange", () => {
        clearTimeout(late)
        if (["failed", "closed"].includes(way.connectionState)) resolve()
        else if (way.connectionState === "disconnected") late = setTimeout(resolve, LOST_MS)
      })
      this.broke = resolve
    })
  }

  // Whether another device of theirs took over: the session is gone, and they are connected all the same.
  async isElsewhere() {
    const { room, me, state: told } = this.place.dataset
    const ended = await fetch(this.sessions[0], { method: "DELETE" }).catch(() => null)
    if (ended?.status !== 404) return false
    if (told.startsWith("/listen/")) await fetch(`/rooms/${room}/ticket`, { method: "POST" }).catch(() => null)
    const state = await fetch(told).then((answer) => answer.json()).catch(() => ({}))
    return Boolean(state.speakers?.some((one) => one.id === me && one.connected))
  }

  hangUp() {
    for (const way of this.ways ?? []) way.close()
    // The way back ends with the way there.
    const [session] = this.sessions ?? []
    if (session) void fetch(session, { method: "DELETE", keepalive: true }).catch(() => {})
    this.ways = this.sessions = []
    this.audio.srcObject = null
  }

  mute(isMuted) {
    this.isMuted = isMuted
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = !isMuted
    this.show()
  }

  // M mutes and unmutes. While one is muted, the space bar is held to speak.
  key(event) {
    if (!this.turn || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(WRITTEN_IN)) return
    if (event.key === " " && event.target.closest?.(PRESSED)) return
    if (event.key === "m" && event.type === "keydown" && !event.repeat) this.mute(!this.isMuted)
    else if (event.key === " " && event.type === "keydown" && (this.isMuted || this.isHeld)) {
      event.preventDefault()
      if (!event.repeat) { this.isHeld = true; this.mute(false) }
    } else if (event.key === " " && event.type === "keyup" && this.isHeld) {
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

  // Who of the others is loud, and how many listen.
  async watch() {
    const { room, me, state: told } = this.place.dataset
    const answer = await fetch(told).catch(() => null)
    if (answer?.status === 401) return void await fetch(`/rooms/${room}/ticket`, { method: "POST" }).catch(() => null)
    const state = answer?.ok ? await answer.json().catch(() => null) : null
    if (!state) return
    const levels = Object.fromEntries(state.speakers.map((one) => [one.id, one.muted ? 0 : one.level]))
    if (this.turn) levels[me] = this.of("level").value
    stage({ ...state, levels })
  }

  drop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop()
    this.stream = null
  }

  leave() {
    this.isMissing = false
    if (this.turn) this.stop("")
  }

  stop(text) {
    this.turn = null
    this.broke?.()
    this.wake?.()
    this.hangUp()
    clearInterval(this.measuring)
    this.drop()
    this.of("level").value = 0
    this.say(text, Boolean(text))
    this.show()
  }

  // The element went: another takes its place, or one speaks no more.
  end() {
    this.leave()
    clearInterval(this.watching)
    document.removeEventListener("keydown", this.keyed)
    document.removeEventListener("keyup", this.keyed)
    document.removeEventListener("parvis:shown", this.went)
  }

  show() {
    const { texts } = this
    const join = this.of("join")
    join.lastElementChild.textContent = this.turn ? texts.leave : texts.join
    join.classList.toggle("quiet", Boolean(this.turn))
    const mute = this.of("mute")
    mute.hidden = !this.turn
    mute.setAttribute("aria-pressed", this.isMuted)
    this.of("told").textContent = this.turn && this.isMuted ? texts.muted : ""
  }

  wait(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.wake = () => { clearTimeout(timer); resolve() }
    })
  }

  kept() {
    try {
      return localStorage.getItem(KEPT) ?? ""
    } catch {
      return ""
    }
  }

  keep(id) {
    try {
      localStorage.setItem(KEPT, id)
    } catch {
      // Who lets sites keep nothing chooses anew the next time.
    }
  }
}

// The whole offer is sent at once: nothing is added to it later.
function gathered(way) {
  if (way.iceGatheringState === "complete") return Promise.resolve()
  return new Promise((resolve) => {
    setTimeout(resolve, GATHERED_MS)
    way.addEventListener("icegatheringstatechange", () => { if (way.iceGatheringState === "complete") resolve() })
  })
}

// RFC 9725 §4.6: servers for NAT come in Link headers. Asked for before the offer, which names what they gave.
async function iceServers(path) {
  const answer = await fetch(path, { method: "OPTIONS" })
  if (!answer.ok) throw Object.assign(new Error(), { status: answer.status })
  const found = []
  for (const [, urls, rest] of (answer.headers.get("link") ?? "").matchAll(/<([^>]+)>((?:;[^,]*)*)/g)) {
    if (!/rel="?ice-server"?/.test(rest)) continue
    const value = (name) => new RegExp(`${name}="([^"]*)"`).exec(rest)?.[1]
    found.push({ urls, username: value("username"), credential: value("credential") })
  }
  return found
}
