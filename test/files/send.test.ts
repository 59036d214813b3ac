import { join } from 'node:path'
import { Readable } from 'node:stream'
import fastify from 'fastify'
import t from 'tap'
import { parseRange, sendFile, sendPreview, type SentFile } from '../../server/files/send.ts'
import { openVault, type Vault } from '../../server/files/vault.ts'
import { bytesOf, generator } from './bytes.ts'

t.test('a file goes out whole, as a download, inside a sandbox that allows nothing', async (t) => {
  const { app, sha256, bytes } = await serve(t, { name: 'Zugänge.csv', mediaType: 'image/png' })
  const reply = await app.inject('/file')
  t.equal(reply.statusCode, 200)
  t.ok(reply.rawPayload.equals(bytes))
  t.match(reply.headers, {
    'content-disposition': `attachment; filename="Zug_nge.csv"; filename*=UTF-8''Zug%C3%A4nge.csv`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'private, no-store',
    'accept-ranges': 'bytes',
    'content-type': 'image/png',
    'content-length': String(bytes.length),
    etag: `"${sha256}"`
  })
})

t.test('HEAD says the same without the bytes', async (t) => {
  const { app, bytes, read } = await serve(t)
  const reply = await app.inject({ method: 'HEAD', url: '/file' })
  t.match(reply, { statusCode: 200, payload: '', headers: { 'content-length': String(bytes.length), 'accept-ranges': 'bytes' } })
  const part = await app.inject({ method: 'HEAD', url: '/file', headers: { range: 'bytes=0-9' } })
  t.match(part, { statusCode: 206, payload: '', headers: { 'content-length': '10', 'content-range': `bytes 0-9/${bytes.length}` } })
  t.same(read, [], 'and without reading them from disk')
})

t.test('one range is answered exactly, several or nonsense with the whole, one outside with 416', async (t) => {
  const { app, sha256, bytes } = await serve(t)
  const size = bytes.length
  const cases: [string, number, Buffer][] = [
    ['bytes=0-0', 206, bytes.subarray(0, 1)],
    ['bytes=100-199', 206, bytes.subarray(100, 200)],
    ['bytes=100-', 206, bytes.subarray(100)],
    ['bytes=-7', 206, bytes.subarray(size - 7)],
    [`bytes=-${size * 2}`, 206, bytes],
    [`bytes=5-${size * 9}`, 206, bytes.subarray(5)],
    ['bytes=9-5', 200, bytes],
    ['bytes=0-1,4-5', 200, bytes],
    ['bytes=-', 200, bytes],
    ['lines=0-1', 200, bytes],
    [`bytes=${size}-`, 416, Buffer.alloc(0)],
    ['bytes=-0', 416, Buffer.alloc(0)]
  ]
  for (const [range, status, expected] of cases) {
    const reply = await app.inject({ url: '/file', headers: { range } })
    t.equal(reply.statusCode, status, range)
    t.ok(reply.rawPayload.equals(expected), range)
    if (status === 416) t.equal(reply.headers['content-range'], `bytes */${size}`)
  }
  const same = await app.inject({ url: '/file', headers: { range: 'bytes=0-4', 'if-range': `"${sha256}"` } })
  t.equal(same.statusCode, 206)
  const other = await app.inject({ url: '/file', headers: { range: 'bytes=0-4', 'if-range': '"older"' } })
  t.equal(other.statusCode, 200, 'another version gets the whole')
})

t.test('types a browser could run or draw lose their name, text keeps its charset', async (t) => {
  for (const mediaType of ['text/html', 'image/svg+xml', 'application/pdf', 'application/xml', 'application/xhtml+xml', 'text/javascript', 'nonsense', 'a/b\r\nx: y']) {
    const { app } = await serve(t, { mediaType })
    t.equal((await app.inject('/file')).headers['content-type'], 'application/octet-stream', mediaType)
  }
  const western = await serve(t, { mediaType: 'text/csv' }, Buffer.from('Prüfung;1\n', 'latin1'))
  t.equal((await western.app.inject('/file')).headers['content-type'], 'text/csv; charset=windows-1252')
  const wide = await serve(t, { mediaType: 'text/plain' }, Buffer.from('\ufeffPrüfung', 'utf16le'))
  t.equal((await wide.app.inject('/file')).headers['content-type'], 'text/plain; charset=utf-16le')
})

t.test('no name gets through as a header of its own', async (t) => {
  const { app } = await serve(t, { name: 'a\r\nSet-Cookie: x=1"; filename=b.html' })
  const reply = await app.inject('/file')
  t.equal(reply.statusCode, 200)
  t.equal(reply.headers['set-cookie'], undefined)
})

t.test('our own previews are shown in the page, in the same sandbox', async (t) => {
  const { app } = await serve(t)
  t.match((await app.inject('/preview')).headers, {
    'content-type': 'image/webp', 'content-disposition': /^inline; filename="preview.webp"/, 'content-security-policy': "sandbox; default-src 'none'"
  })
})

t.test('a missing blob is an error of the server, with none of its headers pretending otherwise', async (t) => {
  const { app } = await serve(t, { sha256: 'e'.repeat(64) })
  t.equal((await app.inject('/file')).statusCode, 500)
})

t.test('a range of an empty thing is always outside', async (t) => {
  t.equal(parseRange('bytes=0-0', 0), 'outside')
  t.equal(parseRange('bytes=-5', 0), 'outside')
  t.equal(parseRange(undefined, 0), undefined)
})

async function serve(t: Pick<typeof import('tap').t, 'testdir' | 'teardown'>, file: Partial<SentFile> = {}, bytes = bytesOf(generator(31), 100_000)) {
  const vault = await openVault({ folder: join(t.testdir(), 'evidence'), maxBytes: 2 ** 30 })
  const { sha256 } = await vault.store(Readable.from([bytes]))
  const read: string[] = []
  const watched = { ...vault, read: (...asked: Parameters<Vault['read']>) => (read.push(asked[0]), vault.read(...asked)) }
  const app = fastify()
  app.get('/file', (_request, reply) => sendFile(reply, watched, { sha256, name: 'a.bin', mediaType: 'application/zip', ...file }))
  app.get('/preview', (_request, reply) => sendPreview(reply, vault, sha256))
  t.teardown(() => app.close())
  return { app, sha256, bytes, read }
}
