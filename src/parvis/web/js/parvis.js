// What every page loads. Pages work without it; this makes them quick and live.
import { swapForms } from "./swap.js"

swapForms()

const on = (what) => document.querySelector(what)
if (on("[data-live]")) void import("./live.js").then(({ live }) => live())
if (on("#notices")) void import("./notices.js").then(({ notices }) => notices())
if (on("[data-retry]")) void import("./offline.js").then(({ retry }) => retry())
if (on("[data-passkey]")) void import("./passkeys.js").then(({ offerPasskeys }) => offerPasskeys())
void import("./times.js").then(({ keepTimes }) => keepTimes())
addEventListener("load", () => void import("./install.js").then(({ install }) => install()))
