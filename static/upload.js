// The owner's page with scripts: files go up as soon as they are chosen, dropped or pasted, and typing is saved.
const form = document.querySelector('form[data-answer]')
const base = form?.dataset.answer
const waiting = []
const running = new Set()
// Lost on their way, and sent again by themselves in a while.
const resting = new Set()
// Fields as the server had them when this page last looked: what differs was typed here.
const known = new Map()
let saving
let lookedAt = Date.now()
let submitting = false

function enable() {
  document.querySelectorAll('[data-script]').forEach((part) => { part.hidden = false })
  document.querySelectorAll('.no-script').forEach((part) => { part.hidden = true })
  form.addEventListener('click', (event) => {
    const chooser = event.target.closest('[data-choose]')
    if (chooser) document.getElementById(chooser.dataset.choose).click()
    const removal = event.target.closest('[data-removal]')
    if (removal) void remove(event, removal)
    if (event.target.closest('[data-now]')) fillNow(event.target.closest('[data-now]').dataset.now)
  })
  form.addEventListener('change', (event) => {
    const input = event.target
    if (input.type !== 'file') return
    send(input.files, input.name)
    input.value = ''
  })
  form.addEventListener('input', (event) => {
    if (event.target.type !== 'file') saveSoon()
  })
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target.matches('input:not([type=file])')) event.preventDefault()
  })
  form.addEventListener('submit', (event) => {
    if (underWay() > 0) {
      event.preventDefault()
      say('Wait until the files have arrived, or cancel them.')
    } else if (submitting) {
      event.preventDefault()
    } else {
      submitting = true
      forgetSaving()
    }
  })
  // Typing may have kept a part from being shown anew.
  form.addEventListener('focusout', (event) => {
    if (event.target.closest('.finding') && !event.target.closest('.finding').contains(event.relatedTarget)) saveSoon()
  })
  addEventListener('pageshow', () => { submitting = false })
  // The same page may be open elsewhere: whoever comes back sees what was typed there, and never saves over it.
  addEventListener('focus', () => { if (!submitting) void refresh() })
  addEventListener('pagehide', () => {
    if (saving && !submitting) navigator.sendBeacon(`${base}/draft`, typed())
  })
  addEventListener('beforeunload', (event) => {
    if (underWay() > 0) event.preventDefault()
  })
  addEventListener('online', () => form.querySelectorAll('[data-again]').forEach((button) => button.click()))
  // A page that came back with problems holds what may not be kept yet, so all of it counts as typed here.
  if (!document.querySelector('.summary')) for (const field of fieldsOf(form)) known.set(keyOf(field), givenTo(field))
  dropping()
  sayUnfinished()
  look()
}

function dropping() {
  const field = (event) => event.target.closest?.('[data-drop]')?.dataset.drop ?? document.querySelector('[data-drop]').dataset.drop
  addEventListener('dragover', (event) => event.preventDefault())
  addEventListener('drop', (event) => {
    event.preventDefault()
    send(event.dataTransfer.files, field(event))
  })
  addEventListener('paste', (event) => {
    if (event.clipboardData.files.length > 0) send(event.clipboardData.files, field(event))
  })
}

function send(files, field) {
  for (const file of files) waiting.push(line(file, field))
  next()
}

/** A file on its way: its line on the page, and how it is sent, cancelled and sent again; `tries` is how often it was lost. */
function line(file, field, tries = 0) {
  const row = document.createElement('li')
  const button = (label, act) => {
    const made = document.createElement('button')
    made.type = 'button'
    made.className = 'button plain'
    made.textContent = label
    made.setAttribute('aria-label', `${label} ${file.name}`)
    made.addEventListener('click', act)
    return made
  }
  const name = Object.assign(document.createElement('span'), { className: 'name', textContent: file.name })
  const bar = Object.assign(document.createElement('progress'), { max: 100, value: 0 })
  bar.setAttribute('aria-label', file.name)
  const note = Object.assign(document.createElement('small'), { className: 'facts', textContent: 'Waiting' })
  const top = Object.assign(document.createElement('div'), { className: 'line sending' })
  const cancel = button('Cancel', () => upload.cancel())
  top.append(name, cancel)
  row.append(top, bar, note)
  list(field).append(row)
  const upload = {
    name: file.name,
    start() {
      const request = new XMLHttpRequest()
      const item = field.startsWith('item-') ? `&item=${field.slice(5)}` : ''
      request.open('POST', `${base}/files?name=${encodeURIComponent(file.name)}${item}`)
      request.setRequestHeader('content-type', 'application/octet-stream')
      request.setRequestHeader('accept', 'application/json')
      request.upload.addEventListener('progress', ({ loaded }) => {
        bar.value = file.size ? 100 * loaded / file.size : 100
        note.textContent = `${size(loaded)} of ${size(file.size)} · you can go on meanwhile`
      })
      request.addEventListener('load', () => {
        // What was lost may have arrived whole, with only the answer lost.
        if (request.status < 300 || tries > 0 && isSame(request)) return upload.end(() => row.remove())
        if (request.status === 429) return upload.later(Number(request.getResponseHeader('retry-after')) || 10)
        upload.end(() => upload.fail(answerOf(request) ?? 'The server could not take this file.', request.status >= 500 || request.status === 400))
      })
      request.addEventListener('error', () => upload.end(() => upload.fail('The connection was lost before the file had arrived.', true, pauses[tries])))
      upload.cancel = () => {
        request.abort()
        upload.end(() => row.remove())
      }
      running.add(upload)
      request.send(file)
    },
    cancel() {
      waiting.splice(waiting.indexOf(upload), 1)
      row.remove()
      count()
    },
    later(seconds) {
      running.delete(upload)
      note.textContent = 'Waiting for the server'
      setTimeout(() => {
        waiting.push(upload)
        next()
      }, seconds * 1000)
    },
    fail(message, again, pause) {
      bar.remove()
      note.textContent = pause ? `${message} It is sent again in ${pause} seconds.` : message
      note.classList.add('error')
      cancel.remove()
      if (!again) return top.append(button('Dismiss', () => row.remove()))
      if (pause) resting.add(upload)
      const leave = () => {
        clearTimeout(timer)
        resting.delete(upload)
        row.remove()
        next()
      }
      const resend = () => {
        waiting.push(line(file, field, tries + 1))
        leave()
      }
      const timer = pause && setTimeout(resend, pause * 1000)
      const retry = button('Try again', resend)
      retry.dataset.again = ''
      top.append(retry, button(pause ? 'Cancel' : 'Dismiss', leave))
    },
    end(done) {
      running.delete(upload)
      done()
      next()
      if (underWay() === 0) void refresh()
    },
  }
  return upload
}

// Seconds before a file that was lost on its way is sent again by itself.
const pauses = [2, 5, 15, 30, 60]

function next() {
  while (running.size < 3 && waiting.length > 0) waiting.shift().start()
  count()
}

function list(field) {
  const drop = document.querySelector(`[data-drop="${field}"]`)
  if (drop.nextElementSibling?.dataset.sending !== '') {
    const made = Object.assign(document.createElement('ul'), { className: 'files' })
    made.dataset.sending = ''
    drop.after(made)
  }
  return drop.nextElementSibling
}

function underWay() {
  return waiting.length + running.size + resting.size
}

function count() {
  const left = underWay()
  remember()
  say(left > 0 ? `${left} still uploading.` : '')
}

function said(words) {
  if (underWay() === 0) say(words)
}

function say(words) {
  document.querySelectorAll('[data-sending]').forEach((part) => {
    if (part.tagName === 'SPAN') part.textContent = words && `${words} `
  })
}

async function remove(event, button) {
  event.preventDefault()
  const response = await fetch(button.formAction, { method: 'POST', headers: { accept: 'application/json' } }).catch(() => null)
  if (!response?.ok) say('The file could not be removed. Try again.')
  await refresh()
}

/** Keeps the names of what is on its way, so that a page loaded anew can say what never arrived. */
function remember() {
  const names = [...running, ...resting, ...waiting].map(({ name }) => name)
  if (names.length > 0) sessionStorage.setItem(base, JSON.stringify(names))
  else sessionStorage.removeItem(base)
}

function sayUnfinished() {
  const names = JSON.parse(sessionStorage.getItem(base) ?? '[]')
  if (names.length === 0) return
  sessionStorage.removeItem(base)
  const note = Object.assign(document.createElement('p'), { className: 'error', textContent: `Not arrived when this page was left: ${names.join(', ')}. Choose ${names.length === 1 ? 'it' : 'them'} again.` })
  note.setAttribute('role', 'status')
  document.querySelector('[data-drop]').after(note)
  form.addEventListener('change', (event) => { if (event.target.type === 'file') note.remove() })
}

function saveSoon() {
  clearTimeout(saving)
  saving = setTimeout(save, 800)
}

function forgetSaving() {
  clearTimeout(saving)
  saving = undefined
}

function typed() {
  return new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'))
}

async function save() {
  if (Date.now() - lookedAt > 5000) await refresh()
  forgetSaving()
  const response = await fetch(`${base}/draft`, { method: 'POST', headers: { accept: 'application/json' }, body: typed() }).catch(() => null)
  if (response?.ok) {
    await refresh()
    return said('Saved.')
  }
  say(response ? answerText(await response.text()) ?? 'What you typed is not saved yet.' : 'No connection: what you typed is not saved yet.')
}

/** Fills in the moment of now, in the zone chosen beside it. */
function fillNow(id) {
  const field = document.getElementById(id)
  const zones = form.querySelector('select[name=zone]')
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  if (zones?.value === '' && [...zones.options].some(({ value }) => value === own)) zones.value = own
  const zone = zones?.value
  const shown = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', ...zone && { timeZone: zone } })
  field.value = shown.format(new Date()).replace(' ', 'T')
  saveSoon()
}

function fieldsOf(of) {
  return [...of.elements].filter(({ name, type }) => name && !['file', 'submit', 'button', 'hidden'].includes(type))
}

function keyOf({ name, type, value }) {
  return type === 'checkbox' || type === 'radio' ? `${name}=${value}` : name
}

function stateOf({ type, checked, value }) {
  return type === 'checkbox' || type === 'radio' ? checked : value
}

/** What the page came with, whatever a browser that goes back has filled in again. */
function givenTo(field) {
  if (field.type === 'checkbox' || field.type === 'radio') return field.defaultChecked
  if (!field.options) return field.defaultValue
  return [...field.options].find(({ defaultSelected }) => defaultSelected)?.value ?? field.options[0]?.value ?? ''
}

/** Takes over what was typed elsewhere into fields that nobody touched here. */
function takeOver(fresh) {
  const there = fresh.querySelector('form[data-answer]')
  if (!there) return
  const fields = new Map(fieldsOf(form).map((field) => [keyOf(field), field]))
  for (const field of fieldsOf(there)) {
    const here = fields.get(keyOf(field))
    if (!here || here === document.activeElement || stateOf(here) !== known.get(keyOf(field))) continue
    if (typeof stateOf(field) === 'boolean') here.checked = field.checked
    else here.value = field.value
  }
  for (const field of fieldsOf(there)) known.set(keyOf(field), stateOf(field))
}

/** Shows the lists and the bar as the server has them; fields that were typed into are left alone. */
async function refresh() {
  const response = await fetch(base, { headers: { accept: 'text/html' } }).catch(() => null)
  if (!response?.ok || response.redirected) return
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
  lookedAt = Date.now()
  takeOver(fresh)
  for (const part of document.querySelectorAll('[data-part]')) {
    const now = fresh.querySelector(`[data-part="${part.dataset.part}"]`)
    // What is being typed into is left as it is; the next look comes with the next word.
    if (now && now.innerHTML !== part.innerHTML && !part.contains(document.activeElement?.closest('input, details'))) part.replaceChildren(...now.childNodes)
  }
  count()
  look()
}

let looks = 0
function look() {
  if (document.querySelector('[data-looking]') && looks++ < 5) setTimeout(refresh, 1500 * looks)
}

function answerOf(request) {
  return answerText(request.responseText)
}

function isSame(request) {
  return request.status === 409 && JSON.parse(request.responseText).same === true
}

function answerText(text) {
  try {
    return JSON.parse(text).error
  } catch {
    return undefined
  }
}

function size(bytes) {
  const unit = bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9]
  return `${(bytes / unit[1]).toFixed(bytes / unit[1] < 10 ? 1 : 0)} ${unit[0]}`
}

if (form) enable()

// A module: its names are its own.
export {}
