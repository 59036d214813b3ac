// Keyboard work in a list: j and k move, e opens, x chooses.
const list = document.querySelector('[data-list]')
const rows = list ? [...list.querySelectorAll('tbody tr:not(.group)')] : []
const bulk = document.querySelector('.bulk')
let at = -1

function move(step) {
  if (rows.length === 0) return
  rows[at]?.classList.remove('at')
  at = Math.min(rows.length - 1, Math.max(0, at + step))
  rows[at].classList.add('at')
  const link = rows[at].querySelector('a.ref')
  link?.focus({ preventScroll: true })
  rows[at].scrollIntoView({ block: 'nearest' })
}

function choose() {
  const box = rows[at]?.querySelector('input[type=checkbox]')
  if (!box) return
  box.checked = !box.checked
  mark(box)
}

function mark(box) {
  box.closest('tr').classList.toggle('picked', box.checked)
  showChosen()
}

// Without a script the bar always stands there; with one it comes when something is chosen.
function showChosen() {
  if (!bulk) return
  const chosen = [...list.querySelectorAll('tr.picked a.ref')].map((link) => link.textContent)
  bulk.hidden = chosen.length === 0
  bulk.querySelector('[data-chosen]').textContent = `${chosen.length} chosen: ${chosen.join(', ')}`
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input:not([type=checkbox]), textarea, select')) return
  if (event.key === 'j') move(1)
  else if (event.key === 'k') move(-1)
  else if (event.key === 'x') choose()
  else if (event.key === 'e') rows[at]?.querySelector('a.ref')?.click()
  else return
  event.preventDefault()
})
list?.addEventListener('change', (event) => mark(event.target))
showChosen()
document.querySelectorAll('[data-keys]').forEach((keys) => { keys.hidden = false })

// A module: its names are its own.
export {}
