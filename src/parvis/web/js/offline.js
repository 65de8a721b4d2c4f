// The page that stands for one that cannot be reached: opens that one as soon as it can be.
const EVERY_MS = 5_000

export function retry() {
  addEventListener("online", look)
  setInterval(look, EVERY_MS * (1 + Math.random()))
}

async function look() {
  const answer = await fetch("/offline", { method: "HEAD", cache: "no-store" }).catch(() => null)
  if (answer?.ok) location.reload()
}
