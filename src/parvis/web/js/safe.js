// HTML of our own server, the only kind that is ever made into elements (Trusted Types).
const policy = window.trustedTypes?.createPolicy("parvis", {
  createHTML: (text) => text,
  createScriptURL: (address) => {
    if (new URL(address, location.href).origin !== location.origin) throw new TypeError(address)
    return address
  },
})

/** The elements of a fragment that our server rendered. */
export function elements(html) {
  const holder = document.createElement("template")
  holder.innerHTML = policy ? policy.createHTML(html) : html
  return [...holder.content.children]
}

/** An address of ours as a script's, for the service worker. */
export function scriptAddress(address) {
  return policy ? policy.createScriptURL(address) : address
}
