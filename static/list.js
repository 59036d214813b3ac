// Keyboard work in a list: j and k move, e opens, x chooses, a and r begin to accept and return, ? shows all of them.
const list = document.querySelector('[data-list]')
const rows = list ? [...list.querySelectorAll('tbody tr:not(.group)')] : []
const bulk = document.querySelector('.bulk')
const all = document.querySelector('[data-all]')
const help = document.querySelector('dialog.help')
let at = -1
let last = -1

function move(step) {
  if (rows.length === 0) return
  rows[at]?.classList.remove('at')
  at = Math.min(rows.length - 1, Math.max(0, at + step))
  rows[at].classList.add('at')
  const link = rows[at].querySelector('a.ref')
  link?.focus({ preventScroll: true })
  rows[at].scrollIntoView({ block: 'nearest' })
}

function choose(index, chosen) {
  const box = rows[index]?.querySelector('input[type=checkbox]')
  if (!box) return
  box.checked = chosen ?? !box.checked
  rows[index].classList.toggle('picked', box.checked)
  last = index
}

function chooseMany(chosen) {
  rows.forEach((_, index) => choose(index, chosen))
  showChosen()
}

// Without a script the bar always stands there; with one it comes when something is chosen, with what fits it.
function showChosen() {
  if (!bulk) return
  const picked = rows.filter((row) => row.classList.contains('picked'))
  const names = picked.map((row) => row.querySelector('a.ref').textContent)
  bulk.hidden = picked.length === 0
  bulk.querySelector('[data-chosen]').textContent = `${picked.length} chosen: ${names.slice(0, 6).join(', ')}${names.length > 6 ? '…' : ''}`
  for (const button of bulk.querySelectorAll('[data-states]')) {
    const states = button.dataset.states.split(' ')
    button.hidden = !picked.some((row) => states.includes(row.dataset.state))
  }
  if (all) all.firstElementChild.checked = picked.length > 0 && picked.length === rows.length
}

function begin(key) {
  const button = bulk?.querySelector(`[data-key=${key}]`)
  if (!button) return
  if (!rows.some((row) => row.classList.contains('picked'))) choose(at, true)
  if (!rows.some((row) => row.classList.contains('picked'))) return
  button.form.requestSubmit(button)
}

function press(event) {
  switch (event.key) {
    case 'j': return move(1)
    case 'k': return move(-1)
    case 'e': return rows[at]?.querySelector('a.ref')?.click()
    case 'x': choose(at); return showChosen()
    case 'X': {
      const [from, to] = [Math.min(at, last), Math.max(at, last)]
      for (let index = Math.max(0, from); index <= to; index++) choose(index, true)
      return showChosen()
    }
    case 'a': case 'r': return begin(event.key)
    case 'f': return document.getElementById('q')?.focus()
    case '?': return help?.showModal()
    case 'Escape': return chooseMany(false)
  }
  return null
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help?.open || event.target.closest('input:not([type=checkbox]), textarea, select, details[open]')) return
  if (press(event) !== null) event.preventDefault()
})
list?.addEventListener('change', (event) => {
  const index = rows.indexOf(event.target.closest('tr'))
  if (index < 0) return chooseMany(event.target.checked)
  choose(index, event.target.checked)
  showChosen()
})
document.querySelector('[data-clear]')?.addEventListener('click', () => chooseMany(false))
document.querySelector('[data-help]')?.addEventListener('click', () => help?.showModal())
document.querySelectorAll('[data-choose-all]').forEach((link) => { link.hidden = true })
document.querySelectorAll('[data-all], [data-clear], [data-keys]').forEach((shown) => { shown.hidden = false })
// A browser that goes back fills the boxes again after the page has run.
addEventListener('pageshow', () => {
  rows.forEach((row, index) => choose(index, row.querySelector('input[type=checkbox]')?.checked))
  showChosen()
})

// A module: its names are its own.
export {}
