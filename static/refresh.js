// While something is being worked on, look again: soon at first, then less often, and after a quarter of an hour only when asked.
const waits = [1, 1, 2, 2, 3, 5, 5, 10, 10, 15, 20, 30]
const began = Date.now()
let looks = 0

if (document.querySelector('[data-refresh]')) later()

function later() {
  if (Date.now() - began > 15 * 60_000) return
  setTimeout(() => void look(), 1000 * (waits[looks] ?? 30))
  looks += 1
}

async function look() {
  // A page nobody sees asks again once it is seen.
  if (document.hidden) {
    document.addEventListener('visibilitychange', () => void look(), { once: true })
    return
  }
  const fresh = await load().catch(() => null)
  const main = document.querySelector('main')
  const next = fresh?.querySelector('main')
  // Whoever has begun to type or stands on something keeps it; the finished page comes by itself only where nobody is at work.
  if (main && next && !main.contains(document.activeElement === main ? null : document.activeElement)) {
    const place = [scrollX, scrollY]
    main.replaceChildren(...next.childNodes)
    scrollTo(...place)
  }
  if (document.querySelector('[data-refresh]')) later()
}

async function load() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
  return answer.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null
}

// A module: its names are its own.
export {}
