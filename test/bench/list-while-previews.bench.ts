import { Readable } from 'node:stream'
import { makePreview } from '../../server/files/preview.ts'
import type { Bench } from './bench.ts'
import { openDesk } from './desk.ts'
import { photo } from './pictures.ts'

export const bench: Bench = {
  what: 'the slowest of a hundred openings of the request list while previews are drawn two at a time, against the list alone',
  aim: { ratio: 3 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const { ours, site, firstByte } = await openDesk(size, ending)
    const openings = size === 'full' ? 100 : 3
    const picture = await site.vault.store(Readable.from([size === 'full' ? await photo(4000, 3000) : await photo(200, 100)]))
    const slowest = async () => {
      let most = 0
      for (let opening = 0; opening < openings; opening++) most = Math.max(most, (await firstByte(`${ours.base}/requests`)).ms)
      return most
    }
    let drawn = 0
    return {
      floor: slowest,
      ours: async () => {
        const screens = { open: true }
        const draw = async () => {
          do {
            await makePreview({ vault: site.vault, sha256: picture.sha256, kind: 'image' })
            drawn += 1
          } while (screens.open)
        }
        const drawing = [draw(), draw()]
        const most = await slowest()
        screens.open = false
        await Promise.all(drawing)
        return most
      },
      figures: () => ({ 'previews drawn': String(drawn) }),
    }
  },
}
