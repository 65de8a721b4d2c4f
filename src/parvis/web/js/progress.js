// An import under way: the page is asked how far it is until it is over. Without scripts, by reloading.
import { replace } from "./swap.js"

const PAUSE_MS = 1500

export function watch() {
  setTimeout(async () => {
    const shown = document.querySelector("[data-progress]")
    if (!shown) return
    try {
      const answer = await fetch(location.pathname, { headers: { "X-Fragment": "1" } })
      if (answer.ok) replace(shown, await answer.text())
    } finally {
      watch()
    }
  }, PAUSE_MS)
}
