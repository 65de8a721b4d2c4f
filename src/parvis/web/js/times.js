// Moments as they are where the reader is: "3 min" grows, and members' pages learn their zone.
const MINUTE = 60
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", MINUTE]]
const WEEK = 7 * 86_400
const { lang } = document.documentElement

export function keepTimes() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const isMember = document.getElementById("told").dataset.live
  // Visitors' pages are the same for all, so that they can be kept on the way: they say UTC.
  if (isMember && timeZone && !document.cookie.split("; ").includes(`tz=${timeZone}`)) {
    const secure = location.protocol === "https:" ? "; secure" : ""
    document.cookie = `tz=${timeZone}; path=/; max-age=31536000; samesite=lax${secure}`
  }
  setInterval(() => { if (!document.hidden) tick() }, 30_000)
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick() })
}

function tick() {
  // What is announced until a moment is not there after it.
  for (const one of document.querySelectorAll("[data-until]")) if (Date.parse(one.dataset.until) <= Date.now()) one.remove()
  // The same few letters as the server writes (locales.py); older moments are dates and stay.
  for (const time of document.querySelectorAll("time[title]")) {
    const age = Math.floor((Date.now() - Date.parse(time.dateTime)) / 60_000) * MINUTE
    if (age < MINUTE || age >= WEEK) continue
    const [unit, seconds] = UNITS.find(([, least]) => age >= least)
    const how = { style: "unit", unit, unitDisplay: "narrow" }
    const shown = new Intl.NumberFormat(lang, how).format(Math.round(age / seconds))
    time.textContent = lang === "fr" ? shown.replace(/(\d)\s?(?=[a-z])/, "$1\u202f") : shown
  }
}
