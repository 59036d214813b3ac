import { mkdir, open, readdir, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import t from 'tap'
import { openVault, type Vault } from '../../server/files/vault.ts'
import { UploadRefused } from '../../server/files/faults.ts'
import { bytesOf, filesOf, generator, pieces, sha256 } from './bytes.ts'

const chunk = 65_536

t.test('every size comes back with its exact hash, size, head and bytes, whatever the cuts on the way', async (t) => {
  const { vault, folder } = await emptyVault(t)
  const next = generator(7)
  const borders = [1, 2, chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk, 2 * chunk + 1]
  const sizes = [...borders, ...Array.from({ length: 25 }, () => 1 + Math.floor(next() * 300_000))]
  for (const size of sizes) {
    const bytes = bytesOf(next, size)
    const blob = await vault.store(Readable.from(pieces(bytes, next), { objectMode: false }))
    t.equal(blob.sha256, sha256(bytes), `the hash of ${size} bytes`)
    t.equal(blob.size, size)
    t.ok(blob.head.equals(bytes.subarray(0, chunk)), 'the head is the first 64 KiB')
    t.ok(Buffer.concat(await vault.read(blob.sha256).toArray()).equals(bytes), 'the bytes are the same')
    t.equal(await vault.size(blob.sha256), size)
  }
  t.same((await filesOf(folder)).drafts, [], 'no draft is left')
})

t.test('a stream that breaks at any offset leaves nothing', async (t) => {
  const { vault, folder } = await emptyVault(t)
  const next = generator(11)
  const bytes = bytesOf(next, 400_000)
  for (let round = 0; round < 40; round += 1) {
    const offset = Math.floor(next() * bytes.length)
    const stream = new PassThrough()
    const stored = vault.store(stream)
    for (const piece of pieces(bytes.subarray(0, offset), next)) {
      if (!stream.write(piece)) await new Promise((resolve) => stream.once('drain', resolve))
    }
    stream.destroy(round % 2 ? new Error('connection lost') : undefined)
    t.match(await stored.catch(thrown), { fault: { kind: 'truncated' } }, `cut at ${offset}`)
  }
  t.same(await filesOf(folder), { blobs: [], drafts: [] })
})

t.test('a stream that was over before it was stored is refused', async (t) => {
  const { vault } = await emptyVault(t)
  t.match(await vault.store(new PassThrough().destroy()).catch(thrown), { fault: { kind: 'truncated' } })
})

t.test('an abort signal ends an upload and leaves nothing', async (t) => {
  const { vault, folder } = await emptyVault(t)
  const stream = new PassThrough()
  const abort = new AbortController()
  const stored = vault.store(stream, { signal: abort.signal })
  stream.write(Buffer.alloc(100_000))
  abort.abort()
  t.match(await stored.catch(thrown), { fault: { kind: 'truncated' } })
  t.same(await filesOf(folder), { blobs: [], drafts: [] })
})

t.test('what cannot be kept is refused in words and leaves nothing', async (t) => {
  const { vault, folder } = await emptyVault(t, { maxBytes: 1000 })
  const cases = [
    { title: 'an empty file', bytes: 0, options: {}, kind: 'empty', words: /empty \(0 bytes\)/, status: 422 },
    { title: 'one byte over the limit', bytes: 1001, options: {}, kind: 'too_large', words: /larger than 1000 bytes/, status: 413 },
    { title: 'over a lower limit of the call', bytes: 11, options: { limit: 10 }, kind: 'too_large', words: /10 bytes/, status: 413 },
    { title: 'announced over the limit', bytes: 5, options: { expectedBytes: 5000 }, kind: 'too_large', words: /Split/, status: 413 },
    { title: 'shorter than announced', bytes: 99, options: { expectedBytes: 100 }, kind: 'truncated', words: /Only 99 bytes of 100/, status: 400 },
    { title: 'longer than announced', bytes: 101, options: { expectedBytes: 100 }, kind: 'truncated', words: /send it again/, status: 400 },
    { title: 'another hash', bytes: 9, options: { expectedSha256: 'a'.repeat(64) }, kind: 'altered', words: /SHA-256 differs/, status: 400 }
  ]
  for (const { title, bytes, options, kind, words, status } of cases) {
    const stream = Readable.from(pieces(Buffer.alloc(bytes, 1), generator(1)), { objectMode: false })
    const refused = await vault.store(stream, options).catch(thrown)
    t.ok(refused instanceof UploadRefused, title)
    t.match(refused, { fault: { kind }, message: words, statusCode: status }, title)
    t.ok(stream.destroyed, 'the stream is let go')
  }
  t.same(await filesOf(folder), { blobs: [], drafts: [] })
  const full = Buffer.alloc(1000, 1)
  const kept = await vault.store(Readable.from([full]), { limit: 5000, expectedBytes: 1000, expectedSha256: sha256(full).toUpperCase() })
  t.equal(kept.size, 1000, 'exactly the limit is kept')
})

t.test('a part the form parser cut at its limit is too large, not complete', async (t) => {
  const { vault } = await emptyVault(t)
  const stream = Object.assign(Readable.from([Buffer.from('half')]), { truncated: true })
  t.match(await vault.store(stream).catch(thrown), { fault: { kind: 'too_large' } })
})

t.test('the same bytes twice, also at once, are one blob, and a damaged one is healed', async (t) => {
  const { vault, folder } = await emptyVault(t)
  const bytes = bytesOf(generator(3), 200_000)
  const blobs = await Promise.all(Array.from({ length: 8 }, () => vault.store(Readable.from([bytes]))))
  t.equal(new Set(blobs.map((blob) => blob.sha256)).size, 1)
  t.same((await filesOf(folder)).blobs, [sha256(bytes)])
  const [blob] = blobs
  t.equal(await vault.verify(blob!.sha256), true)
  await truncate(vault.localPath(blob!.sha256), 1000)
  t.equal(await vault.verify(blob!.sha256), false, 'damage is noticed')
  await vault.store(Readable.from([bytes]))
  t.equal(await vault.verify(blob!.sha256), true, 'the next upload of the same bytes heals it')
})

t.test('ranges are inclusive and exact, and what is not here is said so', async (t) => {
  const { vault } = await emptyVault(t)
  const next = generator(5)
  const bytes = bytesOf(next, 150_000)
  const { sha256: address } = await vault.store(Readable.from([bytes]))
  for (let round = 0; round < 30; round += 1) {
    const start = Math.floor(next() * bytes.length)
    const end = start + Math.floor(next() * (bytes.length - start))
    const read = Buffer.concat(await vault.read(address, { start, end }).toArray())
    t.ok(read.equals(bytes.subarray(start, end + 1)), `${start}-${end}`)
  }
  const absent = 'f'.repeat(64)
  t.equal(await vault.has(address), true)
  t.equal(await vault.has(absent), false)
  t.equal(await vault.verify(absent), false)
  await t.rejects(vault.read(absent).toArray(), { code: 'ENOENT' })
  for (const wrong of ['../../etc/passwd', 'F'.repeat(64), '', `${absent}/..`]) t.throws(() => vault.read(wrong), /64 lower case hex/)
})

t.test('the sweep takes stale drafts only, never a young one, one being written, or a blob', async (t) => {
  const { vault, folder } = await emptyVault(t)
  const { sha256: address } = await vault.store(Readable.from([Buffer.from('kept')]))
  const longAgo = new Date(Date.now() - 86_400_000)
  await utimes(vault.localPath(address), longAgo, longAgo)
  for (const name of ['1-stale.part', '2-young.part']) await writeFile(join(folder, 'incoming', name), 'x')
  await utimes(join(folder, 'incoming', '1-stale.part'), longAgo, longAgo)
  const stream = new PassThrough()
  const stored = vault.store(stream)
  stream.write('slow ')
  while ((await filesOf(folder)).drafts.length < 3) await new Promise(setImmediate)
  const writing = (await filesOf(folder)).drafts.find((name) => name.startsWith(`${process.pid}-`)) ?? ''
  await utimes(join(folder, 'incoming', writing), longAgo, longAgo)
  t.equal(await vault.sweep(3_600_000), 1)
  t.same((await filesOf(folder)).drafts.sort(), ['2-young.part', writing].sort())
  stream.end('but whole')
  t.equal((await stored).size, 14, 'the slow upload still arrives')
  t.equal(await vault.has(address), true)
})

t.test('only what nobody names before and after it is taken away is removed, whatever arrives or breaks off meanwhile', async (t) => {
  const { vault, folder } = await emptyVault(t)
  const longAgo = new Date(Date.now() - 86_400_000)
  const put = async (text: string, old = true) => {
    const { sha256: address } = await vault.store(Readable.from([Buffer.from(text)]))
    if (old) await utimes(vault.localPath(address), longAgo, longAgo)
    return address
  }
  const [free, named, late, again, young, left] = [await put('free'), await put('named'), await put('late'), await put('again'), await put('young', false), await put('left')]
  // A removal that was broken off has left these bytes aside, and somebody names them by now.
  await rename(vault.localPath(left), join(folder, 'leaving', left))
  let asked = 0
  const removal = { olderThanMs: 3_600_000, named: async () => {
    asked += 1
    if (asked === 2) t.same([await vault.has(late), await vault.has(named)], [false, true], 'what is named never leaves')
    if (asked === 2) await put('again', false)
    return new Set(asked === 1 ? [named, left] : [named, left, late])
  } }
  const absent = 'f'.repeat(64)
  const { gone, kept } = await vault.remove([free, named, late, again, young, left, absent], removal)
  t.same([new Set(gone), new Set(kept)], [new Set([free, absent]), new Set([named, left, late])], 'what is young or came again waits for the next time')
  t.same(await Promise.all([free, named, late, again, young, left].map((one) => vault.has(one))), [false, true, true, true, true, true])
  for (const one of [named, late, again, young, left]) t.equal(await vault.verify(one), true)
  t.same(await readdir(join(folder, 'leaving')), [])
})

t.test('folders and files are private, also under an existing open folder', async (t) => {
  const folder = join(t.testdir(), 'evidence')
  await mkdir(folder, { mode: 0o755 })
  const vault = await openVault({ folder, maxBytes: 1000 })
  const { sha256: address } = await vault.store(Readable.from([Buffer.from('private')]))
  const path = vault.localPath(address)
  t.equal((await stat(path)).mode & 0o777, 0o600)
  for (const inner of ['', 'incoming', 'blobs', `blobs/${address.slice(0, 2)}`, `blobs/${address.slice(0, 2)}/${address.slice(2, 4)}`]) {
    t.equal((await stat(join(folder, inner))).mode & 0o777, 0o700, inner || 'the vault itself')
  }
})

t.test('the probe writes for real and tells when room is short', async (t) => {
  const { vault, folder } = await emptyVault(t)
  t.match(await vault.probe(), { low: false, freeBytes: Number })
  t.same((await filesOf(folder)).drafts, [])
  const short = await openVault({ folder, maxBytes: 1000, minFreeBytes: 2 ** 60 })
  t.match(await short.probe(), { low: true })
  const broken = await openVault({ folder: join(folder, 'broken'), maxBytes: 1000 })
  await rm(join(folder, 'broken'), { recursive: true })
  await t.rejects(broken.probe(), { code: 'ENOENT' })
})

t.test('the bytes are forced to disk before they get their name, and each folder on the way after', async (t) => {
  const { vault, folder } = await emptyVault(t)
  const prototype = await fileHandle(folder)
  const bytes = Buffer.from('durable')
  const forced: string[] = []
  const { sync } = prototype
  prototype.sync = async function () {
    const kind = (await this.stat()).isDirectory() ? 'folder' : 'file'
    forced.push(`${kind} ${await vault.has(sha256(bytes)) ? 'after' : 'before'}`)
    return sync.call(this)
  }
  t.teardown(() => { prototype.sync = sync })
  const both = ['file before', 'folder after', 'folder after', 'folder after']
  await vault.store(Readable.from([bytes]))
  t.same(forced, both)
  await vault.store(Readable.from([bytes]))
  t.equal(forced.length, 8, 'also when the same bytes are already there')
})

t.test('a write the disk takes only in part is finished', async (t) => {
  const { vault, folder } = await emptyVault(t)
  const prototype = await fileHandle(folder)
  const whole = prototype.write
  prototype.write = function (bytes, offset, length) {
    return whole.call(this, bytes, offset, Math.ceil(length / 3))
  }
  t.teardown(() => { prototype.write = whole })
  const bytes = bytesOf(generator(13), 100_000)
  const blob = await vault.store(Readable.from([bytes]))
  t.equal(await vault.verify(sha256(bytes)), true)
  t.equal(blob.size, bytes.length)
})

type Handle = {
  write: (bytes: Buffer, offset: number, length: number) => Promise<unknown>
  sync: () => Promise<void>
  stat: () => Promise<{ isDirectory: () => boolean }>
}

async function fileHandle(folder: string): Promise<Handle> {
  const probe = await open(join(folder, 'probe'), 'w')
  await probe.close()
  return Object.getPrototypeOf(probe) as Handle
}

function thrown(error: unknown): unknown {
  return error
}

async function emptyVault(t: Tap, { maxBytes = 2 ** 30 } = {}): Promise<{ vault: Vault, folder: string }> {
  const folder = join(t.testdir(), 'evidence')
  return { vault: await openVault({ folder, maxBytes }), folder }
}

type Tap = Pick<typeof t, 'testdir'>
