import type { Bench } from './bench.ts'
import { photo, preparePicture } from './pictures.ts'

export const bench: Bench = {
  what: 'the preview of a photograph of 12 megapixels, in its own process, against the library alone',
  aim: { ratio: 1.3 },
  unit: 'ms',
  prepare: async (size, ending) => preparePicture(size === 'full' ? await photo(4000, 3000) : await photo(400, 300), ending),
}
