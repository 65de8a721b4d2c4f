// A call of two: voices go from browser to browser (WebRTC); the server hands on what the two tell each other to
// find a way, and nothing else. Both may offer at once; the callee then gives way ("perfect negotiation", WebRTC §10.7).
import { fingerprints, verify } from "./figures.js"
import { Microphone } from "./microphone.js"
import { elements } from "./safe.js"

const [BEAT_MS, BATCH_MS, RETRIES, PAUSE_MS] = [15_000, 100, 6, 700]
const AT_ONCE = 20
const JSON_TYPE = { "Content-Type": "application/json" }

export function call() {
  for (const place of document.querySelectorAll("p-call:not([data-ready])")) new Call(place)
}

class Call {
  constructor(place) {
    place.dataset.ready = ""
    this.place = place
    this.of = (name) => place.querySelector(`[data-${name}]`)
    this.texts = this.of("texts").dataset
    this.path = `/calls/${place.dataset.call}`
    this.isPolite = !("caller" in place.dataset)
    this.tab = this.kept()
    this.device = `${this.tab}-${crypto.randomUUID().slice(0, 8)}`
    this.sent = 0
    this.after = 0
    if (!navigator.mediaDevices?.getUserMedia || !window.RTCPeerConnection) return void this.say(this.texts.unable, true)
    this.microphone = new Microphone(place, this.texts, { say: (text, isBad) => this.say(text, isBad), lost: (text) => this.say(text, true) })
    document.addEventListener("parvis:call", ({ detail }) => { if (detail.id === place.dataset.call) void this.look() })
    document.addEventListener("parvis:behind", () => void this.look())
    addEventListener("online", () => this.way?.restartIce())
    const { mine } = place.dataset
    if (mine && !mine.startsWith(this.tab)) this.offerTaking()
    else void this.join()
  }

  say(text, isBad = false) {
    const line = this.of("said")
    if (line.textContent !== text) line.textContent = text
    line.classList.toggle("refused", isBad)
  }

  // Another device of theirs has the call: it comes here when they say so.
  offerTaking() {
    const take = this.of("take")
    take.hidden = false
    take.firstElementChild.addEventListener("click", () => { take.hidden = true; void this.join() }, { once: true })
  }

  async join() {
    this.say(this.texts.asking)
    if (!(await this.microphone.open(() => this.sender?.replaceTrack(this.microphone.track)))) return
    this.of("deck").hidden = false
    const joined = await this.ask("device", { device: this.device })
    if (!joined) return void this.look()
    const { servers, relayed } = await joined.json()
    const certificates = [await RTCPeerConnection.generateCertificate({ name: "ECDSA", namedCurve: "P-256" })]
    this.told = { certificates, iceServers: servers, iceTransportPolicy: relayed ? "relay" : "all", bundlePolicy: "max-bundle" }
    this.isIn = true
    this.beating = setInterval(() => void this.beat(), BEAT_MS)
    this.say(this.texts.waiting)
    await this.look()
  }

  // What came, and how the call stands. Asked again while it is being asked: once more after that.
  async look() {
    if (this.looking) { this.again = true; return }
    this.looking = true
    do {
      this.again = false
      const wasIn = this.isIn
      const answer = await fetch(`${this.path}/signals?after=${this.after}&device=${this.device}`).catch(() => null)
      if (answer?.ok) await this.take(await answer.json(), wasIn)
      else if (answer?.status === 404) await this.show("over")
    } while (this.again)
    this.looking = false
  }

  // What was asked before this browser had the call says nothing of who has it now.
  async take({ state, mine, theirs, heard }, wasIn) {
    await this.show(state)
    if (!wasIn || !this.isIn) return
    if (mine !== this.device) return this.leave(this.texts.elsewhere)
    if (theirs && theirs !== this.theirs) this.open(theirs)
    for (const { place, signal } of heard) {
      this.after = Math.max(this.after, place)
      if (signal.device === this.theirs) await this.hear(signal).catch(() => this.way?.restartIce())
    }
  }

  async show(state) {
    const shown = document.getElementById("call-now")
    if (shown && shown.dataset.state !== state) {
      const answer = await fetch(`${this.path}/now`, { headers: { "X-Fragment": "1" } }).catch(() => null)
      if (answer?.ok) shown.replaceWith(...elements(await answer.text()))
    }
    if (state !== "ringing" && state !== "talking") this.leave("")
  }

  // A way to the other's browser; when that is another one now, a new way.
  open(theirs) {
    this.way?.close()
    this.theirs = theirs
    this.isOffering = this.isIgnoring = false
    const way = (this.way = new RTCPeerConnection(this.told))
    this.say(this.texts.connecting)
    this.sender = way.addTrack(this.microphone.track, this.microphone.stream)
    verify(way, !this.isPolite, (figures) => this.check(figures))
    way.ontrack = ({ track }) => {
      const audio = this.place.querySelector("audio")
      audio.srcObject = new MediaStream([track])
      void audio.play().catch(() => {})
    }
    way.onnegotiationneeded = async () => {
      try {
        this.isOffering = true
        await way.setLocalDescription()
        if (way === this.way) await this.send({ description: way.localDescription })
      } finally {
        this.isOffering = false
      }
    }
    let waiting = []
    way.onicecandidate = ({ candidate }) => {
      if (!candidate) return
      if (!waiting.length) setTimeout(() => {
        if (way === this.way) while (waiting.length) void this.send({ candidates: waiting.splice(0, AT_ONCE) })
      }, BATCH_MS)
      waiting.push(candidate.toJSON())
    }
    way.onconnectionstatechange = () => {
      if (way !== this.way) return
      if (way.connectionState === "connected") this.say(this.texts.connected)
      else if (["disconnected", "failed"].includes(way.connectionState)) this.say(this.texts.lost, true)
      if (way.connectionState === "failed") way.restartIce()
    }
  }

  async hear({ description, candidates }) {
    const { way } = this
    if (description) {
      const isClash = description.type === "offer" && (this.isOffering || way.signalingState !== "stable")
      this.isIgnoring = !this.isPolite && isClash
      if (this.isIgnoring) return
      if (!fingerprints(description.sdp)) return this.unsafe()
      await way.setRemoteDescription(description)
      if (description.type === "offer") {
        await way.setLocalDescription()
        await this.send({ description: way.localDescription })
      }
    }
    for (const candidate of candidates ?? []) await way.addIceCandidate(candidate).catch(() => {})
  }

  check(figures) {
    if (!figures) return this.unsafe()
    this.of("figures").textContent = `${figures.slice(0, 3)} ${figures.slice(3)}`
    this.of("check").hidden = false
  }

  unsafe() {
    this.leave(this.texts.unsafe)
    document.querySelector("#call-now button[value=hang_up]")?.click()
  }

  // In order and once each, also where the line is bad.
  send(said) {
    const { description } = said
    const signal = { device: this.device, to: this.theirs, number: this.sent++, ...said }
    if (description) signal.description = { type: description.type, sdp: description.sdp }
    const sending = (this.sending ?? Promise.resolve()).then(() => this.ask("signals", signal))
    return (this.sending = sending)
  }

  async ask(what, said) {
    for (let tries = 0; tries < RETRIES; tries++) {
      const answer = await fetch(`${this.path}/${what}`, { method: "POST", headers: JSON_TYPE, body: JSON.stringify(said) }).catch(() => null)
      if (answer?.ok) return answer
      if (answer && answer.status < 500 && answer.status !== 429) return null
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** tries))
    }
    return null
  }

  async beat() {
    const answer = await fetch(`${this.path}/beat`, { method: "POST", headers: JSON_TYPE, body: JSON.stringify({ device: this.device }) }).catch(() => null)
    // The stream of a page that is out of sight may be closed (live.js).
    if (document.hidden || (answer && !answer.ok && answer.status < 500)) void this.look()
  }

  leave(text) {
    this.isIn = false
    clearInterval(this.beating)
    this.way?.close()
    this.way = this.theirs = null
    this.microphone.close()
    this.of("deck").hidden = true
    this.of("check").hidden = true
    this.say(text, Boolean(text))
  }

  // A page that is loaded anew goes on where it was; another tab is another device.
  kept() {
    const name = `parvis:${this.path}`
    const made = crypto.randomUUID().slice(0, 13)
    try {
      return (sessionStorage[name] ??= made)
    } catch {
      return made
    }
  }
}
