// What is being written, kept in this browser at each change: nothing is lost to a closed window.
const PREFIX = "parvis:draft:"

/** One account's drafts in this browser. */
export class Drafts {
  constructor(account) {
    this.prefix = PREFIX + account
  }

  put(key, written) {
    try {
      localStorage.setItem(this.prefix + key, JSON.stringify({ ...written, at: Date.now() }))
    } catch {
      // No room, or a browser that keeps nothing: the server has the draft.
    }
  }

  drop(key) {
    try {
      localStorage.removeItem(this.prefix + key)
    } catch {
      // as above
    }
  }

  /** Those of one context, the newest first. */
  list(context) {
    const names = Object.keys(localStorage).filter((one) => one.startsWith(this.prefix))
    return names
      .map((name) => ({ key: name.slice(this.prefix.length), ...JSON.parse(localStorage.getItem(name)) }))
      .filter((one) => one.context === context)
      .sort((one, other) => other.at - one.at)
  }

  /** A window holds the key of what it writes, so that no other takes it up. */
  hold(key, isTry = false) {
    if (!navigator.locks) return Promise.resolve(true)
    return new Promise((resolve) => {
      void navigator.locks.request(PREFIX + key, { ifAvailable: isTry }, (lock) => {
        if (isTry && !lock) return resolve(false)
        this.release?.()
        resolve(true)
        return new Promise((release) => { this.release = release })
      })
      if (!isTry) setTimeout(resolve, 100, false)
    })
  }
}

/** Look at a form as it came: what was typed before the scripts were there is no part of it, and is put back.
    Answers whether there was any. */
export function asBlank(area, look) {
  const { value, defaultValue, selectionStart, selectionEnd } = area
  area.value = defaultValue.startsWith(" @") ? defaultValue.trimStart() : defaultValue
  look()
  if (value === defaultValue) return false
  area.value = value
  area.setSelectionRange(selectionStart, selectionEnd)
  return true
}
