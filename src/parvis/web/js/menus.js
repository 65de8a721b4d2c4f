// Menus (<details class="menu">): one is open at a time; Escape and a click elsewhere close it.
const opened = () => document.querySelectorAll("details.menu[open]")

export function menus() {
  document.addEventListener("click", ({ target }) => {
    for (const menu of opened()) if (!menu.contains(target)) menu.open = false
  })
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return
    for (const menu of opened()) {
      menu.open = false
      menu.querySelector("summary").focus()
    }
  })
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    const menu = target.closest?.("details.menu[open]")
    if (menu && relatedTarget && !menu.contains(relatedTarget)) menu.open = false
  })
}
