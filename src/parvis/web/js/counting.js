// How long a message is, as the server counts: characters as readers see them, links as 23, no domains of people.
const HOST = "(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}_-]*[\\p{L}\\p{N}])?(?:\\.[\\p{L}\\p{N}](?:[\\p{L}\\p{N}_-]*[\\p{L}\\p{N}])?)+|localhost)"
const NOT_IN = "\\s<>\"\\x00-\\x1f\\x7f«»“”„‘’‹›、。〈-】〔-〛！（），：；？［］｛｝"
const PART = new RegExp(
  `(?<url>(?<![@$#\\p{L}\\p{N}_])https?://${HOST}(?::\\d{1,5})?(?:[/?#][^${NOT_IN}]*)?)` +
    "|(?<![=/@\\p{L}\\p{N}_])@[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*(?<domain>@[\\p{L}\\p{N}_]+(?:[.-]+[\\p{L}\\p{N}_]+)*(?::\\d{2,5})?)",
  "giu",
)
const PAIRS = { ")": "(", "]": "[", "}": "{" }
const LONGEST = 2048
const segmenter = new Intl.Segmenter()

/** The number of characters that count. */
export function count(text) {
  const short = text.trimEnd().replace(PART, (whole, ...rest) => {
    const { url, domain } = rest.at(-1)
    if (domain) return whole.slice(0, -domain.length)
    const link = trimmed(url)
    return link.length > LONGEST ? whole : "x".repeat(23) + url.slice(link.length)
  })
  let number = 0
  for (const _ of segmenter.segment(short)) number += 1
  return number
}

// What closes the sentence is no part of its link, nor a bracket that was opened before it.
function trimmed(url) {
  for (;;) {
    const last = url.at(-1)
    const isLoose = PAIRS[last] && url.split(last).length > url.split(PAIRS[last]).length
    if (!isLoose && !".,;:!?'…*~".includes(last)) return url
    url = url.slice(0, -1)
  }
}
