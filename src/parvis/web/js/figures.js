// Six figures that are the same on both sides of a call if nobody sits between.
//
// Both certificates' fingerprints and a number of each side make them. The caller shows a hash of its number
// first, then the callee its number, then the caller its own: so whoever sits between has to choose before knowing
// what to hit, and has one chance in a million (as ZRTP does, RFC 6189 §4.4.1.1). All that goes by the encrypted way.
const [FIGURES, LABEL] = [1_000_000, "parvis call v1"]
const HEX = /^[0-9a-f]{64}$/

/** The one fingerprint by SHA-256 of a description; "" when there is none, or there are several. */
export function fingerprints(sdp) {
  const found = new Set([...sdp.matchAll(/^a=fingerprint:\s*(\S+)\s+(\S+)\s*$/gim)].map(([, kind, value]) => `${kind} ${value}`.toLowerCase()))
  const [one] = found
  return found.size === 1 && /^sha-256 ([0-9a-f]{2}:){31}[0-9a-f]{2}$/.test(one) ? one : ""
}

/** Tells the figures once the way stands; null when the other side does not keep to what it said. */
export function verify(way, isCaller, tell) {
  const channel = way.createDataChannel("figures", { negotiated: true, id: 0 })
  const mine = hex(crypto.getRandomValues(new Uint8Array(32)))
  let promised = "", theirs = "", isTold = false
  const end = async () => {
    const [here, there] = [way.localDescription, way.remoteDescription].map(({ sdp }) => fingerprints(sdp))
    if (!here || !there) return tell(null)
    const ordered = isCaller ? [here, there, mine, theirs] : [there, here, theirs, mine]
    const [first] = new Uint32Array((await hash([LABEL, ...ordered].join("\n"))).buffer)
    tell(String(first % FIGURES).padStart(6, "0"))
  }
  channel.onopen = async () => { if (isCaller) channel.send(hex(await hash(mine))) }
  channel.onmessage = async ({ data: said }) => {
    if (isTold) return
    if (typeof said !== "string" || !HEX.test(said)) { isTold = true; return tell(null) }
    if (!isCaller && !promised) {
      promised = said
      return channel.send(mine)
    }
    isTold = true
    theirs = said
    if (!isCaller && hex(await hash(theirs)) !== promised) return tell(null)
    if (isCaller) channel.send(mine)
    await end()
  }
}

async function hash(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))
}

function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}
