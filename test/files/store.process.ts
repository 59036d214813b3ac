import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { openVault } from '../../server/files/vault.ts'
import { UploadRefused } from '../../server/files/faults.ts'

// Stores a stream of `size` bytes from a process of its own, so that a test can kill it, fill its disk or watch its memory.
const [folder = '', size = '0', pause = '0'] = process.argv.slice(2)
// The test runner watches every signal and so undoes the runtime's own deafness to this one.
process.on('SIGXFSZ', () => {})
const vault = await openVault({ folder, maxBytes: 2 ** 40 })
const before = process.memoryUsage.rss()
let peak = before

async function* flow(): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < Number(size); sent += 65_536) {
    const chunk = Buffer.alloc(Math.min(65_536, Number(size) - sent), sent % 251)
    peak = Math.max(peak, process.memoryUsage.rss())
    if (Number(pause) > 0) await setTimeout(Number(pause))
    yield chunk
    if (sent === 0) process.stdout.write('writing\n')
  }
}

try {
  const blob = await vault.store(Readable.from(flow(), { objectMode: false }))
  process.stdout.write(`${JSON.stringify({ size: blob.size, sha256: blob.sha256, growth: peak - before })}\n`)
} catch (error) {
  process.stdout.write(`${JSON.stringify({ fault: error instanceof UploadRefused ? error.fault.kind : String(error) })}\n`)
}
