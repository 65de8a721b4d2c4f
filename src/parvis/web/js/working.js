// On the page of those who wait: work of about a second lets this browser in first. Without it the page tries
// again by itself, as it does without scripts.
const { work } = document.documentElement.dataset
const AT_ONCE = 500

async function digestOf(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))
  return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("")
}

async function numberOf({ salt, challenge, maxnumber }) {
  for (let from = 0; from <= maxnumber; from += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, at) => from + at)
    const digests = await Promise.all(some.map((number) => digestOf(`${salt}${number}`)))
    const found = digests.indexOf(challenge)
    if (found >= 0) return from + found
  }
  return -1
}

async function workFor() {
  const asked = await fetch(work)
  // Calm again meanwhile: nobody asks.
  if (!asked.ok) return
  const question = await asked.json()
  const number = await numberOf(question)
  const body = JSON.stringify({ ...question, number })
  await fetch(work, { method: "POST", body, headers: { "Content-Type": "application/json" } })
}

// Only a secure page has the digests.
if (work && crypto.subtle) void workFor().catch(() => {}).then(() => location.reload())
