// A spot is dragged on the picture, lines are chosen by their numbers; both only fill in the form beside them.
const form = document.querySelector('form[data-mark]')
const figure = document.querySelector('.marked svg')
const draft = figure?.querySelector('.draft')

if (form && figure && draft) {
  let start = null
  figure.classList.add('markable')
  figure.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    start = pointOf(event)
    figure.setPointerCapture(event.pointerId)
    event.preventDefault()
  })
  figure.addEventListener('pointermove', (event) => start && show(start, pointOf(event)))
  figure.addEventListener('pointerup', (event) => {
    if (!start) return
    show(start, pointOf(event))
    start = null
    form.elements.namedItem('symbol').focus()
  })
}

if (form?.elements.namedItem('first')) {
  document.addEventListener('click', (event) => {
    const line = event.target.closest?.('[data-line]')?.dataset.line
    if (!line) return
    const first = form.elements.namedItem('first')
    const last = form.elements.namedItem('last')
    if (event.shiftKey && first.value) {
      [first.value, last.value] = [first.value, line].sort((a, b) => a - b)
      event.preventDefault()
    } else {
      first.value = line
      last.value = ''
    }
  })
}

/** Where the pointer is, in fractions of the picture, whichever way it is turned. */
function pointOf(event) {
  const box = figure.viewBox.baseVal
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(figure.getScreenCTM().inverse())
  return { x: Math.min(1, Math.max(0, point.x / box.width)), y: Math.min(1, Math.max(0, point.y / box.height)) }
}

function show(from, to) {
  const place = { left: Math.min(from.x, to.x), top: Math.min(from.y, to.y), width: Math.abs(from.x - to.x), height: Math.abs(from.y - to.y) }
  const box = figure.viewBox.baseVal
  draft.setAttribute('x', place.left * box.width)
  draft.setAttribute('y', place.top * box.height)
  draft.setAttribute('width', place.width * box.width)
  draft.setAttribute('height', place.height * box.height)
  for (const [name, value] of Object.entries(place)) form.elements.namedItem(name).value = (value * 100).toFixed(2)
}

// A module: its names are its own.
export {}
