// The testing grid by keyboard. Every result is saved by itself; what could not be sent waits and is sent again.
const form = document.querySelector('[data-grid]')
const table = form.querySelector('.grid')
const status = document.querySelector('[data-saved]')
const clashes = document.querySelector('[data-clash]')
const writable = form.dataset.readonly === undefined
const waiting = []
const undone = []
const asked = new Map()
let at = table.querySelector('td.at button') ?? table.querySelector('td.cell button')
let sending = false
let want = null
let paneTimer = 0

const buttons = () => [...table.querySelectorAll('td.cell button')]
const find = (value) => table.querySelector(`button[value="${value}"]`)
const stateOf = (button) => JSON.parse(button.dataset.state)
// What a cell is going to hold once everything asked of it is saved.
const meant = (button) => asked.get(button.value) ?? stateOf(button)
const pane = () => document.querySelector('[data-pane]')
const formOf = (value) => pane().dataset.pane === value ? pane().querySelector('[data-result]') : null

function select(button, focus = true) {
  if (!button) return
  for (const one of table.querySelectorAll('.at')) one.classList.remove('at')
  for (const one of buttons()) one.tabIndex = one === button ? 0 : -1
  at?.removeAttribute('aria-current')
  at = button
  at.setAttribute('aria-current', 'true')
  at.closest('td').classList.add('at')
  at.closest('tr').classList.add('at')
  if (focus) at.focus()
  want = null
  if (pane().dataset.pane !== at.value) loadSoon(120)
}

// Brings the evidence of the cell at hand, and what else follows from its results; words being typed are left alone.
async function loadPane(then) {
  const { value } = at
  const query = `?cell=${value}`
  try {
    const answer = await fetch(location.pathname + query)
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    if (!fresh.querySelector('[data-pane]') || at.value !== value) return
    for (const part of document.querySelectorAll('[data-live]')) {
      if (!part.contains(document.activeElement)) part.replaceWith(document.adoptNode(fresh.querySelector(`[data-live=${part.dataset.live}]`)))
    }
    if (pane().dataset.pane !== value || !pane().contains(document.activeElement)) pane().replaceWith(document.adoptNode(fresh.querySelector('[data-pane]')))
    history.replaceState(null, '', query)
    if (typeof then === 'function') then()
  } catch {
    say('Not connected: the evidence is not shown, your results are kept.')
  }
}

function loadSoon(wait) {
  clearTimeout(paneTimer)
  paneTimer = setTimeout(loadPane, wait)
}

function step(button, down, right) {
  const row = button.closest('tr')
  const cells = [...row.querySelectorAll('button')]
  const target = down < 0 ? row.previousElementSibling : down > 0 ? row.nextElementSibling : row
  return target?.querySelectorAll('td.cell button')[cells.indexOf(button) + right]
}

function nextPending(button) {
  const all = buttons()
  const from = all.indexOf(button) + 1
  return [...all.slice(from), ...all.slice(0, from)].find((one) => meant(one).result === 'pending') ?? button
}

function typed(value) {
  const box = formOf(value)
  if (!box) return { note: '', citations: [] }
  const data = new FormData(box)
  return { note: box.elements['note'].value.trim(), citations: data.getAll('cite').map(String).map((file) => ({ file, place: data.get(`place-${file}`) ?? '' })) }
}

function save(value, change, undo = false) {
  if (!writable) return
  if (!undo) undone.push({ value, before: meant(find(value)) })
  asked.set(value, change)
  waiting.push({ value, change })
  find(value).setAttribute('aria-busy', 'true')
  void send()
}

async function send() {
  if (sending || waiting.length === 0) return
  sending = true
  const one = waiting[0]
  const button = find(one.value)
  let answer
  try {
    answer = await fetch(form.dataset.grid, {
      method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ item: button.dataset.item, letter: one.value.split('.')[1], version: stateOf(button).version, ...one.change }),
    })
    if (answer.status >= 500 || answer.status === 429) throw new Error('busy')
  } catch {
    sending = false
    say(`${waiting.length === 1 ? 'Not saved' : `${waiting.length} results not saved`}, will retry`)
    setTimeout(send, 3000)
    return
  }
  const told = await answer.json().catch(() => ({ error: 'The server answered in a way this page does not know. Load it again.' }))
  waiting.shift()
  sending = false
  if (!waiting.some(({ value }) => value === one.value)) asked.delete(one.value)
  if (answer.ok) saved(one, told)
  else if (told.theirs) clash(one, told)
  else refused(one, told)
  void send()
}

function saved(one, told) {
  put(one.value, told.html)
  for (const { letter, deviations, applicable } of told.foot) {
    const cell = table.querySelector(`[data-foot="${letter}"]`)
    cell.innerHTML = '<b></b> of '
    cell.firstChild.textContent = deviations
    cell.append(applicable)
  }
  block('prepared', told.toGo > 0 ? `${told.toGo} ${told.toGo === 1 ? 'cell' : 'cells'} to go` : '–')
  block('reviewed', '–')
  block('result', 'Not concluded')
  if (waiting.length === 0) loadSoon(400)
  if (!want) say(`Saved ${new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`)
}

function put(value, html) {
  const old = find(value).closest('td')
  const holder = document.createElement('table')
  holder.innerHTML = `<tbody><tr>${html}</tr></tbody>`
  const fresh = holder.querySelector('td')
  const had = old.contains(document.activeElement)
  const here = at.value === value
  old.replaceWith(fresh)
  const button = fresh.querySelector('button')
  button.tabIndex = here ? 0 : -1
  // What was pressed since is still on its way.
  if (waiting.some((one) => one.value === value)) button.setAttribute('aria-busy', 'true')
  if (here) {
    at = button
    fresh.classList.add('at')
    button.setAttribute('aria-current', 'true')
    if (had) button.focus()
  }
}

function clash(one, { error, theirs, html }) {
  put(one.value, html)
  const words = ({ result, note }) => `${result.replace('_', ' ')}${note ? `: ${note}` : ''}`
  const box = notice(`${error} Theirs: ${words(theirs)}. Yours: ${words(one.change)}.`)
  choice(box, 'Keep theirs', () => loadPane())
  choice(box, 'Use mine', () => save(one.value, one.change))
}

function refused(one, told) {
  find(one.value).removeAttribute('aria-busy')
  notice(told.fields?.note ?? told.error ?? 'This could not be saved.')
  say('Not saved')
}

function notice(text) {
  const box = document.createElement('div')
  box.className = 'notice blue above'
  const words = document.createElement('div')
  words.textContent = text
  box.append(words)
  clashes.replaceChildren(box)
  return words
}

function choice(box, label, act) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'button compact'
  button.textContent = label
  button.addEventListener('click', () => {
    clashes.replaceChildren()
    act()
    at.focus()
  })
  box.append(' ', button)
}

function block(name, text) {
  const field = document.querySelector(`[data-${name}]`)
  if (field.textContent.trim() !== text) field.textContent = text
}

function say(text) {
  status.textContent = text
}

// A deviation, or what does not apply, needs its words first.
function ask(result) {
  const open = () => {
    const note = formOf(at.value)?.elements.note
    if (!note) return
    want = result
    note.focus()
    note.select()
    say(result === 'deviation' ? 'Say what deviates, then Enter' : 'Say why it does not apply, then Enter')
  }
  if (formOf(at.value)) open()
  else void loadPane(open)
}

function pass() {
  const { citations } = typed(at.value)
  const { value } = at
  save(value, { result: 'pass', note: '', citations })
  select(nextPending(at))
}

function fill(target) {
  if (!target) return
  const { result, note } = meant(at)
  if (result !== 'pending') save(target.value, { result, note, citations: [] })
  select(target)
}

function undo() {
  const last = undone.pop()
  if (!last) return say('Nothing to undo')
  const { result, note, citations } = last.before
  save(last.value, { result, note, citations }, true)
  select(find(last.value))
}

const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

table.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest('td.cell')) return
  const arrow = arrows[event.key]
  if (arrow && event.shiftKey && writable) fill(step(at, ...arrow))
  else if (arrow) select(step(at, ...arrow))
  else if (!writable) return
  else if (event.key === 'p') pass()
  else if (event.key === 'd') ask('deviation')
  else if (event.key === 'n') ask('not_applicable')
  else if (event.key === 'c') {
    const cite = () => formOf(at.value)?.querySelector('[name=cite]')?.focus()
    if (formOf(at.value)) cite()
    else void loadPane(cite)
  } else if (event.key === 'u') undo()
  else return
  event.preventDefault()
})

form.addEventListener('submit', (event) => {
  event.preventDefault()
  select(event.submitter ?? at)
})

document.addEventListener('submit', (event) => {
  const box = event.target.closest('[data-result]')
  if (!box || !box.elements.letter) return
  event.preventDefault()
  const value = pane().dataset.pane
  save(value, { ...typed(value), result: want ?? event.submitter?.value ?? 'pass' })
  select(nextPending(find(value)))
})

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && event.target.closest('[data-pane]')) select(at)
  if (event.key !== 'Enter' || event.target.name !== 'note' || want || !event.target.form.elements.letter) return
  event.preventDefault()
})

addEventListener('online', () => { void send() })
addEventListener('beforeunload', (event) => {
  if (waiting.length > 0) event.preventDefault()
})
document.querySelectorAll('[data-keys]').forEach((keys) => { keys.hidden = false })
for (const one of buttons()) one.tabIndex = one === at ? 0 : -1

// A module: its names are its own.
export {}
