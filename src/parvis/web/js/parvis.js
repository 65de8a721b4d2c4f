// What every page loads. Pages work without it; this makes them quick and live.
import { swapForms } from "./swap.js"

swapForms()
if (document.querySelector("p-composer")) void import("./composer.js")
// A message that waited for the network is sent by whatever page comes next.
else if (window.localStorage?.["parvis:waiting"]) void import("./queue.js").then(({ flush }) => flush())
