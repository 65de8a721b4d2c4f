// What every page loads. Pages work without it; this makes them quick and live.
import { swapForms } from "./swap.js"

swapForms()
if (document.querySelector("details.menu")) void import("./menus.js").then(({ menus }) => menus())
if (document.querySelector(".status .acts, [data-fresh], .feed ~ .pager")) void import("./feed.js").then(({ feed }) => feed())
if (document.querySelector(".rail .me")) void import("./keys.js").then(({ keys }) => keys())
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-full]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  void import("./viewer.js").then(({ view }) => view(link))
})
