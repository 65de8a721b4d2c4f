// What every page loads. Pages work without it; this makes them quick and live.
import { swapForms } from "./swap.js"

swapForms()

if (document.querySelector("[data-passkey]")) {
  void import("./passkeys.js").then((passkeys) => passkeys.offerPasskeys())
}

const ownPage = document.querySelector("[data-own-page]")
if (ownPage) void import("./own_page.js").then((page) => page.showOwnPage(ownPage))

if (document.querySelector("[data-progress]")) {
  void import("./progress.js").then((progress) => progress.watchProgress())
}
