// The worker that keeps what was seen for when there is no connection (sw.js).
import { scriptAddress } from "./safe.js"

export function install() {
  const { serviceWorker } = navigator
  if (!serviceWorker) return
  if (navigator.connection?.saveData && !serviceWorker.controller) return
  void serviceWorker.register(scriptAddress("/sw.js"), { scope: "/", updateViaCache: "none" })
}
