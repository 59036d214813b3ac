import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench } from './bench.ts'
import { startAway } from './away.ts'
import { openLoad } from './load.ts'
import type { OwnerSite } from './owner-site.process.ts'
import { dropTo, send } from './uploads.ts'

export const bench: Bench = {
  what: 'the request list while 50 files of 20 MB are uploaded at once: 99 in 100 answers within, against the list alone',
  aim: { ratio: 3 },
  unit: 'ms',
  also: [{ what: '– half of the answers within', aim: {}, unit: 'ms' }],
  prepare: async (size, ending) => {
    const [uploads, bytes] = size === 'full' ? [50, 20_000_000] : [3, 20_000]
    // One request in ten is open, and each of those takes one upload.
    const site = await startAway<OwnerSite>('owner-site.process.ts', [String(uploads * 10), String(uploads)], ending)
    const { address, answers, list, desk, dataDir } = site.said
    const ask = await openLoad(ending)
    let sent = 0
    // As long as the uploads may last on a slow disk; with nobody uploading just as long.
    const seconds = size === 'full' ? 5 : 0.1
    const read = async () => ask({ url: `${address}${list}`, headers: { cookie: desk }, connections: 1, seconds })
    return {
      floor: async () => {
        const { most, half } = await read()
        return [most, half]
      },
      ours: async () => {
        const during = read()
        const over = new AbortController()
        const ended = during.finally(() => over.abort())
        const again = async (answer: OwnerSite['answers'][number], place: number) => {
          const sending = dropTo(answer, address, bytes)
          do {
            // Whoever sends does so from an address of their own, as the people of a client do.
            await send({ ...sending, headers: { ...sending.headers, 'x-forwarded-for': `10.1.${place}.1` } })
            sent++
          } while (!over.signal.aborted)
        }
        await Promise.all([ended, ...answers.map(again)])
        await rm(join(dataDir, 'evidence', 'blobs'), { recursive: true })
        const { most, half } = await during
        return [most, half]
      },
      figures: () => ({ 'uploads, none refused': String(sent) }),
    }
  },
}
