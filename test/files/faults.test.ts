import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { refusal } from '../../server/files/arrival.ts'
import { sizeInWords, UploadRefused } from '../../server/files/faults.ts'
import { openVault } from '../../server/files/vault.ts'
import { filesOf, generator } from './bytes.ts'

const storing = fileURLToPath(new URL('./store.process.ts', import.meta.url))

t.test('kill -9 at random moments leaves no visible blob, and the sweep takes the draft', async (t) => {
  const folder = join(t.testdir(), 'evidence')
  const next = generator(17)
  for (let round = 0; round < 6; round += 1) {
    const child = spawn(process.execPath, [storing, folder, String(2 ** 34), '1'], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, next() * 60))
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  const { blobs, drafts } = await filesOf(folder)
  t.same(blobs, [])
  t.equal(drafts.length, 6)
  const vault = await openVault({ folder, maxBytes: 1000 })
  const longAgo = new Date(Date.now() - 86_400_000)
  for (const draft of drafts) await utimes(join(folder, 'incoming', draft), longAgo, longAgo)
  t.equal(await vault.sweep(3_600_000), 6)
  t.match(await vault.store(Readable.from([Buffer.from('again')])), { size: 5 }, 'and the vault works on')
})

t.test('a disk that takes no more refuses the upload, keeps nothing of it, and recovers unaided', async (t) => {
  const folder = join(t.testdir(), 'evidence')
  // The shell's limit on file size stands in for a full disk: it needs no root and no mount.
  const full = await storeInShell(`ulimit -f 2048; exec "$0" "$@"`, [folder, String(64 * 1024 * 1024)])
  t.match(full, { fault: 'disk_full' })
  t.same(await filesOf(folder), { blobs: [], drafts: [] })
  const small = await storeInShell(`ulimit -f 2048; exec "$0" "$@"`, [folder, '100000'])
  t.match(small, { size: 100_000 }, 'what fits is still taken')
  const roomy = await storeInShell(`exec "$0" "$@"`, [folder, String(64 * 1024 * 1024)])
  t.match(roomy, { size: 64 * 1024 * 1024 })
})

t.test('an upload that would eat into the room kept free is refused while reads go on', async (t) => {
  const folder = join(t.testdir(), 'evidence')
  const roomy = await openVault({ folder, maxBytes: 2 ** 30 })
  const { sha256 } = await roomy.store(Readable.from([Buffer.from('kept')]))
  const full = await openVault({ folder, maxBytes: 2 ** 30, minFreeBytes: 2 ** 60 })
  const refused = await full.store(Readable.from([Buffer.from('more')])).catch((error: unknown) => error)
  t.match(refused, { fault: { kind: 'disk_full' }, statusCode: 507, message: /no room left/ })
  t.equal(String(Buffer.concat(await full.read(sha256).toArray())), 'kept')
  t.same((await filesOf(folder)).drafts, [])
})

t.test('only errors that mean no room become a full disk', async (t) => {
  for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG']) {
    const refused = refusal(Object.assign(new Error(code), { code }))
    t.ok(refused instanceof UploadRefused && refused.fault.kind === 'disk_full', code)
  }
  const other = Object.assign(new Error('EIO'), { code: 'EIO' })
  t.equal(refusal(other), other)
})

t.test('300 MB pass through in flat memory', async (t) => {
  const size = 300_000_000
  const stored = await storeInShell(`exec "$0" "$@"`, [join(t.testdir(), 'evidence'), String(size)])
  t.equal(stored.size, size)
  t.ok(stored.growth < 60_000_000, `the process grew by ${stored.growth} bytes`)
})

t.test('sizes read as people write them', async (t) => {
  const cases: [number, string][] = [
    [0, '0 bytes'], [1, '1 byte'], [1023, '1023 bytes'], [1024, '1 KiB'], [1536, '1.5 KiB'], [5 * 2 ** 30, '5 GiB'], [2 ** 55, '32768 TiB']
  ]
  for (const [bytes, words] of cases) t.equal(sizeInWords(bytes), words)
})

async function storeInShell(script: string, args: string[]): Promise<{ size?: number, growth: number, fault?: string }> {
  const child = spawn('/bin/sh', ['-c', script, process.execPath, storing, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const output = Buffer.concat(await child.stdout.toArray()).toString()
  return JSON.parse(output.trim().split('\n').at(-1) ?? '{}')
}
