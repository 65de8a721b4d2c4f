// More lines for the answers of a poll, in place.
const MORE = 6

const lines = (composer) => [...composer.querySelectorAll('[name="option[]"]')]

// Of what a line says only its number is another.
function add(last, number) {
  const row = last.closest("p").cloneNode(true)
  const [label, field] = [row.querySelector("label"), row.querySelector("input")]
  const text = label.textContent.replace(/\d+/, number)
  label.textContent = text
  field.id = label.htmlFor = `c-option_${number}`
  field.placeholder = field.placeholder.replace(/\d+/, number)
  field.value = ""
  last.closest("p").after(row)
  return field
}

function grow(composer, wanted) {
  const button = composer.querySelector("[data-more]")
  const most = Number(button?.dataset.more ?? 0)
  let [last] = lines(composer).slice(-1)
  for (let number = lines(composer).length + 1; number <= Math.min(wanted, most); number++) last = add(last, number)
  if (button) button.hidden = lines(composer).length >= most
}

/** Some more empty lines, the first of them to be written in. */
export function more(composer) {
  const before = lines(composer).length
  grow(composer, before + MORE)
  lines(composer)[before]?.focus()
}

/** As many lines as were written. */
export function restore(composer, options) {
  grow(composer, options.length)
  lines(composer).forEach((line, place) => { line.value = options[place]?.[1] ?? "" })
}
