// What a player of rooms reads and reckons, without any state.
// What rides on a part; nothing when nothing does, or what cannot be read.
export function live(answer) {
  return parsed(answer.headers.get("live-state"))
}

export function read(content) {
  return parsed(new TextDecoder().decode(content))
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

// Who asks for little, or has a line that carries little, as far as the browser says so.
export function isSparing() {
  const { saveData, effectiveType } = navigator.connection ?? {}
  return saveData || /2g$/.test(effectiveType) || "spare" in document.documentElement.dataset
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds))
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return parts.map((one, at) => (at ? String(one).padStart(2, "0") : String(one))).join(":")
}
