// Keyboard work and zoom on the review page; the dialog on the page says what each key does.
const keys = { n: '[data-key=n]', j: '[data-key=n]', p: '[data-key=p]', k: '[data-key=p]', a: '[data-key=a]', f: '[data-key=f]' }
const folds = { r: '[data-returning]', b: '[data-file-return]', c: '.write > details:not(.internal)', i: '.write > details.internal' }
const steps = { ']': 1, '[': -1 }
const picture = document.querySelector('[data-picture]')
const help = document.querySelector('dialog.help')
let zoom = 1
let turn = 0

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input:not([type=checkbox]), textarea, select, dialog[open]')) return
  if (event.key === '?' && help) {
    help.showModal()
    return event.preventDefault()
  }
  const fold = folds[event.key] && document.querySelector(folds[event.key])
  if (fold) {
    fold.open = true
    fold.querySelector('select, textarea')?.focus()
    return event.preventDefault()
  }
  const target = steps[event.key] ? besides(steps[event.key]) : keys[event.key] && document.querySelector(keys[event.key])
  if (!target) return
  event.preventDefault()
  target.click()
})

document.querySelectorAll('[data-help]').forEach((button) => {
  button.hidden = false
  button.addEventListener('click', () => help?.showModal())
})
document.querySelectorAll('[data-zoom]').forEach((button) => {
  button.hidden = false
  button.addEventListener('click', () => show(Number(button.dataset.zoom), 0))
})
document.querySelectorAll('[data-turn]').forEach((button) => {
  button.hidden = false
  button.addEventListener('click', () => show(0, 90))
})

/** The file before or after the one being looked at. */
function besides(step) {
  const picks = [...document.querySelectorAll('.tools a.pick')]
  return picks[picks.findIndex((pick) => pick.classList.contains('on')) + step]
}

function show(step, angle) {
  zoom = step === 0 ? zoom : Math.min(4, Math.max(0.25, zoom * (step > 0 ? 1.25 : 0.8)))
  turn = (turn + angle) % 360
  picture.style.width = `${zoom * 100}%`
  picture.style.transform = turn ? `rotate(${turn}deg)` : ''
  const fit = document.querySelector('[data-fit]')
  if (fit) fit.textContent = zoom === 1 ? 'Fit' : `${Math.round(zoom * 100)} %`
}

// A module: its names are its own.
export {}
