// What every page loads. Pages work without it; this makes them quick and live.
import { swapForms } from "./swap.js"

swapForms()

if (document.querySelector("[data-passkey]")) {
  void import("./passkeys.js").then((passkeys) => passkeys.offerPasskeys())
}
