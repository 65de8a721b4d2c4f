// What a player of rooms is told by: its keys, the lock screen of a phone, and the buttons of headphones.
const STEP_S = 10

export function onKey(player, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, a")) return
  const { audio } = player
  const acts = {
    " ": () => player.toggle(),
    m: () => player.mute(),
    l: () => player.toEdge(),
    ArrowLeft: () => player.to(audio.currentTime - STEP_S),
    ArrowRight: () => player.to(audio.currentTime + STEP_S),
    ArrowUp: () => { audio.volume = Math.min(1, audio.volume + 0.1) },
    ArrowDown: () => { audio.volume = Math.max(0, audio.volume - 0.1) },
  }
  if (!acts[event.key] || (event.key === " " && event.target.matches("button"))) return
  event.preventDefault()
  acts[event.key]()
}

export function onPhone(player) {
  const session = navigator.mediaSession
  if (!session) return
  const { audio, place } = player
  const { title, host } = place.dataset
  session.metadata = new MediaMetadata({ title, artist: host, artwork: faces() })
  const acts = {
    play: () => (!player.isOn || audio.paused) && player.toggle(),
    pause: () => player.isOn && !audio.paused && player.toggle(),
    stop: () => audio.pause(),
    seekto: ({ seekTime }) => player.to(seekTime),
    seekbackward: () => player.to(audio.currentTime - STEP_S),
    seekforward: () => player.to(audio.currentTime + STEP_S),
  }
  // Older browsers do not know every act.
  for (const [name, act] of Object.entries(acts)) {
    try {
      session.setActionHandler(name, act)
    } catch {
      // This one stays without.
    }
  }
}

// The host's face, where there is a picture of it.
function faces() {
  const face = document.querySelector(".seat img.face")
  return face ? [{ src: face.currentSrc || face.src }] : []
}
