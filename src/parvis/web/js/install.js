// The worker that keeps what was seen for when there is no connection (sw.js).
import { scriptAddress } from "./safe.js"
import { tell } from "./tell.js"

export function install() {
  const { serviceWorker } = navigator
  addEventListener("online", sendWaiting)
  if (!serviceWorker) return
  serviceWorker.addEventListener("message", ({ data }) => {
    if (data === "send-queue") sendWaiting()
    if (data === "unsent") tell(document.documentElement.dataset.offline, { isBad: true })
  })
  if (navigator.connection?.saveData && !serviceWorker.controller) return
  void serviceWorker.register(scriptAddress("/sw.js"), { scope: "/", updateViaCache: "none" })
  // A page that was on its way while the worker began belongs to nobody: neither asked nor claimed.
  void serviceWorker.ready.then(({ active }) => {
    if (!serviceWorker.controller) active.postMessage("claim")
  })
}

// Messages on their way; a composer that is open sends them itself and shows what came of it.
function sendWaiting() {
  if (document.querySelector("p-composer") || !window.localStorage?.["parvis:waiting"]) return
  void import("./queue.js").then(({ flushAlone }) => flushAlone())
}
