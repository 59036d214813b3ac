// The owner's page with scripts: files go up as soon as they are chosen, dropped or pasted, and typing is saved.
const form = document.querySelector('form[data-answer]')
const base = form?.dataset.answer
const waiting = []
const running = new Set()
let saving
let submitting = false

function enable() {
  document.querySelectorAll('[data-script]').forEach((part) => { part.hidden = false })
  document.querySelectorAll('.no-script').forEach((part) => { part.hidden = true })
  form.addEventListener('click', (event) => {
    const chooser = event.target.closest('[data-choose]')
    if (chooser) document.getElementById(chooser.dataset.choose).click()
    const removal = event.target.closest('[data-removal]')
    if (removal) void remove(event, removal)
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
    if (waiting.length + running.size > 0) {
      event.preventDefault()
      say('Wait until the files have arrived, or cancel them.')
    } else if (submitting) {
      event.preventDefault()
    } else {
      submitting = true
      clearTimeout(saving)
    }
  })
  // Typing may have kept a part from being shown anew.
  form.addEventListener('focusout', (event) => {
    if (event.target.closest('.finding') && !event.target.closest('.finding').contains(event.relatedTarget)) saveSoon()
  })
  addEventListener('pageshow', () => { submitting = false })
  addEventListener('beforeunload', (event) => {
    if (waiting.length + running.size > 0) event.preventDefault()
  })
  addEventListener('online', () => form.querySelectorAll('[data-again]').forEach((button) => button.click()))
  dropping()
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

/** A file on its way: its line on the page, and how it is sent, cancelled and sent again. */
function line(file, field) {
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
        if (request.status < 300) return upload.end(() => row.remove())
        if (request.status === 429) return upload.later(Number(request.getResponseHeader('retry-after')) || 10)
        upload.end(() => upload.fail(answerOf(request) ?? 'The server could not take this file.', request.status >= 500 || request.status === 400))
      })
      request.addEventListener('error', () => upload.end(() => upload.fail('The connection was lost before the file had arrived.', true)))
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
    fail(message, again) {
      bar.remove()
      note.textContent = message
      note.classList.add('error')
      cancel.remove()
      if (!again) return top.append(button('Dismiss', () => row.remove()))
      const retry = button('Try again', () => {
        row.remove()
        send([file], field)
      })
      retry.dataset.again = ''
      top.append(retry)
    },
    end(done) {
      running.delete(upload)
      done()
      next()
      if (running.size === 0 && waiting.length === 0) void refresh()
    },
  }
  return upload
}

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

function count() {
  const left = waiting.length + running.size
  say(left > 0 ? `${left} still uploading.` : '')
}

function said(words) {
  if (waiting.length + running.size === 0) say(words)
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

function saveSoon() {
  clearTimeout(saving)
  saving = setTimeout(save, 800)
}

async function save() {
  const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'))
  const response = await fetch(`${base}/draft`, { method: 'POST', headers: { accept: 'application/json' }, body }).catch(() => null)
  if (response?.ok) {
    await refresh()
    return said('Saved.')
  }
  say(response ? answerText(await response.text()) ?? 'What you typed is not saved yet.' : 'No connection: what you typed is not saved yet.')
}

/** Shows the lists and the bar as the server has them; fields are left alone. */
async function refresh() {
  const response = await fetch(base, { headers: { accept: 'text/html' } }).catch(() => null)
  if (!response?.ok || response.redirected) return
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
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
