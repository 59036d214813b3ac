// Keyboard work and zoom on the review page: j and k walk through what waits, a accepts, r returns.
const keys = { j: '[data-key=j]', k: '[data-key=k]', a: '[data-key=a]' }
const picture = document.querySelector('[data-picture]')
const returning = document.querySelector('[data-returning]')
let zoom = 1
let turn = 0

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select')) return
  if (event.key === 'r' && returning) {
    returning.open = true
    returning.querySelector('select')?.focus()
    return event.preventDefault()
  }
  const target = keys[event.key] && document.querySelector(keys[event.key])
  if (!target) return
  event.preventDefault()
  target.click()
})

document.querySelectorAll('[data-zoom]').forEach((button) => {
  button.hidden = false
  button.addEventListener('click', () => show(Number(button.dataset.zoom), 0))
})
document.querySelectorAll('[data-turn]').forEach((button) => {
  button.hidden = false
  button.addEventListener('click', () => show(0, 90))
})

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
