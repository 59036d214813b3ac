// The testing grid by keyboard. Every result is saved by itself; what could not be sent waits and is sent again.
const form = document.querySelector('[data-grid]')
const table = form.querySelector('.grid')
const status = document.querySelector('[data-saved]')
const clashes = document.querySelector('[data-clash]')
const writable = form.dataset.readonly === undefined
const waiting = []
const done = []
const redoable = []
let range = []
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
  mark([])
  at = button
  at.setAttribute('aria-current', 'true')
  at.closest('td').classList.add('at')
  at.closest('tr').classList.add('at')
  if (focus) look(at)
  want = null
  if (pane().dataset.pane !== at.value) loadSoon(120)
}

// No further than it takes: left to itself, focusing puts a cell in the middle of the window and the heads out of it.
function look(button) {
  button.focus({ preventScroll: true })
  button.scrollIntoView({ block: 'nearest', inline: 'nearest' })
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
    reveal()
    history.replaceState(null, '', query)
    if (typeof then === 'function') then()
  } catch {
    say('Not connected: the evidence is not shown, your results are kept.')
  }
}

function reveal() {
  for (const keys of document.querySelectorAll('[data-keys]')) keys.hidden = false
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

// `kept`: what one key did, so that one undo takes it all back; an undo is a change like any other and is sent as one.
function save(value, change, kept = null) {
  if (!writable) return
  const one = { value, before: meant(find(value)), after: change }
  if (kept) kept.push(one)
  else {
    done.push([one])
    redoable.length = 0
  }
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
  putFoot(told.foot)
  block('prepared', told.toGo > 0 ? `${told.toGo} ${told.toGo === 1 ? 'cell' : 'cells'} to go` : '–')
  block('reviewed', '–')
  block('result', 'Not concluded')
  if (waiting.length === 0) loadSoon(400)
  if (!want) say(`Saved ${new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`)
}

function putFoot(foot) {
  for (const { letter, deviations, applicable } of foot) {
    const cell = table.querySelector(`[data-foot="${letter}"]`)
    cell.innerHTML = '<b></b> of '
    cell.firstChild.textContent = deviations
    cell.append(applicable)
  }
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
    if (had) button.focus({ preventScroll: true })
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

// What is done to the cells marked together, or to the one at hand.
function chosen() {
  return range.length > 1 ? range : [at]
}

function mark(cells) {
  for (const one of range) one.closest('td')?.classList.remove('in')
  range = cells
  for (const one of range) one.closest('td').classList.add('in')
  if (range.length > 1) say(`${range.length} cells chosen`)
}

// Stretches what is chosen from where it began to the cell one step on.
let corner = null
function stretch(down, right) {
  const from = range.length > 1 ? find(corner) : at
  const end = step(at, down, right)
  if (!end) return
  const start = from.value
  select(end)
  const [rows, columns] = [[...table.tBodies[0].rows], (button) => [...button.closest('tr').querySelectorAll('td.cell button')].indexOf(button)]
  const [first, last] = [rows.indexOf(find(start).closest('tr')), rows.indexOf(end.closest('tr'))].toSorted((a, b) => a - b)
  const [left, edge] = [columns(find(start)), columns(end)].toSorted((a, b) => a - b)
  corner = start
  mark(rows.slice(first, last + 1).flatMap((row) => [...row.querySelectorAll('td.cell button')].slice(left, edge + 1)))
}

function setAll(result) {
  const cells = chosen().map(({ value }) => value)
  const { citations } = cells.length === 1 && result === 'pass' ? typed(at.value) : { citations: [] }
  const kept = []
  for (const value of cells) if (meant(find(value)).result !== result || cells.length === 1) save(value, { result, note: '', citations }, kept)
  keep(kept)
  const last = find(cells.at(-1))
  if (result === 'pass') select(nextPending(last))
}

function keep(kept) {
  if (kept.length === 0) return
  done.push(kept)
  redoable.length = 0
}

// Copies the first cell of each column chosen into those below it; of one cell, into all of its column that are pending.
function fillDown() {
  const kept = []
  const columns = new Map()
  for (const one of range.length > 1 ? range : buttons().filter((button) => button === at || (button.value.split('.')[1] === at.value.split('.')[1] && below(button) && meant(button).result === 'pending'))) {
    const letter = one.value.split('.')[1]
    columns.set(letter, [...columns.get(letter) ?? [], one.value])
  }
  for (const [first, ...rest] of columns.values()) {
    const { result, note } = meant(find(first))
    if (result === 'pending') say('Set the first cell, then fill down')
    else for (const value of rest) save(value, { result, note, citations: [] }, kept)
  }
  keep(kept)
}

function below(button) {
  return Number(button.value.split('.')[0]) > Number(at.value.split('.')[0])
}

function turn(from, to, side, nothing) {
  const act = from.pop()
  if (!act) return say(nothing)
  for (const one of side === 'before' ? act.toReversed() : act) save(one.value, { result: one[side].result, note: one[side].note ?? '', citations: one[side].citations ?? [] }, [])
  to.push(act)
  select(find(act[0].value))
}

function help() {
  const open = document.querySelector('[data-help]')
  if (open.open) open.close()
  else open.showModal()
}

const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

// Goes to the evidence of the cell at hand, or to a field of its form; Escape comes back.
function intoPane(field = '.tools a, [name=cite], [name=note]') {
  const go = () => pane().querySelector(field)?.focus()
  if (pane().dataset.pane === at.value) go()
  else void loadPane(go)
}

table.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest('td.cell')) return
  const arrow = arrows[event.key]
  if (arrow && event.shiftKey) stretch(...arrow)
  else if (arrow) select(step(at, ...arrow))
  else if (event.key === '?') help()
  else if (event.key === 'j') select(nextPending(at))
  else if (event.key === 'Enter') intoPane()
  else if (event.key === 'Escape') mark([])
  else if (!writable) return
  else if (event.key === 'p') setAll('pass')
  else if (event.key === 'o' || event.key === 'Delete') setAll('pending')
  else if (event.key === 'd') ask('deviation')
  else if (event.key === 'n') ask('not_applicable')
  else if (event.key === 'f') fillDown()
  else if (event.key === 'c') intoPane('[name=cite]')
  else if (event.key === 'u') turn(done, redoable, 'before', 'Nothing to undo')
  else if (event.key === 'r') turn(redoable, done, 'after', 'Nothing to do again')
  else return
  event.preventDefault()
})

table.addEventListener('focusin', (event) => {
  const button = event.target.closest('td.cell button')
  if (button && button !== at) select(button, false)
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
  const { note, citations } = typed(value)
  const result = want ?? event.submitter?.value ?? 'pass'
  const others = [...new Set([...range.length > 1 ? chosen().map((one) => one.value) : [], ...new FormData(box).getAll('also').map(String).map((letter) => `${value.split('.')[0]}.${letter}`)])].filter((one) => one !== value && find(one))
  const kept = []
  for (const one of [value, ...others]) save(one, { result, note, citations: one.split('.')[0] === value.split('.')[0] ? citations : [] }, kept)
  keep(kept)
  select(nextPending(find(value)))
})

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && event.target.closest('[data-pane]')) select(at)
  if (event.key !== 'Enter' || event.target.name !== 'note' || want || !event.target.form.elements.letter) return
  event.preventDefault()
})

// Looks what colleagues set meanwhile; a cell on its way here keeps what was pressed.
async function refresh() {
  if (document.hidden || waiting.length > 0) return
  try {
    const ask = async (path) => (await fetch(form.dataset.grid + path, { headers: { accept: 'application/json' } })).json()
    const { versions } = await ask('')
    const others = Object.keys(versions).filter((value) => find(value) && stateOf(find(value)).version !== versions[value])
    for (const value of others) {
      const told = await ask(`/${value}`)
      if (waiting.length > 0) return
      put(value, told.html)
      putFoot(told.foot)
    }
    if (others.length > 0) say(`${others.length === 1 ? 'One cell was' : `${others.length} cells were`} set by a colleague`)
  } catch {
    // Saving says when there is no connection; a look that failed is made again.
  }
}

addEventListener('focus', () => { void refresh() })
setInterval(refresh, 30_000)
document.querySelector('[data-help] button').addEventListener('click', help)
addEventListener('online', () => { void send() })
addEventListener('beforeunload', (event) => {
  if (waiting.length > 0) event.preventDefault()
})
// A cell that takes the focus comes out from under the heads that stay.
const clear = () => { table.parentElement.style.scrollPadding = `${table.tHead.offsetHeight + 4}px 4px 4px ${table.tHead.querySelector('.margin').offsetWidth + 4}px` }
clear()
addEventListener('resize', clear)
reveal()
for (const one of buttons()) one.tabIndex = one === at ? 0 : -1

// A module: its names are its own.
export {}
