import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { connect as dial, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openVault } from '../../server/files/vault.ts'
import { answerByLink, ask, look, multipart, openRun, pressLink, sameOrigin, send, statement, statusOf, tokensOf, type Asked, type FilePart, type Run } from './run.ts'

const script = '<script>document.title = "taken"</script>'

t.test('a thousand files at once: as many as one form takes are kept, one sentence says so of the rest', async (t) => {
  const { run, request, cookie } = await opened(t)
  const many: FilePart[] = Array.from({ length: 1000 }, (_file, index) => ({ name: `screen-${index}.txt`, body: `screen ${index}` }))
  const response = await send(run, cookie, `${request.linkUrl}/files`, { system: 'Typed' }, many)
  t.equal(response.statusCode, 422)
  t.match(response.body, /More than 500 files were sent at once\. The first 500 were kept/)
  t.match(response.body, /and 499 more/)
  t.match(response.body, /value="Typed"/)
  t.equal((await stored(run)).length, 500)
  const rest = await send(run, cookie, `${request.linkUrl}/files`, {}, many.slice(500))
  t.equal(rest.statusCode, 303, 'a second go takes the rest')
  t.equal((await send(run, cookie, `${request.linkUrl}/files`, {}, [{ name: 'over.txt', body: 'over' }])).statusCode, 422, 'and one version holds no more than a thousand')
})

t.test('a ZIP named .png is taken for what it is, and both sides are told', async (t) => {
  const { run, request, cookie } = await opened(t)
  await send(run, cookie, `${request.linkUrl}/files`, {}, [{ name: 'screen.png', type: 'image/png', body: Buffer.from('PK\x03\x04\x14\0\0\0\0\0aaaaaaaaaaaaaaaa', 'latin1') }])
  t.match(await stored(run), [{ kind: 'zip', media_type: 'application/zip' }])
  t.match((await look(run, cookie, request.linkUrl)).body, /The name ends in \.png, the content is a ZIP archive/)
})

t.test('an HTML page and an SVG with script never run: source on the page, a sandboxed download otherwise', async (t) => {
  const { run, request } = await opened(t)
  const { ours } = run.cast
  const cookie = await answerByLink(run, request, [
    { name: 'page.html', type: 'text/html', body: `<!doctype html><html><body>${script}</body></html>` },
    { name: 'drawing.svg', type: 'image/svg+xml', body: `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>` },
    { name: 'picture.png', type: 'image/png', body: `<html>${script}</html>` },
  ])
  for (const { id } of await stored(run)) {
    const page = await ours.staff.get(`${request.url}?file=${id}`)
    t.notMatch(page.body, script)
    t.match(page.body, '&lt;script&gt;')
    for (const [url, answer] of [['link', await look(run, cookie, `${request.linkUrl}/files/${id}`)], ['desk', await run.app.inject({ url: `${request.url}/files/${id}`, headers: await session(run) })]] as const) {
      t.equal(answer.statusCode, 200, url)
      t.equal(answer.headers['content-security-policy'], "sandbox; default-src 'none'")
      t.match(answer.headers['content-disposition'], /^attachment;/)
      t.equal(answer.headers['content-type'], 'application/octet-stream')
      t.equal(answer.headers['x-content-type-options'], 'nosniff')
      t.equal(answer.headers['cache-control'], 'private, no-store')
      t.equal(answer.headers['cross-origin-resource-policy'], 'same-origin')
    }
    t.equal((await ours.staff.get(`${request.url}/files/${id}/preview`)).status, 404)
  }
})

t.test('names that climb, turn round or never end are shown as sent and are no paths', async (t) => {
  const { run, request, cookie, dataDir } = await opened(t)
  const names = ['../../etc/passwd', '..\\..\\windows\\system.ini', '\u202Efdp.exe', `${'n'.repeat(300)}.png`, 'a\u0000b.txt', '"><img src=x onerror=alert(1)>.txt', 'CON', '…', '/absolute.txt']
  for (const [index, name] of names.entries()) {
    const response = await run.app.inject({ method: 'POST', url: `${request.linkUrl}/files?name=${encodeURIComponent(name)}`, payload: Buffer.from(`file ${index}`), headers: { ...sameOrigin(run), cookie, 'content-type': 'application/octet-stream', accept: 'application/json' } })
    t.equal(response.statusCode, 201, JSON.stringify(name))
  }
  const kept = await stored(run)
  t.equal(kept[0]?.name, '../../etc/passwd')
  t.equal([...kept[3]!.name].length, 255)
  t.ok(kept[3]!.name.endsWith('.png'))
  const page = await look(run, cookie, request.linkUrl)
  t.match(page.body, '../../etc/passwd')
  t.match(page.body, '‹U+202E›fdp.exe')
  t.match(page.body, /turn the reading direction/)
  t.notMatch(page.body, /<img src=x|\u202E/)
  for (const { id } of kept) {
    const disposition = String((await look(run, cookie, `${request.linkUrl}/files/${id}`)).headers['content-disposition'])
    t.match(disposition, /^attachment; filename="[^"/\\]*"; filename\*=UTF-8''[\w.!~*()%-]+$/)
  }
  const onDisk = (await readdir(join(dataDir, 'evidence'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  t.ok(onDisk.length === kept.length && onDisk.every(({ name }) => /^[0-9a-f]{64}$/.test(name)), 'files on disk are named by their hash alone')
})

t.test('a body that is cut off leaves nothing anybody can see, wherever it is cut', async (t) => {
  const { run, request, cookie, dataDir } = await opened(t)
  await run.app.listen({ host: '127.0.0.1', port: 0 })
  const { payload, headers } = multipart({ system: 'Typed' }, [{ name: 'first.txt', body: 'first file, whole' }, { name: 'second.txt', body: 'second file '.repeat(500) }])
  for (const cut of [60, Math.floor(payload.length / 2), payload.length - 4, payload.length - 30]) {
    await sendRaw(run, `${request.linkUrl}/files`, { ...headers, cookie, 'content-length': String(payload.length) }, payload.subarray(0, cut))
    t.strictSame(await stored(run), [], `multipart cut at ${cut}`)
    const ended = await sendRaw(run, `${request.linkUrl}/files`, { ...headers, cookie, 'content-length': String(cut) }, payload.subarray(0, cut), false)
    t.match(ended, /^HTTP\/1\.1 4\d\d/, `a body that ends without its last boundary at ${cut}`)
    t.strictSame(await stored(run), [])
  }
  await sendRaw(run, `${request.linkUrl}/files?name=bare.bin`, { 'content-type': 'application/octet-stream', cookie, 'content-length': '5000' }, Buffer.alloc(3000, 1))
  t.strictSame(await stored(run), [], 'a bare body cut short')
  t.strictSame(await readdir(join(dataDir, 'evidence', 'incoming')), [], 'and no temporary file stays')
  t.equal(await statusOf(run, request), 'open')
  t.equal((await send(run, cookie, `${request.linkUrl}/files`, {}, [{ name: 'first.txt', body: 'first file, whole' }])).statusCode, 303, 'sending it again works')
})

t.test('a full disk says so, loses nothing that was typed or stored, and recovers by itself', async (t) => {
  const { run, request, cookie, dataDir } = await opened(t)
  await send(run, cookie, `${request.linkUrl}/files`, {}, [{ name: 'before.txt', body: 'before' }])
  const full = await openVault({ folder: join(dataDir, 'evidence'), maxBytes: 1000, minFreeBytes: Number.MAX_SAFE_INTEGER })
  const store = run.site.vault.store
  run.site.vault.store = full.store
  const form = await send(run, cookie, `${request.linkUrl}/files`, { system: 'Typed' }, [{ name: 'now.txt', body: 'now' }])
  t.equal(form.statusCode, 507)
  t.match(form.body, /There is no room left to store this file/)
  t.match(form.body, /value="Typed"/)
  t.match(form.body, /before\.txt/)
  const bare = await run.app.inject({ method: 'POST', url: `${request.linkUrl}/files?name=now.txt`, payload: Buffer.from('now'), headers: { ...sameOrigin(run), cookie, 'content-type': 'application/octet-stream', accept: 'application/json' } })
  t.match([bare.statusCode, bare.json()], [507, { error: /no room left/ }])
  run.site.vault.store = store
  t.equal((await send(run, cookie, `${request.linkUrl}/files`, {}, [{ name: 'now.txt', body: 'now' }])).statusCode, 303)
  t.equal((await stored(run)).length, 2)
})

t.test('a post from another site is not done, nor one that does not say where it comes from', async (t) => {
  const { run, request, cookie } = await opened(t)
  const [token] = await tokensOf(run, request)
  const { payload, headers } = multipart(statement, [{ name: 'a.txt', body: 'a' }])
  const { host } = run.site.config.publicUrl
  const strangers: Record<string, string>[] = [
    { host, origin: 'https://evil.example' }, { host, origin: run.site.config.publicUrl.origin, 'sec-fetch-site': 'cross-site' }, { host, 'sec-fetch-site': 'same-site' },
    { host, origin: 'null' }, { host }, { host: 'evil.example', origin: 'http://evil.example' },
  ]
  for (const from of strangers) {
    for (const url of [`${request.linkUrl}/files`, `${request.linkUrl}/submission`, `/answer/${token}`, `/answer/${token}/fresh`, `${request.url}/review`]) {
      const response = await run.app.inject({ method: 'POST', url, payload, headers: { ...headers, cookie, ...from } })
      t.equal(response.statusCode, 403, `${url} from ${JSON.stringify(from)}`)
    }
  }
  t.strictSame(await stored(run), [])
})

t.test('a forged Host or forwarding header changes neither the mail nor the address on record', async (t) => {
  const { run, request } = await opened(t)
  const [token] = await tokensOf(run, request)
  const forged = { ...sameOrigin(run), host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9;host=evil.example', 'x-forwarded-proto': 'https' }
  const page = await run.app.inject({ method: 'GET', url: `/answer/${token}`, headers: forged })
  t.notMatch(page.body, 'evil.example')
  const pressed = await run.app.inject({ method: 'POST', url: `/answer/${token}`, headers: forged })
  t.equal(pressed.headers.location, request.linkUrl, 'redirects name no host')
  t.strictSame(await run.owner.selectFrom('access_entry').select('address').distinct().execute(), [{ address: '127.0.0.1' }])
  t.notMatch(JSON.stringify(await run.owner.selectFrom('mail').selectAll().execute()), 'evil.example')
})

t.test('odd content types are refused before anything is read', async (t) => {
  const { run, request, cookie } = await opened(t)
  for (const type of ['text/plain', 'application/json', 'multipart/mixed; boundary=x', 'application/octet-stream;x', 'application/x-www-form-urlencoded\t;', 'multipart/form-data', 'image/png']) {
    for (const noun of ['files', 'draft', 'submission']) {
      const { statusCode } = await run.app.inject({ method: 'POST', url: `${request.linkUrl}/${noun}`, payload: '{"system":"x"}', headers: { ...sameOrigin(run), cookie, 'content-type': type } })
      t.ok(statusCode >= 300 && statusCode < 500, `${type} at ${noun} is ${statusCode}`)
    }
  }
  t.strictSame(await stored(run), [])
})

async function opened(t: Test): Promise<{ run: Run, request: Asked, cookie: string, dataDir: string }> {
  const run = await openRun(t)
  const request = await ask(run, run.cast.ours)
  return { run, request, cookie: await pressLink(run, (await tokensOf(run, request))[0]!), dataDir: run.dataDir }
}

async function stored({ owner }: Run) {
  return await owner.selectFrom('evidence_file').selectAll().orderBy('position').execute()
}

async function session(run: Run): Promise<Record<string, string>> {
  const cookie = await run.site.sessions.begin(run.cast.ours.staff.id, { twoStep: true, pending: false, address: '127.0.0.1', browser: 'test' })
  return { ...sameOrigin(run), cookie: `${cookie.name}=${cookie.value}` }
}

/** Writes a request by hand and returns whatever was answered; `hangsUp` breaks the connection where the bytes end. */
async function sendRaw(run: Run, path: string, headers: Record<string, string>, body: Buffer, hangsUp = true): Promise<string> {
  const { port } = run.app.addresses()[0] as AddressInfo
  const socket = dial(port, '127.0.0.1')
  const lines = Object.entries({ ...sameOrigin(run), ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => {})
  socket.write(Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body]))
  if (hangsUp) socket.end()
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}
