// Files for a message: chosen by the button, pasted, or dropped anywhere, since beside the composer the
// browser would leave the page for them.

/** `take` is called with what came, and with what was said of each already. */
export function hearFiles(composer, take) {
  const pick = composer.find("pick")
  // Over a slow link somebody may have chosen before these scripts were there.
  const chosen = [...composer.querySelectorAll("[data-pictures] [data-plain]")].map((row) => {
    row.remove()
    return { file: row.querySelector("[type=file]").files[0], said: row.querySelector("[name^=about]").value }
  }).filter(({ file }) => file)
  if (chosen.length) void take(chosen.map(({ file }) => file), chosen.map(({ said }) => said))
  composer.querySelector("[data-pictures] summary").addEventListener("click", (event) => {
    event.preventDefault()
    pick.click()
  })
  pick.addEventListener("change", () => {
    void take([...pick.files])
    pick.value = ""
  })
  composer.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])]
    // A table or a page of a text brings its picture along: its words are meant. A copied file brings its name.
    const words = event.clipboardData?.getData("text/plain")
    if (!files.length || (words && !words.includes(files[0].name))) return
    event.preventDefault()
    void take(files)
  })
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files") || event.target.matches?.('[type="file"]')) return
      event.preventDefault()
      composer.classList.toggle("over", name === "dragover")
      if (name !== "drop") return
      composer.unfold()
      void take([...event.dataTransfer.files])
    })
  }
}
