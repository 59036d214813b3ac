import type { Bench } from './bench.ts'
import { preparePicture, screenshot } from './pictures.ts'

export const bench: Bench = {
  what: 'the preview of a 4K screenshot, in its own process, against the library alone',
  aim: { ratio: 1.3 },
  unit: 'ms',
  prepare: async (size, ending) => preparePicture(size === 'full' ? await screenshot(3840, 2160) : await screenshot(384, 216), ending),
}
